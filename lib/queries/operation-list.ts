/** How a list of operations is asked for: its address, as values. Pure, so that pages build links from it. */
import { OPERATION_STATES, type OperationState } from "../records/schema/operations.ts";
import type { SearchParams } from "./tenant-list.ts";

/** States that people look for together. */
export const STATE_GROUPS = {
  open: {
    title: "Not over",
    states: ["planned", "in_review", "approved", "queued", "running", "paused", "unknown"],
  },
  failing: { title: "Failed or unknown", states: ["failed", "unknown"] },
} as const satisfies Record<string, { title: string; states: readonly OperationState[] }>;
export type StateGroup = keyof typeof STATE_GROUPS;

/** How far back a list looks, in days. */
export const SINCE = { "1d": 1, "7d": 7, "30d": 30, "90d": 90 } as const;
export type Since = keyof typeof SINCE;

export interface OperationListQuery {
  readonly state: OperationState | StateGroup | null;
  readonly kind: string | null;
  /** By name. */
  readonly platform: string | null;
  /** By name, and only together with `tenant`. */
  readonly database: string | null;
  /** A tenant's key. */
  readonly tenant: string | null;
  /** Only what the person who looks has asked for. */
  readonly mine: boolean;
  readonly since: Since | null;
  readonly page: number;
}

export const EVERY_OPERATION: OperationListQuery = {
  state: null,
  kind: null,
  platform: null,
  database: null,
  tenant: null,
  mine: false,
  since: null,
  page: 1,
};

/** Reads an address; what is not understood is left out, as an address is typed by people. */
export function readOperationList(search: SearchParams): OperationListQuery {
  const page = Number(first(search.page));
  const state = first(search.state);
  const since = first(search.since);
  return {
    state: isStateFilter(state) ? state : null,
    kind: text(search.kind),
    platform: text(search.platform),
    database: text(search.database),
    tenant: text(search.tenant),
    mine: first(search.mine) === "true",
    since: Object.hasOwn(SINCE, since) ? (since as Since) : null,
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The address of it again; what is as it is without being asked for stays out. */
export function writeOperationList(
  query: OperationListQuery,
): Readonly<Record<string, string | number | boolean | null>> {
  return { ...query, page: query.page === 1 ? null : query.page };
}

/** The states that a filter lets through; null for all. */
export function statesOf(filter: OperationListQuery["state"]): readonly OperationState[] | null {
  if (filter === null) return null;
  return isGroup(filter) ? STATE_GROUPS[filter].states : [filter];
}

/** Whether anything narrows the list. */
export function isNarrowed(query: OperationListQuery): boolean {
  return Object.values({ ...query, page: null }).some((value) => value !== null && value !== false);
}

function isStateFilter(text: string): text is OperationState | StateGroup {
  return isGroup(text) || (OPERATION_STATES as readonly string[]).includes(text);
}

function isGroup(text: string): text is StateGroup {
  return Object.hasOwn(STATE_GROUPS, text);
}

function text(value: SearchParams[string]): string | null {
  return first(value).trim().slice(0, 200) || null;
}

function first(value: SearchParams[string]): string {
  return (typeof value === "string" ? value : value?.[0]) ?? "";
}
