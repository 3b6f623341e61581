import type { Metadata } from "next";
import { links } from "../../../../../../components/links.ts";
import { PageHeader } from "../../../../../../components/ui/page-header.tsx";
import { readRegisteredPlatform } from "../../../../../../lib/queries/registration.ts";
import { loadView } from "../../../../load-view.ts";
import { AddDatabaseForm } from "./add-database-form.tsx";

export const metadata: Metadata = { title: "Add a database" };

interface NewDatabasePageProps {
  readonly params: Promise<{ readonly platform: string }>;
}

/** A further database of a platform that is registered. */
export default async function NewDatabasePage({ params }: NewDatabasePageProps) {
  const name = decodeURIComponent((await params).platform);
  const { view } = await loadView((console, actor) => readRegisteredPlatform(console, actor, name));
  return (
    <>
      <PageHeader
        title="Add a database"
        trail={[
          { href: links.platforms(), title: "Platforms" },
          { href: links.platform(name), title: name },
        ]}
      >
        It holds tenants of {name} under the same platform file; it is only looked at
      </PageHeader>
      <AddDatabaseForm platformId={view.id} />
    </>
  );
}
