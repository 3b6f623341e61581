/** Rows that belong to everyone, in tables that hold tenants' rows too (`null_key: shared`). Pure. */
import { quoteColumns } from "../postgres/identifiers.ts";
import type { ModelTable } from "../tenancy/model.ts";

/**
 * The SQL condition for "this row is nobody's", over a row of the table under `alias`: its way to a tenant ends
 * before it begins. True for every row of a table that no way leads out of.
 */
export function sharedRowCondition(table: ModelTable, alias: string): string {
  if (table.path === null) return "true";
  const first = table.path.hops[0]?.columns ?? [table.path.column];
  return `(${first.map((column) => `${quoteColumns([column], alias)} IS NULL`).join(" OR ")})`;
}
