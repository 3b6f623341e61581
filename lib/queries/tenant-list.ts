/** How a list of tenants is asked for: its address, as values. Pure, so that pages build links from it. */
import { TENANT_STATES, type TenantState } from "../records/schema/tenants.ts";

/**
 * The columns that the list can be sorted by, each with an index; nothing else of an address reaches the ORDER BY.
 * State and database are filters instead.
 */
export const TENANT_SORTS = ["slug", "name", "bytes"] as const;
export type TenantSort = (typeof TENANT_SORTS)[number];

const KIB = 1024;

/** Sizes that a list is filtered by: from, and below, in bytes. `unknown` has not been measured. */
export const TENANT_SIZES = {
  "under-1m": { title: "Under 1 MiB", from: 0, below: KIB ** 2 },
  "1m-100m": { title: "1 to 100 MiB", from: KIB ** 2, below: 100 * KIB ** 2 },
  "100m-1g": { title: "100 MiB to 1 GiB", from: 100 * KIB ** 2, below: KIB ** 3 },
  "over-1g": { title: "1 GiB and more", from: KIB ** 3, below: null },
  unknown: { title: "Not measured yet", from: null, below: null },
} as const satisfies Record<string, { title: string; from: number | null; below: number | null }>;
export type TenantSize = keyof typeof TENANT_SIZES;

export interface TenantListQuery {
  readonly text: string;
  /** `gone`: the census does not see them any more; hidden otherwise. */
  readonly state: TenantState | "gone" | null;
  /** A database by name. */
  readonly database: string | null;
  readonly size: TenantSize | null;
  readonly sort: TenantSort;
  readonly descending: boolean;
  readonly page: number;
}

export type SearchParams = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Reads an address; what is not understood is left out, as an address is typed by people. */
export function readTenantList(search: SearchParams): TenantListQuery {
  const sort = first(search.sort);
  const descending = sort.startsWith("-");
  const column = TENANT_SORTS.find((name) => name === sort.replace(/^-/, ""));
  const page = Number(first(search.page));
  const state = first(search.state);
  const size = first(search.size);
  return {
    text: first(search.q).trim().slice(0, 200),
    state: state === "gone" ? "gone" : (TENANT_STATES.find((name) => name === state) ?? null),
    database: first(search.database).slice(0, 200) || null,
    size: Object.hasOwn(TENANT_SIZES, size) ? (size as TenantSize) : null,
    sort: column ?? "slug",
    descending: column !== undefined && descending,
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The address of it again; what is as it is without being asked for stays out. */
export function writeTenantList(query: TenantListQuery): Readonly<Record<string, string | number | null>> {
  const sort = `${query.descending ? "-" : ""}${query.sort}`;
  return {
    q: query.text || null,
    state: query.state,
    database: query.database,
    size: query.size,
    sort: sort === "slug" ? null : sort,
    page: query.page === 1 ? null : query.page,
  };
}

/** Whether anything narrows the list. */
export function isFiltered(query: TenantListQuery): boolean {
  return query.text !== "" || query.state !== null || query.database !== null || query.size !== null;
}

function first(value: string | readonly string[] | undefined): string {
  return (typeof value === "string" ? value : value?.[0]) ?? "";
}
