import type { Metadata } from "next";
import { links } from "../../../components/links.ts";
import { OperationFilters } from "../../../components/operation/operation-filters.tsx";
import { OperationTable } from "../../../components/operation/operation-table.tsx";
import { ButtonLink } from "../../../components/ui/button.tsx";
import { EmptyState } from "../../../components/ui/empty-state.tsx";
import { PageHeader } from "../../../components/ui/page-header.tsx";
import { pageOf } from "../../../components/ui/pagination.model.ts";
import { Pagination } from "../../../components/ui/pagination.tsx";
import { getConsole } from "../../../lib/operations/console.ts";
import {
  EVERY_OPERATION,
  isNarrowed,
  readOperationList,
  writeOperationList,
} from "../../../lib/queries/operation-list.ts";
import { listOperations, OPERATIONS_ON_A_PAGE } from "../../../lib/queries/operations.ts";
import { loadView } from "../load-view.ts";

export const metadata: Metadata = { title: "Operations" };

interface OperationsPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** Every operation there was, the latest first. */
export default async function OperationsPage({ searchParams }: OperationsPageProps) {
  const query = readOperationList(await searchParams);
  const { view } = await loadView((console, actor) => listOperations(console, actor, query));
  const { registry } = (await getConsole()).engine;
  const page = pageOf(view.page, OPERATIONS_ON_A_PAGE, view.total);
  return (
    <>
      <PageHeader
        title="Operations"
        actions={
          <ButtonLink href={links.newOperation()} variant="primary">
            New operation…
          </ButtonLink>
        }
      />
      <div className="rounded-lg border bg-surface">
        <OperationFilters
          query={query}
          kinds={registry.all.map(({ kind, title }) => ({ value: kind, label: title }))}
          platforms={view.platforms}
        />
        {view.rows.length > 0 ? (
          <>
            <OperationTable rows={view.rows} platforms={view.platforms.length > 1} />
            <Pagination
              page={page}
              noun="operations"
              href={(to) => links.operations(writeOperationList({ ...query, page: to }))}
            />
          </>
        ) : isNarrowed(query) ? (
          <EmptyState
            title="No operation matches"
            action={
              <ButtonLink href={links.operations(writeOperationList(EVERY_OPERATION))}>Show all</ButtonLink>
            }
          >
            Loosen the filters, or look at all of them.
          </EmptyState>
        ) : (
          <EmptyState
            title="No operation yet"
            action={<ButtonLink href={links.newOperation()}>New operation…</ButtonLink>}
          >
            Open a tenant and export it: that reads and changes nothing.
          </EmptyState>
        )}
      </div>
    </>
  );
}
