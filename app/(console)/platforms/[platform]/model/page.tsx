import type { Metadata } from "next";
import { links } from "../../../../../components/links.ts";
import { ModelHeader } from "../../../../../components/model/model-header.tsx";
import {
  fittingTables,
  readModelQuery,
  TABLE_CLASSES,
} from "../../../../../components/model/model-list.model.ts";
import { ModelTable } from "../../../../../components/model/model-table.tsx";
import { TablePanel } from "../../../../../components/model/table-panel.tsx";
import { Banner } from "../../../../../components/ui/banner.tsx";
import { Checkbox } from "../../../../../components/ui/checkbox.tsx";
import { EmptyState } from "../../../../../components/ui/empty-state.tsx";
import { FilterForm } from "../../../../../components/ui/filter-form.tsx";
import { Findings } from "../../../../../components/ui/findings.tsx";
import { Hash } from "../../../../../components/ui/hash.tsx";
import { Panel } from "../../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../../components/ui/quantities.ts";
import { Select } from "../../../../../components/ui/select.tsx";
import { readModel } from "../../../../../lib/queries/model.ts";
import type { SearchParams } from "../../../../../lib/queries/tenant-list.ts";
import { loadView } from "../../../load-view.ts";

interface ModelPageProps {
  readonly params: Promise<{ readonly platform: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: ModelPageProps): Promise<Metadata> {
  return { title: `Tenancy model of ${decodeURIComponent((await params).platform)}` };
}

/** More of them would stand before the list of tables, which most people come for. */
const FEW_CYCLES = 3;

function Cycles({ cycles }: { readonly cycles: readonly (readonly string[])[] }) {
  return (
    <ul>
      {cycles.map((cycle) => (
        <li key={cycle.join(" ")}>
          <code>{cycle.join(" → ")}</code>
        </li>
      ))}
    </ul>
  );
}

/** Whose the rows of each table are, and how that is known. */
export default async function ModelPage({ params, searchParams }: ModelPageProps) {
  const name = decodeURIComponent((await params).platform);
  const query = readModelQuery(await searchParams);
  const { view, actor } = await loadView((console, actor) =>
    readModel(console, actor, name, query.database, query.table),
  );
  const rows = fittingTables(view.tables, query);
  const list = (table: string | null) =>
    links.model(name, {
      q: query.text,
      class: query.class,
      findings: query.findings,
      database: query.database,
      table,
    });
  return (
    <>
      <ModelHeader platform={name} tab="tables" suspected={view.suspected}>
        {view.refused.length > 0
          ? `${view.database} could not be read`
          : rows.length === view.tables.length
            ? formatNoun(view.tables.length, "table", "tables")
            : `${rows.length} of ${formatNoun(view.tables.length, "table", "tables")}`}
        {view.refused.length === 0 && view.database !== null && ` in ${view.database}, as they are now`}
        {view.version !== null && (
          <>
            {" "}
            · version <Hash value={view.version} label="the model's version" />
          </>
        )}
      </ModelHeader>
      <div className="flex flex-col gap-3">
        {view.refused.length > 0 && (
          <Panel title="The model could not be read">
            <Findings findings={view.refused} />
          </Panel>
        )}
        {view.cycles.length > 0 && (
          <Panel title="Cycles">
            {view.cycles.length <= FEW_CYCLES ? (
              <Cycles cycles={view.cycles} />
            ) : (
              <details>
                <summary>{formatNoun(view.cycles.length, "circle", "circles")} of tables</summary>
                <Cycles cycles={view.cycles} />
              </details>
            )}
          </Panel>
        )}
        {view.detail !== null && (
          <TablePanel
            platform={name}
            table={view.detail}
            mayChange={actor.permissions.has("change:model")}
            close={list(null)}
          />
        )}
        {query.table !== null && view.detail === null && view.refused.length === 0 && (
          <Banner tone="warn">There is no table {query.table} in the model.</Banner>
        )}
        <div className="rounded-lg border bg-surface">
          <div className="border-b p-2">
            <FilterForm
              action={links.model(name)}
              label="Filter tables"
              search={{ value: query.text, placeholder: "Table" }}
            >
              <Select
                key={`class ${query.class}`}
                name="class"
                aria-label="Class"
                empty="Any class"
                choices={Object.entries(TABLE_CLASSES).map(([value, label]) => ({ value, label }))}
                defaultValue={query.class ?? ""}
              />
              <Select
                key={`database ${view.database}`}
                name="database"
                aria-label="Database"
                choices={view.databases.map((database) => ({ value: database.name, label: database.name }))}
                defaultValue={view.database ?? ""}
              />
              <Checkbox name="findings" value="true" label="With findings" defaultChecked={query.findings} />
            </FilterForm>
          </div>
          {rows.length > 0 ? (
            <ModelTable rows={rows} picked={query.table} href={(table) => `${list(table)}#table`} />
          ) : (
            <EmptyState title="No table">
              {view.tables.length === 0 ? "There is no model to list." : "No table fits these filters."}
            </EmptyState>
          )}
        </div>
      </div>
    </>
  );
}
