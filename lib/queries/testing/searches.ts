/** The ways to narrow and to sort each list, one at a time: an index serves one. */
import type { SearchParams } from "../tenant-list.ts";

export const AUDIT_SEARCHES = (operation: string, platform: string, tenant: string): SearchParams[] => [
  {},
  { q: "Person No. 7" },
  { q: "worker" },
  { action: "operation.approved" },
  { action: "bundle" },
  { operation },
  { platform },
  { tenant },
  { since: "2020-01-01", until: new Date().toISOString().slice(0, 10) },
];

export const BUNDLE_SEARCHES = (platform: string): SearchParams[] => [
  {},
  { state: "expired" },
  { origin: "export" },
  { platform },
  { q: "tenant-007" },
  { sort: "expires" },
  { sort: "-expires" },
  { sort: "rows" },
  { sort: "-rows" },
  { sort: "bytes" },
  { sort: "-bytes" },
];

export const OPERATION_SEARCHES = (platform: string, tenant: string): SearchParams[] => [
  {},
  { state: "failing" },
  { state: "open" },
  { kind: "suspend" },
  { platform },
  { tenant },
  { tenant, platform, database: "eu-1" },
  { mine: "true" },
  { since: "7d" },
];

export const TENANT_SEARCHES: readonly SearchParams[] = [
  {},
  { state: "suspended" },
  { state: "gone" },
  { database: "eu-1" },
  { size: "over-1g" },
  { q: "tenant-007" },
  { q: "No. 77" },
  { sort: "name" },
  { sort: "-bytes" },
];
