/** Whether the role in use sees every row of a table. Pure. */
import type { Catalog, Table } from "../catalog/catalog.ts";

/** No policy hides a row from the role: with `row_security = off` a SELECT would be refused rather than fall short. */
export function bypassesPolicies({ role }: Pick<Catalog, "role">, table: Table): boolean {
  return role.superuser || role.bypassRls || (table.ownedByRole && !table.rowSecurity.forced);
}

/** It may read the table, all of it. */
export function isReadable(catalog: Pick<Catalog, "role">, table: Table): boolean {
  return table.privileges.select && (!table.rowSecurity.enabled || bypassesPolicies(catalog, table));
}
