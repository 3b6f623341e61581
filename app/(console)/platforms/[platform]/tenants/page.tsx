import { Plus } from "lucide-react";
import type { Metadata } from "next";
import { links } from "../../../../../components/links.ts";
import { TenantFilters } from "../../../../../components/tenant/tenant-filters.tsx";
import { pageLink } from "../../../../../components/tenant/tenant-list.model.ts";
import { TenantTable } from "../../../../../components/tenant/tenant-table.tsx";
import { ActionLink } from "../../../../../components/ui/action-link.tsx";
import { ButtonLink } from "../../../../../components/ui/button.tsx";
import { EmptyState } from "../../../../../components/ui/empty-state.tsx";
import { PageHeader } from "../../../../../components/ui/page-header.tsx";
import { pageOf } from "../../../../../components/ui/pagination.model.ts";
import { Pagination } from "../../../../../components/ui/pagination.tsx";
import { formatNoun } from "../../../../../components/ui/quantities.ts";
import { rolesWith } from "../../../../../lib/access/permissions.ts";
import { isFiltered, readTenantList, type SearchParams } from "../../../../../lib/queries/tenant-list.ts";
import { listTenants, TENANTS_ON_A_PAGE, type TenantsView } from "../../../../../lib/queries/tenants.ts";
import { loadView } from "../../../load-view.ts";

interface TenantsPageProps {
  readonly params: Promise<{ readonly platform: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: TenantsPageProps): Promise<Metadata> {
  return { title: `Tenants of ${decodeURIComponent((await params).platform)}` };
}

/** A platform's tenants. */
export default async function TenantsPage({ params, searchParams }: TenantsPageProps) {
  const name = decodeURIComponent((await params).platform);
  const query = readTenantList(await searchParams);
  const { view, actor } = await loadView((console, actor) => listTenants(console, actor, name, query));
  const { total, everything, databases } = view;
  return (
    <>
      <PageHeader
        title="Tenants"
        actions={
          <ActionLink
            href={links.newOperation({
              kind: "create",
              database: databases.length === 1 ? databases[0]?.id : undefined,
            })}
            unavailable={
              actor.permissions.has("request:create")
                ? databases.length === 0
                  ? "The platform has no database yet."
                  : null
                : `Needs the role ${rolesWith("request:create").join(" or ")}.`
            }
          >
            <Plus aria-hidden />
            Create tenant
          </ActionLink>
        }
      >
        {formatNoun(everything, "tenant", "tenants")} of {name} in{" "}
        {formatNoun(databases.length, "database", "databases")}; sizes are the census's
      </PageHeader>
      <div className="rounded-lg border bg-surface">
        <div className="border-b p-2">
          <TenantFilters platform={name} databases={databases} query={query} />
        </div>
        {total === 0 ? (
          <NoTenants view={view} filtered={isFiltered(query)} />
        ) : (
          <>
            <TenantTable platform={name} query={query} rows={view.rows} />
            <Pagination
              page={pageOf(view.page, TENANTS_ON_A_PAGE, total)}
              noun="tenants"
              href={(page) => pageLink(name, query, page)}
            />
          </>
        )}
      </div>
    </>
  );
}

function NoTenants({ view, filtered }: { readonly view: TenantsView; readonly filtered: boolean }) {
  const { name } = view.platform;
  if (filtered) {
    return (
      <EmptyState
        title="No tenant fits"
        action={<ButtonLink href={links.tenants(name)}>Show all</ButtonLink>}
      >
        None of {formatNoun(view.everything, "tenant", "tenants")} fits these filters.
      </EmptyState>
    );
  }
  const counted = view.databases.some((database) => database.censusAt !== null);
  return (
    <EmptyState
      title={counted ? "No tenant yet" : "The census has not been there yet"}
      action={<ButtonLink href={links.platform(name)}>Look at the platform</ButtonLink>}
    >
      {counted
        ? "The databases hold no tenant. Create one, or import one from a bundle."
        : "A worker lists the tenants within a few minutes of a database's registration. Where none runs, start one."}
    </EmptyState>
  );
}
