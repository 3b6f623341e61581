/**
 * Which tables hold a tenant's rows, found without the model: by foreign keys as they stand, by columns that are
 * called as those that point at the root are, and by what the platform file says of owners.
 */
import type { Catalog, Column, Table } from "../../catalog/catalog.ts";
import { isOwnKey } from "../../tenancy/own-keys.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";

/** The tables' ids, the root's among them. */
export interface Whose {
  readonly tenants: ReadonlySet<string>;
  /** Those that lie in the tenant's own schema. */
  readonly whole: ReadonlySet<string>;
  /** Columns that hold the tenant's key. */
  keyColumns(table: Table): readonly string[];
}

/**
 * @param catalog as one tenant sees it, where each has a schema of its own
 * @param root null where the tenant is only a value, or a schema
 */
export function whoseTables(catalog: Catalog, file: PlatformFile, root: Table | null): Whose {
  const key = root?.columns.find(({ name }) => name === (file.tenant.key ?? root.keys[0]?.columns[0]));
  const called = new Set(file.tenant.key_columns ?? []);
  const calledBelow = new Set(file.sub_keys.flatMap(({ columns }) => columns));
  const all = [...catalog.tables.values()].filter(({ kind }) => kind !== "partition");
  if (root !== null)
    for (const table of all)
      for (const { table: target, columns } of table.foreignKeys)
        if (target === root.id && columns.length === 1) called.add(columns[0]!);
  const keyColumns = (table: Table) =>
    table.id === root?.id
      ? []
      : table.columns
          .filter(({ name, baseType }) => called.has(name) && (root === null || baseType === key?.baseType))
          .filter((column) => !isOwnKey(table, column.name) || isSharedKey(column))
          .map(({ name }) => name);
  // Where one table shares its own key with the tenant, not every `id` is a tenant's: none that makes itself.
  const isSharedKey = ({ name, sequence, default: makes }: Column) =>
    file.tenant.key_columns?.includes(name) === true && sequence === null && makes === null;
  const whole = new Set(
    all.filter(({ schema }) => schema === catalog.tenantSchema?.name).map(({ id }) => id),
  );
  const owners = Object.entries(file.tables).filter(([, { ownedThrough }]) => ownedThrough !== null);
  const tenants = new Set([...(root === null ? [] : [root.id]), ...whole, ...owners.map(([id]) => id)]);
  for (let before = -1; before < tenants.size; ) {
    before = tenants.size;
    for (const table of all) {
      const points = table.foreignKeys.some((each) => tenants.has(each.table));
      const carries = keyColumns(table).length > 0 || table.columns.some(({ name }) => calledBelow.has(name));
      if (points || carries) tenants.add(table.id);
    }
  }
  return { tenants, whole, keyColumns };
}
