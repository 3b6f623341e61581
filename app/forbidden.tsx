import { links } from "../components/links.ts";
import { ButtonLink } from "../components/ui/button.tsx";
import { MessagePage } from "../components/ui/message-page.tsx";

export const metadata = { title: "Not allowed" };

export default function Forbidden() {
  return (
    <main>
      <MessagePage
        title="Your roles do not allow this"
        actions={<ButtonLink href={links.overview()}>Overview</ButtonLink>}
      >
        <p>
          Nothing was done. An admin grants roles under Settings, People; who has just been given one loads
          the page again.
        </p>
      </MessagePage>
    </main>
  );
}
