/** The addresses of a list of bundles, and what a bundle is called. */
import { type BundleListQuery, type BundleSort, writeBundleList } from "../../lib/queries/bundle-list.ts";
import { links } from "../links.ts";

/** Where a header leads: the latest or largest first, and the other way round where it is already. */
export function sortLink(query: BundleListQuery, sort: BundleSort) {
  const current = query.sort === sort;
  // What expires first is looked for first.
  const descending = current ? !query.descending : sort !== "expires";
  return {
    href: links.bundles(writeBundleList({ ...query, sort, descending, page: 1 })),
    direction: current ? (query.descending ? ("down" as const) : ("up" as const)) : null,
  };
}

export function pageLink(query: BundleListQuery, page: number): string {
  return links.bundles(writeBundleList({ ...query, page }));
}

/** How a bundle is called: by its tenant, or by its file where nobody knows whose it is. */
export function bundleTitle(bundle: {
  readonly name: string;
  readonly tenantSlug: string | null;
  readonly tenantKey: string | null;
}): string {
  return bundle.tenantSlug ?? bundle.tenantKey ?? bundle.name;
}
