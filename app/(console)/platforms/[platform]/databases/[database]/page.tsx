import type { Metadata } from "next";
import { links } from "../../../../../../components/links.ts";
import { PageHeader } from "../../../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../../../components/ui/quantities.ts";
import { readRegisteredDatabase } from "../../../../../../lib/queries/registration.ts";
import { loadView } from "../../../../load-view.ts";
import { removeDatabaseAction } from "../../../actions.ts";
import { RemovalForm } from "../../../removal-form.tsx";
import { EditDatabaseForm } from "./edit-database-form.tsx";
import { RenameForm } from "./rename-form.tsx";

interface DatabasePageProps {
  readonly params: Promise<{ readonly platform: string; readonly database: string }>;
}

export async function generateMetadata({ params }: DatabasePageProps): Promise<Metadata> {
  return { title: `Database ${decodeURIComponent((await params).database)}` };
}

/** One database's credentials, and the way to take it off the list. */
export default async function DatabasePage({ params }: DatabasePageProps) {
  const { platform, database } = await params;
  const names = [decodeURIComponent(platform), decodeURIComponent(database)] as const;
  const { view } = await loadView((console, actor) => readRegisteredDatabase(console, actor, ...names));
  return (
    <>
      <PageHeader
        title={view.name}
        trail={[
          { href: links.platforms(), title: "Platforms" },
          { href: links.platform(view.platform), title: view.platform },
        ]}
      >
        <code className="break-all">{view.endpoint}</code>
      </PageHeader>
      <div className="grid items-start gap-3 lg:grid-cols-2">
        <Panel title="Credentials">
          <EditDatabaseForm database={view} />
        </Panel>
        <Panel title="Name in the console">
          <RenameForm database={view} />
        </Panel>
        <Panel title="Remove from the console">
          <RemovalForm
            action={removeDatabaseAction}
            id={{ name: "databaseId", value: view.id }}
            phrase={`remove ${view.name}`}
            label="Remove the database"
            active={view.active}
          >
            The console forgets the credentials' use and {formatNoun(view.tenants, "tenant", "tenants")} of
            its lists. The database itself is not touched; operations, bundles and the audit trail stay.
          </RemovalForm>
        </Panel>
      </div>
    </>
  );
}
