/** How a list of bundles is asked for: its address, as values. Pure, so that pages build links from it. */
import { BUNDLE_STATES } from "../records/schema/bundles.ts";
import type { SearchParams } from "./tenant-list.ts";

export type BundleState = (typeof BUNDLE_STATES)[number];

/** The columns that the list can be sorted by; nothing else of an address reaches the ORDER BY. */
export const BUNDLE_SORTS = ["made", "rows", "bytes", "expires"] as const;
export type BundleSort = (typeof BUNDLE_SORTS)[number];

export const BUNDLE_ORIGINS = ["export", "upload"] as const;
export type BundleOrigin = (typeof BUNDLE_ORIGINS)[number];

export interface BundleListQuery {
  /** In the tenant's slug, its key, or the file's name. */
  readonly text: string;
  readonly state: BundleState | null;
  readonly origin: BundleOrigin | null;
  /** `unknown`: only files that no record knows. */
  readonly files: "unknown" | null;
  /** By name. */
  readonly platform: string | null;
  readonly sort: BundleSort;
  readonly descending: boolean;
  readonly page: number;
}

/** Reads an address; what is not understood is left out, as an address is typed by people. */
export function readBundleList(search: SearchParams): BundleListQuery {
  const sort = first(search.sort);
  const column = BUNDLE_SORTS.find((name) => name === sort.replace(/^-/, ""));
  const page = Number(first(search.page));
  return {
    text: first(search.q).trim().slice(0, 200),
    state: BUNDLE_STATES.find((name) => name === first(search.state)) ?? null,
    origin: BUNDLE_ORIGINS.find((name) => name === first(search.origin)) ?? null,
    files: first(search.files) === "unknown" ? "unknown" : null,
    platform: first(search.platform).trim().slice(0, 200) || null,
    sort: column ?? "made",
    descending: column === undefined || sort.startsWith("-"),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The address of it again; what is as it is without being asked for stays out. */
export function writeBundleList(query: BundleListQuery): Readonly<Record<string, string | number | null>> {
  const sort = `${query.descending ? "-" : ""}${query.sort}`;
  return {
    q: query.text || null,
    state: query.state,
    origin: query.origin,
    files: query.files,
    platform: query.platform,
    sort: sort === "-made" ? null : sort,
    page: query.page === 1 ? null : query.page,
  };
}

/** Whether anything narrows the list. */
export function isNarrowed(query: BundleListQuery): boolean {
  const { text, state, origin, files, platform } = query;
  return text !== "" || [state, origin, files, platform].some((value) => value !== null);
}

function first(value: SearchParams[string]): string {
  return (typeof value === "string" ? value : value?.[0]) ?? "";
}
