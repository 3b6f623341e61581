import type { Metadata } from "next";
import { ModelGraph } from "../../../../../../components/graph/model-graph.tsx";
import { links } from "../../../../../../components/links.ts";
import { ModelHeader } from "../../../../../../components/model/model-header.tsx";
import { EmptyState } from "../../../../../../components/ui/empty-state.tsx";
import { Findings } from "../../../../../../components/ui/findings.tsx";
import { Link } from "../../../../../../components/ui/link.tsx";
import { Panel } from "../../../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../../../components/ui/quantities.ts";
import { readModelGraph } from "../../../../../../lib/queries/model-graph.ts";
import type { SearchParams } from "../../../../../../lib/queries/tenant-list.ts";
import { loadView } from "../../../../load-view.ts";

interface GraphPageProps {
  readonly params: Promise<{ readonly platform: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: GraphPageProps): Promise<Metadata> {
  return { title: `Graph of ${decodeURIComponent((await params).platform)}'s model` };
}

/** The model as a graph. What it shows the list of tables says in words. */
export default async function GraphPage({ params, searchParams }: GraphPageProps) {
  const name = decodeURIComponent((await params).platform);
  const { database } = await searchParams;
  const { view } = await loadView((console, actor) =>
    readModelGraph(console, actor, name, typeof database === "string" && database !== "" ? database : null),
  );
  const hrefs = Object.fromEntries(
    view.tables.map(({ id }) => [id, `${links.model(name, { table: id, database: view.database })}#table`]),
  );
  return (
    <>
      <ModelHeader platform={name} tab="graph" suspected={view.suspected}>
        {view.refused.length > 0
          ? `${view.database} could not be read`
          : `${formatNoun(view.tables.length, "table", "tables")}${view.database === null ? "" : ` in ${view.database}`}`}
        ; the same in words is{" "}
        <Link href={links.model(name)} className="link">
          the list of tables
        </Link>
      </ModelHeader>
      {view.refused.length > 0 && (
        <Panel title="The model could not be read">
          <Findings findings={view.refused} />
        </Panel>
      )}
      {view.tables.length > 0 ? (
        <>
          <noscript>
            <p className="mb-3">The graph is drawn by a script; the list of tables needs none.</p>
          </noscript>
          <ModelGraph tables={view.tables} edges={view.edges} hrefs={hrefs} />
        </>
      ) : (
        view.refused.length === 0 && (
          <Panel title="Graph" flush>
            <EmptyState title="No table">There is no database whose tables could be drawn.</EmptyState>
          </Panel>
        )
      )}
    </>
  );
}
