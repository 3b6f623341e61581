import type { Metadata } from "next";
import { links } from "../../../../../components/links.ts";
import {
  columnsOf,
  migrationList,
  readMigrationsQuery,
  SHOWN_STATES,
  STATE_LOOK,
} from "../../../../../components/migrations/fleet.model.ts";
import { FleetTable } from "../../../../../components/migrations/fleet-table.tsx";
import { InvalidIndexes } from "../../../../../components/migrations/invalid-indexes.tsx";
import { BeingLookedAt, LookAtMigrations } from "../../../../../components/migrations/look-again.tsx";
import { Measuring } from "../../../../../components/migrations/measuring.tsx";
import { MigrationTable } from "../../../../../components/migrations/migration-table.tsx";
import { ButtonLink } from "../../../../../components/ui/button.tsx";
import { EmptyState } from "../../../../../components/ui/empty-state.tsx";
import { Findings } from "../../../../../components/ui/findings.tsx";
import { PageHeader } from "../../../../../components/ui/page-header.tsx";
import { Pagination } from "../../../../../components/ui/pagination.tsx";
import { Panel } from "../../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../../components/ui/quantities.ts";
import { TabLinks } from "../../../../../components/ui/tab-links.tsx";
import { Age } from "../../../../../components/ui/time.tsx";
import type { MigrationClass } from "../../../../../lib/migrations/judge/judge.ts";
import { readMeasuredClasses, readMeasuring } from "../../../../../lib/queries/measured-migrations.ts";
import { type MigrationsView, readMigrations } from "../../../../../lib/queries/migrations.ts";
import type { SearchParams } from "../../../../../lib/queries/tenant-list.ts";
import { loadView } from "../../../load-view.ts";

interface MigrationsPageProps {
  readonly params: Promise<{ readonly platform: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: MigrationsPageProps): Promise<Metadata> {
  return { title: `Migrations of ${decodeURIComponent((await params).platform)}` };
}

/** The ledger against the folder: which database is behind, and what has become of each migration. */
export default async function MigrationsPage({ params, searchParams }: MigrationsPageProps) {
  const name = decodeURIComponent((await params).platform);
  const query = readMigrationsQuery(await searchParams);
  const { view, actor } = await loadView(async (console, actor) => {
    const [migrations, classes, measuring] = await Promise.all([
      readMigrations(console, actor, name),
      readMeasuredClasses(console, actor, name),
      readMeasuring(console, actor, name),
    ]);
    return migrations && measuring && { ...migrations, classes, measuring };
  });
  return (
    <>
      <PageHeader
        title="Migrations"
        trail={[
          { href: links.platforms(), title: "Platforms" },
          { href: links.platform(view.platform), title: view.platform },
        ]}
        actions={
          <>
            <ButtonLink href={links.schema(view.platform)}>Schema between versions</ButtonLink>
            {actor.permissions.has("control:run") && <LookAtMigrations platform={view.platform} />}
          </>
        }
      >
        <Subtitle view={view} />
      </PageHeader>
      <div className="flex flex-col gap-3">
        {view.wantedAt !== null && <BeingLookedAt />}
        {view.findings.length > 0 && (
          <Panel title="The folder of migrations">
            <Findings findings={view.findings} />
          </Panel>
        )}
        <Panel title="Databases" flush aside={behind(view)}>
          {view.databases.length === 0 ? (
            <EmptyState title="No database">
              Every database of this platform was removed from the console.
            </EmptyState>
          ) : (
            <FleetTable platform={view.platform} databases={view.databases} migrations={view.migrations} />
          )}
        </Panel>
        {view.migrations.length > 0 && (
          <Measuring
            platformId={view.measuring.platform.id}
            replay={view.measuring.replay}
            mayMeasure={view.measuring.mayMeasure}
            again={view.classes.size > 0}
          />
        )}
        {view.surveyedAt !== null && (
          <Panel title="Invalid indexes" id="invalid-indexes" flush>
            <InvalidIndexes databases={view.databases} />
          </Panel>
        )}
        <MigrationsPanel view={view} query={query} classes={view.classes} />
      </div>
    </>
  );
}

function Subtitle({ view }: { readonly view: MigrationsView }) {
  if (view.surveyedAt === null)
    return "Nobody has looked yet. A worker looks every few minutes; where none runs, start one.";
  const inFolder = view.migrations.filter((migration) => migration.inFolder).length;
  return (
    <>
      {view.tool ?? "no known tool"} · {formatNoun(inFolder, "migration", "migrations")} in the folder ·
      looked <Age at={view.surveyedAt} />
    </>
  );
}

function behind({ databases }: MigrationsView): string | undefined {
  const known = databases.filter(({ standing }) => standing !== null);
  const late = known.filter(({ standing }) => standing!.behind > 0).length;
  return known.length === 0 ? undefined : late === 0 ? "none is behind" : `${late} of ${known.length} behind`;
}

function MigrationsPanel({
  view,
  query,
  classes,
}: {
  readonly view: MigrationsView;
  readonly classes: ReadonlyMap<string, MigrationClass | null>;
  readonly query: ReturnType<typeof readMigrationsQuery>;
}) {
  const { rows, page, counts } = migrationList(view, query);
  const href = (state: string | null, at?: number) =>
    links.migrations(view.platform, { state, page: at === 1 ? null : at });
  return (
    <Panel title="Migrations" id="migrations" flush>
      {view.migrations.length === 0 ? (
        <EmptyState title="No migration">
          {view.surveyedAt === null
            ? "Nobody has looked yet."
            : "Neither the folder nor a ledger of the platform's databases has one."}
        </EmptyState>
      ) : (
        <>
          <TabLinks
            label="Which migrations"
            tabs={[
              { href: href(null), title: "All", current: query.state === null },
              ...SHOWN_STATES.map((state) => ({
                href: href(state),
                title: STATE_LOOK[state].word,
                current: query.state === state,
                count: counts[state],
              })),
            ]}
          />
          {rows.length === 0 ? (
            <EmptyState title="None">No migration is in this state in any database.</EmptyState>
          ) : (
            <MigrationTable
              platform={view.platform}
              rows={rows}
              columns={columnsOf(view.databases)}
              classes={classes}
            />
          )}
          <Pagination page={page} noun="migrations" href={(at) => href(query.state, at)} />
        </>
      )}
    </Panel>
  );
}
