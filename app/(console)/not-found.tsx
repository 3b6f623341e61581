import { links } from "../../components/links.ts";
import { ButtonLink } from "../../components/ui/button.tsx";
import { MessagePage } from "../../components/ui/message-page.tsx";

export const metadata = { title: "Not found" };

export default function NotFoundInConsole() {
  return (
    <MessagePage
      title="There is no such thing here"
      actions={<ButtonLink href={links.overview()}>Overview</ButtonLink>}
    >
      <p>
        It may have been removed, or the address names another platform. The palette (Ctrl-K) finds tenants
        and operations.
      </p>
    </MessagePage>
  );
}
