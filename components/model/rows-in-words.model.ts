/** A table's rows of tenants, in words. Pure. */
import type { TenantRows } from "../../lib/operations/registration/rows-per-tenant.ts";
import { formatCount, formatNoun } from "../ui/quantities.ts";

/** `1 204 of 8 tenants, at most 400 each`. */
export function rowsInWords(rows: TenantRows): string {
  if (rows.kind !== "counted") return rows.kind;
  if (rows.rows === 0) return "no row of a tenant";
  return `${formatCount(rows.rows)} of ${formatNoun(rows.tenants, "tenant", "tenants")}, at most ${formatCount(rows.most)} each`;
}
