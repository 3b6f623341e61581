import type { Metadata } from "next";
import { bundleTitle } from "../../../../../components/bundle/bundle-list.model.ts";
import { SampleRows } from "../../../../../components/bundle/sample-rows.tsx";
import { links } from "../../../../../components/links.ts";
import { FilterForm } from "../../../../../components/ui/filter-form.tsx";
import { Findings } from "../../../../../components/ui/findings.tsx";
import { PageHeader } from "../../../../../components/ui/page-header.tsx";
import { pageOf } from "../../../../../components/ui/pagination.model.ts";
import { Pagination } from "../../../../../components/ui/pagination.tsx";
import { Panel } from "../../../../../components/ui/panel.tsx";
import { formatRows } from "../../../../../components/ui/quantities.ts";
import { Select } from "../../../../../components/ui/select.tsx";
import { Time } from "../../../../../components/ui/time.tsx";
import { REVEALED_FOR } from "../../../../../lib/operations/bundles/reveal.ts";
import {
  type BundleRowsView,
  ROWS_ON_A_PAGE,
  readBundleRows,
} from "../../../../../lib/queries/bundle-rows.ts";
import { readBundleRowsQuery } from "../../../../../lib/queries/bundle-rows-list.ts";
import type { SearchParams } from "../../../../../lib/queries/tenant-list.ts";
import { loadView } from "../../../load-view.ts";
import { RevealForm } from "./reveal-form.tsx";

export const metadata: Metadata = { title: "Rows of a bundle" };

interface RowsPageProps {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: Promise<SearchParams>;
}

/** What one table of a bundle holds, a page at a time, read from its file. */
export default async function RowsPage({ params, searchParams }: RowsPageProps) {
  const [{ id }, search] = await Promise.all([params, searchParams]);
  const { view } = await loadView((console, actor) =>
    readBundleRows(console, actor, id, readBundleRowsQuery(search)),
  );
  const { shown, tables, page } = view;
  return (
    <>
      <PageHeader
        title={
          <>
            Rows of <code>{shown.table}</code>
          </>
        }
        trail={[
          { href: links.bundles(), title: "Bundles" },
          { href: links.bundle(id), title: bundleTitle(view) },
        ]}
      >
        {formatRows(shown.rows)}, in the file's order
        {view.sequential && " · this file opens only from its beginning, so later tables take longer"}
      </PageHeader>
      <div className="grid gap-3">
        {view.personal && <Personal view={view} />}
        <section className="min-w-0 rounded-lg border bg-surface">
          <div className="border-b p-2">
            <FilterForm action={links.bundleRows(id)} label="Table">
              <Select
                name="table"
                aria-label="Table"
                key={shown.address}
                defaultValue={shown.address}
                choices={tables.map(({ address, table, rows }) => ({
                  value: address,
                  label: `${table} (${formatRows(rows)})`,
                }))}
              />
            </FilterForm>
          </div>
          {view.findings.length > 0 ? (
            <div className="px-3 py-2">
              <Findings findings={view.findings} />
            </div>
          ) : (
            <SampleRows {...view} />
          )}
          <Pagination
            page={pageOf(page, ROWS_ON_A_PAGE, shown.rows)}
            noun="rows"
            href={(to) => links.bundleRows(id, { table: shown.address, page: to })}
          />
        </section>
      </div>
    </>
  );
}

function Personal({ view }: { readonly view: BundleRowsView }) {
  const { id, shown, page, revealedUntil, mayReveal } = view;
  return (
    <Panel
      title={revealedUntil === null ? "Personal columns are masked" : "Personal columns are shown to you"}
    >
      {revealedUntil !== null ? (
        <p>
          Until <Time at={revealedUntil} precision="second" />; your reason is in the audit trail.
        </p>
      ) : mayReveal ? (
        <details>
          <summary>Ask to see them</summary>
          <div className="mt-2">
            <RevealForm bundleId={id} table={shown.address} page={page} minutes={REVEALED_FOR} />
          </div>
        </details>
      ) : (
        <p className="text-ink-soft">Your roles do not allow seeing them.</p>
      )}
    </Panel>
  );
}
