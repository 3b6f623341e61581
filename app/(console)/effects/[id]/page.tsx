import type { Metadata } from "next";
import { bundleTitle } from "../../../../components/bundle/bundle-list.model.ts";
import { DifferingRows } from "../../../../components/comparison/differing-rows.tsx";
import { STATE_TONES, STATE_WORDS, stretchWords } from "../../../../components/effect/effect.model.ts";
import { EffectTables } from "../../../../components/effect/effect-tables.tsx";
import { links } from "../../../../components/links.ts";
import { EmptyState } from "../../../../components/ui/empty-state.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { Findings } from "../../../../components/ui/findings.tsx";
import { Link } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../components/ui/quantities.ts";
import { Duration } from "../../../../components/ui/quantity.tsx";
import { Status } from "../../../../components/ui/status.tsx";
import { Age, Time } from "../../../../components/ui/time.tsx";
import { KEPT_DAYS } from "../../../../lib/operations/effects/shown.ts";
import { type MigrationEffectView, readMigrationEffect } from "../../../../lib/queries/migration-effect.ts";
import type { SearchParams } from "../../../../lib/queries/tenant-list.ts";
import { loadView } from "../../load-view.ts";
import { BeingTried } from "./being-tried.tsx";

interface EffectPageProps {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export const metadata: Metadata = { title: "What migrations do to a tenant" };

/** One tenant before and after migrations: tables, columns, rows. */
export default async function EffectPage({ params, searchParams }: EffectPageProps) {
  const [{ id }, search] = await Promise.all([params, searchParams]);
  const table = typeof search.table === "string" ? search.table : null;
  const { view } = await loadView((console, actor) => readMigrationEffect(console, actor, id, { table }));
  return (
    <>
      <PageHeader
        title={`What ${stretchWords(view)} ${view.version === view.to ? "does" : "do"} to ${bundleTitle(view.bundle)}`}
        trail={[
          { href: links.platforms(), title: "Platforms" },
          { href: links.platform(view.platform), title: view.platform },
          { href: links.migrations(view.platform), title: "Migrations" },
          { href: links.migration(view.platform, view.version), title: view.version },
        ]}
      >
        <Status tone={STATE_TONES[view.state]} boxed>
          {STATE_WORDS[view.state]}
        </Status>
      </PageHeader>
      <div className="grid gap-3">
        {(view.state === "waiting" || view.state === "running") && (
          <BeingTried
            id={id}
            since={view.startedAt ?? view.createdAt}
            waiting={view.state === "waiting"}
            progress={view.progress}
            progressAt={view.progressAt}
            mayCancel={view.mayCancel}
          />
        )}
        {view.findings.length > 0 && (
          <Panel title={view.state === "failed" ? "Why it cannot be seen" : "Findings"}>
            <Findings findings={view.findings} />
          </Panel>
        )}
        {view.effect !== null && <Tables view={view} />}
        {view.shown !== null && <ShownRows view={view} shown={view.shown} />}
        <Panel title="How it was tried">
          <Facts facts={factsOf(view)} />
        </Panel>
      </div>
    </>
  );
}

function Tables({ view }: { readonly view: MigrationEffectView }) {
  const { id, changed, same, shown } = view;
  return (
    <Panel
      title="Tables"
      aside={`${formatNoun(same, "table is", "tables are")} as before, row for row`}
      flush
    >
      {changed.length === 0 ? (
        <EmptyState title="Nothing of the tenant is different">
          Its tables, columns and rows are what they were.
        </EmptyState>
      ) : (
        <EffectTables id={id} tables={changed} shown={shown?.table ?? null} />
      )}
    </Panel>
  );
}

function ShownRows({
  view: { personalUntil },
  shown: { table, rows, personal },
}: {
  readonly view: MigrationEffectView;
  readonly shown: NonNullable<MigrationEffectView["shown"]>;
}) {
  return (
    <Panel title={`Rows of ${table}`} aside="some of each kind" flush>
      <DifferingRows table={table} rows={rows} />
      <p className="px-3 py-2 text-ink-soft">
        {personalUntil !== null && personal ? (
          <>
            Personal columns are shown to you until <Time at={personalUntil} precision="second" />; your
            reason is in the audit trail.
          </>
        ) : (
          "Personal and secret columns are not kept."
        )}{" "}
        All of it goes after {KEPT_DAYS} days.
      </p>
    </Panel>
  );
}

function factsOf(view: MigrationEffectView): Fact[] {
  const { bundle, effect, requestedBy, createdAt, startedAt, endedAt } = view;
  const passed = effect?.passed.length ?? 0;
  return [
    {
      label: "Rows of",
      value: (
        <>
          <Link href={links.bundle(bundle.id)} className="link break-all">
            {bundle.name}
          </Link>
          <span className="text-ink-soft">, of version {bundle.schemaVersion ?? "unknown"}</span>
        </>
      ),
    },
    ...(effect === null
      ? []
      : [
          {
            label: "Before",
            value: `at version ${effect.before ?? "none"}${passed === 0 ? "" : `, ${formatNoun(passed, "migration", "migrations")} after the bundle's`}`,
          },
          {
            label: "After",
            value: `${formatNoun(effect.migrations.length, "migration", "migrations")} later, on PostgreSQL ${effect.postgres}`,
          },
        ]),
    {
      label: "Asked for",
      value: (
        <>
          by {requestedBy}, <Age at={createdAt} />
        </>
      ),
    },
    ...(startedAt === null || endedAt === null
      ? []
      : [
          {
            label: "Took",
            value: <Duration seconds={(endedAt.getTime() - startedAt.getTime()) / 1000} />,
          },
        ]),
  ];
}
