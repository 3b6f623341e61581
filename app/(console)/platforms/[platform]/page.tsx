import type { Metadata } from "next";
import { links } from "../../../../components/links.ts";
import { OverviewDeleted } from "../../../../components/overview/overview-deleted.tsx";
import { DatabasePanel } from "../../../../components/platform/database-panel.tsx";
import { type FindingGroup, groupFindings } from "../../../../components/platform/platform.model.ts";
import { ProposedFindings } from "../../../../components/platform/proposed-findings.tsx";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { EmptyState } from "../../../../components/ui/empty-state.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../components/ui/quantities.ts";
import { Time } from "../../../../components/ui/time.tsx";
import { readDeletedNews } from "../../../../lib/queries/overview-deleted.ts";
import { type PlatformView, readPlatform } from "../../../../lib/queries/platform-health.ts";
import { loadView } from "../../load-view.ts";
import { StoreForm } from "./store-form.tsx";

interface PlatformPageProps {
  readonly params: Promise<{ readonly platform: string }>;
}

export async function generateMetadata({ params }: PlatformPageProps): Promise<Metadata> {
  return { title: `Platform ${decodeURIComponent((await params).platform)}` };
}

/** A platform: its databases, and what its model does not cover. */
export default async function PlatformPage({ params }: PlatformPageProps) {
  const name = decodeURIComponent((await params).platform);
  const { view, actor } = await loadView(async ({ records, stores }, actor) => {
    const platform = await readPlatform({ records }, actor, name);
    return (
      platform && {
        ...platform,
        ...(await readDeletedNews({ records }, platform.id)),
        stores: stores.ids.map((id) => ({ id, region: stores.get(id).region })),
      }
    );
  });
  const mayRegister = actor.permissions.has("register:platform");
  return (
    <>
      <PageHeader
        title={view.name}
        trail={[{ href: links.platforms(), title: "Platforms" }]}
        actions={
          <>
            <ButtonLink href={links.model(view.name)}>Tenancy model</ButtonLink>
            <ButtonLink href={links.migrations(view.name)}>Migrations</ButtonLink>
            <ButtonLink href={links.tenants(view.name)}>Tenants</ButtonLink>
            {mayRegister && (
              <>
                <ButtonLink href={links.newDatabase(view.name)}>Add a database</ButtonLink>
                <ButtonLink href={links.deregister(view.name)} variant="danger-quiet">
                  Deregister…
                </ButtonLink>
              </>
            )}
          </>
        }
      >
        {formatNoun(view.tenants, "tenant", "tenants")} in{" "}
        {formatNoun(view.databases.length, "database", "databases")} · platform file, version{" "}
        {view.fileVersion} · bundles in the store {view.store}, {view.compression} · registered{" "}
        <Time at={view.createdAt} />
      </PageHeader>
      <div className="flex flex-col gap-3">
        {view.databases.length === 0 && (
          <Panel title="Databases" flush>
            <EmptyState title="No database">
              Every database of this platform was removed from the console.
            </EmptyState>
          </Panel>
        )}
        <div className="grid gap-3 lg:grid-cols-2">
          {view.databases.map((database) => (
            <DatabasePanel
              key={database.id}
              platform={view.name}
              database={database}
              mayLook={actor.permissions.has("control:run")}
              mayEdit={mayRegister}
            />
          ))}
        </div>
        {mayRegister && (
          <Panel title="Where bundles are kept">
            <StoreForm platform={view} stores={view.stores} />
          </Panel>
        )}
        <OverviewDeleted news={view} />
        <CoverageFindings view={view} mayChange={actor.permissions.has("change:model")} />
      </div>
    </>
  );
}

function CoverageFindings({ view, mayChange }: { readonly view: PlatformView; readonly mayChange: boolean }) {
  const groups = groupFindings(view.databases);
  const looked = view.databases.filter(({ health }) => health !== null).length;
  const total = groups.reduce((sum, group) => sum + group.findings.length, 0);
  return (
    <Panel
      id="findings"
      title="Findings"
      aside={looked === 0 ? undefined : formatNoun(total, "finding", "findings")}
    >
      {groups.map((group) => (
        <section key={group.databases.join(" ")} aria-label={placeOf(group)} className="mb-3 last:mb-0">
          <h3 className="font-medium text-ink-soft">{placeOf(group)}</h3>
          <ProposedFindings platform={view.name} findings={group.findings} mayChange={mayChange} />
        </section>
      ))}
      {total === 0 && (
        <p className="text-ink-soft">
          {looked === 0
            ? "Nobody has looked yet. A worker looks every two minutes; where none runs, start one."
            : "None: the model covers every table, and the roles may do their work."}
        </p>
      )}
    </Panel>
  );
}

function placeOf({ everywhere, databases }: FindingGroup): string {
  return everywhere && databases.length > 1 ? "In every database" : `In ${databases.join(", ")}`;
}
