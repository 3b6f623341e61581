/** What of a schema a delete rests on, as one hash: whatever of it changes, rows may go that nobody has looked at. Pure. */
import { canonicalHash } from "../../canonical/json.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { leaves } from "../../catalog/lookup.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { Doomed } from "./doomed-tables.ts";
import type { Pointer } from "./pointers-in.ts";

/** Columns, keys, foreign keys and triggers of every table that loses rows or points at them, and the model's version. */
export function shapeOf(
  catalog: Catalog,
  model: TenancyModel,
  doomed: readonly Doomed[],
  pointers: readonly Pointer[],
): string {
  const tables = new Map(
    [...doomed.map(({ table }) => table), ...pointers.map(({ from }) => from)].flatMap((table) =>
      [table, ...leaves(catalog, table)].map((each) => [each.id, each] as const),
    ),
  );
  const parts = [...tables.values()]
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ oid, id, columns, keys, foreignKeys, triggers, partitionOf, rowSecurity }) => ({
      oid,
      id,
      columns: columns.map(({ name, type, nullable }) => [name, type, nullable]),
      keys: keys.map(({ name, columns: of }) => [name, of]),
      foreignKeys: foreignKeys.map(({ name, columns: of, table, onDelete }) => [name, of, table, onDelete]),
      triggers: triggers.map(({ name, enabled, definition }) => [name, enabled, definition]),
      partitionOf,
      rowSecurity: [rowSecurity.enabled, rowSecurity.forced],
    }));
  return canonicalHash({ model: model.version, parts });
}
