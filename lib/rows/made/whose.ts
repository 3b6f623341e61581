/**
 * Which tables hold a tenant's rows, found without the model: by foreign keys as they stand, by columns that are
 * called as those that point at the root are, and by what the platform file says of owners.
 */
import type { Catalog, Table } from "../../catalog/catalog.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";

/** The tables' ids, the root's among them. `keys`: columns that hold the tenant's key. */
export interface Whose {
  readonly tenants: ReadonlySet<string>;
  keyColumns(table: Table): readonly string[];
}

export function whoseTables(catalog: Catalog, file: PlatformFile, root: Table): Whose {
  const key = root.columns.find(({ name }) => name === (file.tenant.key ?? "id"));
  const called = new Set(file.tenant.key_columns ?? []);
  for (const table of catalog.tables.values())
    for (const { table: target, columns } of table.foreignKeys)
      if (target === root.id && columns.length === 1) called.add(columns[0]!);
  const keyColumns = ({ id, columns }: Table) =>
    id === root.id
      ? []
      : columns
          .filter(({ name, baseType }) => called.has(name) && baseType === key?.baseType)
          .map(({ name }) => name);
  const owners = Object.entries(file.tables).filter(([, { ownedThrough }]) => ownedThrough !== null);
  const tenants = new Set([root.id, ...owners.map(([id]) => id)]);
  for (let before = -1; before < tenants.size; ) {
    before = tenants.size;
    for (const table of catalog.tables.values()) {
      if (table.kind === "partition") continue;
      const points = table.foreignKeys.some((each) => tenants.has(each.table));
      if (points || keyColumns(table).length > 0) tenants.add(table.id);
    }
  }
  return { tenants, keyColumns };
}
