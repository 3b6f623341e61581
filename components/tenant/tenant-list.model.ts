/** The addresses of a list of tenants: each header, each page. */
import { type TenantListQuery, type TenantSort, writeTenantList } from "../../lib/queries/tenant-list.ts";
import { links } from "../links.ts";

/** Columns of which the largest or latest is looked for first. */
const LARGEST_FIRST: ReadonlySet<TenantSort> = new Set(["bytes"]);

/** Where a header leads: sorted by it, and the other way round where it is already. Back on the first page. */
export function sortLink(platform: string, query: TenantListQuery, sort: TenantSort) {
  const current = query.sort === sort;
  const descending = current ? !query.descending : LARGEST_FIRST.has(sort);
  return {
    href: links.tenants(platform, writeTenantList({ ...query, sort, descending, page: 1 })),
    direction: current ? (query.descending ? ("down" as const) : ("up" as const)) : null,
  };
}

export function pageLink(platform: string, query: TenantListQuery, page: number): string {
  return links.tenants(platform, writeTenantList({ ...query, page }));
}

/** How a tenant is called: by its name, its slug, or at least its key. */
export function tenantTitle(tenant: {
  readonly key: string;
  readonly slug: string | null;
  readonly name: string | null;
}): string {
  return tenant.name ?? tenant.slug ?? tenant.key;
}
