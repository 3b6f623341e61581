import type { Metadata } from "next";
import { AuditFilters } from "../../../components/audit/audit-filters.tsx";
import { AuditTable } from "../../../components/audit/audit-table.tsx";
import { VerifyChain } from "../../../components/audit/verify-chain.tsx";
import { links } from "../../../components/links.ts";
import { ButtonLink, buttonClasses } from "../../../components/ui/button.tsx";
import { EmptyState } from "../../../components/ui/empty-state.tsx";
import { Link } from "../../../components/ui/link.tsx";
import { PageHeader } from "../../../components/ui/page-header.tsx";
import { listAudit } from "../../../lib/queries/audit.ts";
import { isAuditNarrowed, readAuditList, writeAuditList } from "../../../lib/queries/audit-list.ts";
import type { SearchParams } from "../../../lib/queries/tenant-list.ts";
import { loadView } from "../load-view.ts";

export const metadata: Metadata = { title: "Audit" };

/** Who did what, when; and that nobody has changed it since. */
export default async function AuditPage({ searchParams }: { readonly searchParams: Promise<SearchParams> }) {
  const query = readAuditList(await searchParams);
  const { view } = await loadView((console, actor) => listAudit(console, actor, query));
  const narrowed = writeAuditList({ ...query, before: null });
  return (
    <>
      <PageHeader
        title="Audit"
        actions={
          <>
            {/* Plain links: a file is fetched by the browser, not by the router. */}
            <Download href={links.auditFile("csv", narrowed)}>Export as CSV</Download>
            <Download href={links.auditFile("jsonl", narrowed)}>as JSON Lines</Download>
          </>
        }
      >
        {query.operation === null ? (
          "Who did what, the latest first."
        ) : (
          <>
            The whole story of operation{" "}
            <Link href={links.operation(query.operation)} className="link">
              <code>{query.operation}</code>
            </Link>
            , in the order in which it happened.
          </>
        )}
      </PageHeader>
      <div className="flex flex-col gap-3">
        <VerifyChain />
        <div className="rounded-lg border bg-surface">
          <div className="border-b p-2">
            <AuditFilters query={query} platforms={view.platforms} />
          </div>
          {view.rows.length > 0 ? (
            <AuditTable rows={view.rows} />
          ) : (
            <EmptyState
              title="No entry"
              action={
                isAuditNarrowed(query) || query.before !== null ? (
                  <ButtonLink href={links.audit()}>Show all</ButtonLink>
                ) : undefined
              }
            >
              {isAuditNarrowed(query)
                ? "Nothing in the trail fits these filters."
                : "The trail begins with the first act."}
            </EmptyState>
          )}
          {(view.older !== null || query.before !== null) && (
            <nav aria-label="Pages" className="flex items-center gap-2 border-t px-2 py-1.5">
              {query.before !== null && (
                <ButtonLink href={links.audit(narrowed)} size="sm">
                  From the beginning
                </ButtonLink>
              )}
              {view.older !== null && (
                <ButtonLink
                  href={links.audit(writeAuditList({ ...query, before: view.older }))}
                  rel="next"
                  size="sm"
                >
                  {query.operation === null ? "Older" : "Later"}
                </ButtonLink>
              )}
            </nav>
          )}
        </div>
      </div>
    </>
  );
}

function Download({ href, children }: { readonly href: string; readonly children: string }) {
  return (
    <a href={href} download className={buttonClasses({ variant: "secondary" })}>
      {children}
    </a>
  );
}
