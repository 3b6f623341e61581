import type { Metadata } from "next";
import { bundleTitle } from "../../../../components/bundle/bundle-list.model.ts";
import { ComparedTables } from "../../../../components/comparison/compared-tables.tsx";
import { ComparisonStatus } from "../../../../components/comparison/comparison-status.tsx";
import { DifferingRows } from "../../../../components/comparison/differing-rows.tsx";
import { links } from "../../../../components/links.ts";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { Findings } from "../../../../components/ui/findings.tsx";
import { Link } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../components/ui/quantities.ts";
import { Duration } from "../../../../components/ui/quantity.tsx";
import { Age, Time } from "../../../../components/ui/time.tsx";
import { KEPT_DAYS } from "../../../../lib/operations/comparisons/shown-row.ts";
import { apart, type ComparisonView, readComparison } from "../../../../lib/queries/comparison.ts";
import type { SearchParams } from "../../../../lib/queries/tenant-list.ts";
import { loadView } from "../../load-view.ts";
import { BeingCompared } from "./being-compared.tsx";

interface ComparisonPageProps {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export const metadata: Metadata = { title: "Comparison" };

/** Two sides of one tenant: what was added, removed and changed between them. */
export default async function ComparisonPage({ params, searchParams }: ComparisonPageProps) {
  const [{ id }, search] = await Promise.all([params, searchParams]);
  const table = typeof search.table === "string" ? search.table : null;
  const { view } = await loadView((console, actor) => readComparison(console, actor, id, { table }));
  const title = bundleTitle(view.bundle);
  const different = view.tables.filter((each) => apart(each) > 0);
  return (
    <>
      <PageHeader
        title={`Comparison of ${title}`}
        trail={[
          { href: links.bundles(), title: "Bundles" },
          { href: links.bundle(view.bundle.id), title },
        ]}
      >
        <ComparisonStatus state={view.state} equal={view.equal} boxed />
      </PageHeader>
      <div className="grid gap-3">
        {(view.state === "waiting" || view.state === "running") && (
          <BeingCompared
            id={id}
            since={view.startedAt ?? view.createdAt}
            waiting={view.state === "waiting"}
            progress={view.progress}
            progressAt={view.progressAt}
            mayCancel={view.mayCancel}
          />
        )}
        <Panel title="What with what">
          <Facts facts={factsOf(view)} />
        </Panel>
        {view.tables.length > 0 && (
          <Panel
            title="Tables"
            aside={
              different.length === 0
                ? "no difference"
                : `${different.length} of ${formatNoun(view.tables.length, "table", "tables")} differ`
            }
            flush
          >
            <ComparedTables id={id} tables={view.tables} shown={view.shown?.table ?? null} />
          </Panel>
        )}
        {view.shown !== null && (
          <Panel
            title={`Rows of ${view.shown.table}`}
            aside={view.shown.rows.length < view.shown.most ? undefined : `the first ${view.shown.most}`}
            flush
          >
            <DifferingRows table={view.shown.table} rows={view.shown.rows} />
            <p className="px-3 py-2 text-ink-soft">
              Personal and secret columns are not kept with a comparison. It goes after {KEPT_DAYS} days.
            </p>
          </Panel>
        )}
        {view.findings.length > 0 && (
          <Panel title="Findings">
            <Findings findings={view.findings} />
          </Panel>
        )}
      </div>
    </>
  );
}

function factsOf(view: ComparisonView): Fact[] {
  const { bundle, other } = view;
  return [
    { label: "Before", value: <BundleLink bundle={bundle} /> },
    {
      label: "After",
      value:
        other.kind === "bundle" ? (
          <BundleLink bundle={other} />
        ) : (
          `the tenant as it ${other.imported ? "was imported into" : "lived in"} ${other.name}`
        ),
    },
    {
      label: "Asked for",
      value: (
        <>
          by {view.requestedBy}, <Age at={view.createdAt} />
        </>
      ),
    },
    ...(view.startedAt === null || view.endedAt === null
      ? []
      : [
          {
            label: "Took",
            value: <Duration seconds={(view.endedAt.getTime() - view.startedAt.getTime()) / 1000} />,
          },
        ]),
  ];
}

function BundleLink({ bundle }: { readonly bundle: ComparisonView["bundle"] }) {
  return (
    <>
      <Link href={links.bundle(bundle.id)} className="link break-all">
        {bundle.name}
      </Link>
      {bundle.takenAt !== null && (
        <span className="text-ink-soft">
          {" "}
          as of <Time at={bundle.takenAt} />
        </span>
      )}
    </>
  );
}
