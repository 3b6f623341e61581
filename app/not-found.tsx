import { links } from "../components/links.ts";
import { ButtonLink } from "../components/ui/button.tsx";
import { MessagePage } from "../components/ui/message-page.tsx";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main>
      <MessagePage
        title="There is no such page"
        actions={<ButtonLink href={links.overview()}>Overview</ButtonLink>}
      >
        <p>
          The address may be mistyped, or what it named is gone. The palette (Ctrl-K) finds tenants and
          operations.
        </p>
      </MessagePage>
    </main>
  );
}
