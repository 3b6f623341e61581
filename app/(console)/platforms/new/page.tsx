import type { Metadata } from "next";
import { links } from "../../../../components/links.ts";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { authorise } from "../../../../lib/queries/refused.ts";
import { loadView } from "../../load-view.ts";
import { RegisterForm } from "./register-form.tsx";

export const metadata: Metadata = { title: "Register a platform" };

/** Another platform for the console to look after. */
export default async function NewPlatformPage() {
  await loadView(async (_console, actor) => authorise(actor, "register:platform") ?? true);
  return (
    <>
      <PageHeader title="Register a platform" trail={[{ href: links.platforms(), title: "Platforms" }]}>
        Its databases are only looked at: nothing is written there
      </PageHeader>
      <RegisterForm />
    </>
  );
}
