/** The addresses of a list of bundles, and what is said of a bundle's schema beside its databases. */
import { type BundleListQuery, type BundleSort, writeBundleList } from "../../lib/queries/bundle-list.ts";
import type { DatabaseFit } from "../../lib/queries/schema-fit.ts";
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

export interface FitWords {
  readonly tone: "ok" | "warn" | "idle";
  readonly text: string;
}

/** "as it is into eu-1", "other schema than us-1"; one for each of the answers that there are. */
export function fitWords(fits: readonly DatabaseFit[]): FitWords[] {
  const named = (fit: DatabaseFit["fit"]) => fits.filter((one) => one.fit === fit).map(({ name }) => name);
  const [equal, differs, unknown] = [named("equal"), named("differs"), named("unknown")];
  const words: FitWords[] = [];
  if (equal.length > 0) words.push({ tone: "ok", text: `as it is into ${listed(equal)}` });
  if (differs.length > 0) words.push({ tone: "warn", text: `other schema than ${listed(differs)}` });
  if (unknown.length > 0) words.push({ tone: "idle", text: `not known for ${listed(unknown)}` });
  return words;
}

function listed(names: readonly string[]): string {
  return names.length < 3 ? names.join(" and ") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
