/** From a shape to tables: names, columns, keys and what points where. Pure. */

import { buildTable } from "./build-table.ts";
import type { Build, BuiltPlatform, BuiltTable } from "./built.ts";
import { naming, peopleTable, rootTable } from "./keys.ts";
import type { PlatformShape } from "./shape.ts";

/** @param major of the server: what it does not know yet is left out */
export function build(shape: PlatformShape, major: number): BuiltPlatform {
  const common = shape.oddSchema ? 'My."Odd".Schema' : "public";
  const tableNames = naming(shape.names);
  // No name twice in a platform: what is called like the tenant's key elsewhere is taken for it.
  const columnNames = naming(shape.names * 7 + 3);
  const rooted = shape.rootKey !== "value";
  // A schema that is called by a key which only the import makes cannot be made beforehand.
  const needsSlug = shape.placement === "schema" && shape.rootKey !== "text";
  const slug = rooted && (shape.slug || needsSlug) ? columnNames() : null;
  const root = rootTable(common, tableNames(), shape.rootKey, columnNames(), slug);
  const people = shape.common === "none" ? null : peopleTable(common, tableNames(), shape.common);
  const placeholder = slug === null && rooted ? "key" : "slug";
  const schema = shape.placement === "schema" ? `app_{${placeholder}}` : common;
  const tables = [root];
  const context: Build = { shape, major, schema, rooted, names: columnNames, tables, people };
  for (const each of shape.tables) tables.push(buildTable(each, tableNames(), context));
  for (const parent of tables.filter(mayHaveHeir)) tables.push(heirOf(parent, tableNames(), columnNames));
  return { root, rooted, placement: shape.placement, slug, people, tables };
}

/** An heir has none of its parent's counters, and its rows are none that the parent's neighbours must point back at. */
function mayHaveHeir({ shape, id, partition, pointers }: BuiltTable): boolean {
  if (shape === null || !shape.heir || shape.shared || partition !== null) return false;
  if (id?.made === "number" && shape.key !== "serial" && shape.key !== "domain serial") return false;
  return pointers.every(({ kind, required }) => kind === "owner" || kind === "key" || !required);
}

/** The columns are inherited, keys and foreign keys are not. */
function heirOf(parent: BuiltTable, name: string, names: () => string): BuiltTable {
  const own = { name: names(), type: "integer", definition: "integer", values: ["4"] };
  return {
    ...parent,
    name,
    columns: [...parent.columns, own],
    inherits: parent,
    named: false,
    targets: [],
  };
}
