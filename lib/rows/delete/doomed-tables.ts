/** Which tables lose rows when a tenant is deleted, and in which order: children before parents, the root last. Pure. */
import type { Catalog, ForeignKey, Table } from "../../catalog/catalog.ts";
import { leaves } from "../../catalog/lookup.ts";
import { loadOrder } from "../../tenancy/load-order.ts";
import type { ModelTable, OwnershipPath, Reference, TenancyModel } from "../../tenancy/model.ts";

export interface Doomed {
  readonly table: Table;
  readonly model: ModelTable;
  /** Tables that point at each other in a circle have the same; those of a lesser one go first. */
  readonly group: number;
  /** The columns of its key, none of which may be NULL; null where a row is known by its place alone. */
  readonly key: readonly string[] | null;
  /**
   * Whether a row's way to the tenant is there until the row is deleted: it leads over tables whose turn is later. Else
   * only the recorded keys tell which rows are meant.
   */
  readonly hasPath: boolean;
  /** Whether rows of its group point at each other, so that their order matters. */
  readonly tangled: boolean;
}

/**
 * The owned tables, and those excluded ones of which a way leads to the tenant: their rows are the tenant's too, though
 * they never travel.
 */
export function doomedTables(catalog: Catalog, model: TenancyModel): readonly Doomed[] {
  const ids = [...model.tables.values()]
    .filter((table) => model.loadOrder.includes(table.id) || isExcludedOf(table))
    .map(({ id }) => id);
  const { order, cycles } = loadOrder(ids, [...keysBetween(catalog, ids), ...softNeeds(model, ids)]);
  const ordered = order.toReversed();
  const groups = groupsOf(ordered, cycles);
  return ordered.map((id) => {
    const table = catalog.tables.get(id)!;
    const group = groups.get(id)!;
    const isCircle = cycles.some((cycle) => cycle.includes(id));
    return {
      table,
      model: model.tables.get(id)!,
      group,
      key: keyOf(table),
      hasPath: [...wayOf(model, id)].every((on) => (groups.get(on) ?? Number.POSITIVE_INFINITY) > group),
      tangled: isCircle || foreignKeysOf(catalog, table).some((key) => rootId(catalog, key.table) === id),
    };
  });
}

function isExcludedOf({ class: tableClass, path, whole }: ModelTable): boolean {
  return tableClass === "excluded" && (path !== null || whole === true);
}

/** A table's foreign keys, and those that only some partition of it has. */
export function foreignKeysOf(catalog: Catalog, table: Table): ForeignKey[] {
  const own = leaves(catalog, table).flatMap((leaf) => (leaf.id === table.id ? [] : leaf.foreignKeys));
  const known = new Set(table.foreignKeys.map(pointing));
  return [...table.foreignKeys, ...own.filter((key) => !known.has(pointing(key)))];
}

const pointing = ({ columns, table, targetColumns }: ForeignKey) =>
  JSON.stringify([columns, table, targetColumns]);

/** The table of the model that a table's rows belong to: the root of its tree. */
export function rootId(catalog: Catalog, id: string): string {
  const parent = catalog.tables.get(id)?.partitionOf ?? null;
  return parent === null ? id : rootId(catalog, parent);
}

function keysBetween(catalog: Catalog, ids: readonly string[]): Reference[] {
  return ids.flatMap((id) => {
    const table = catalog.tables.get(id)!;
    return foreignKeysOf(catalog, table).map(
      (key): Reference => ({
        kind: "foreign key",
        from: { table: id, columns: key.columns },
        to: { table: rootId(catalog, key.table), columns: key.targetColumns },
        foreignKey: key.name,
        when: null,
        path: null,
        pattern: null,
        nullable: key.columns.some(
          (name) => table.columns.find((column) => column.name === name)?.nullable ?? true,
        ),
      }),
    );
  });
}

/**
 * What no constraint asks for: that a row goes before those that its way to the tenant leads over, and the root last, by
 * which the tenant is known.
 */
function softNeeds(model: TenancyModel, ids: readonly string[]): Reference[] {
  const root = model.tenant.table;
  return ids.flatMap((id) => {
    const hop = model.tables.get(id)!.path?.hops[0];
    return [
      ...(hop === undefined ? [] : [soft(id, hop.columns, hop.table, hop.targetColumns)]),
      ...(root === null || root === id ? [] : [soft(id, [], root, [])]),
    ];
  });
}

function soft(
  id: string,
  columns: readonly string[],
  target: string,
  targetColumns: readonly string[],
): Reference {
  return {
    kind: "column",
    from: { table: id, columns },
    to: { table: target, columns: targetColumns },
    foreignKey: null,
    when: null,
    path: null,
    pattern: null,
    nullable: true,
  };
}

function groupsOf(
  ordered: readonly string[],
  cycles: readonly (readonly string[])[],
): ReadonlyMap<string, number> {
  const groups = new Map<string, number>();
  for (const id of ordered) {
    const mate = cycles.find((cycle) => cycle.includes(id))?.find((member) => groups.has(member));
    groups.set(id, mate === undefined ? groups.size : groups.get(mate)!);
  }
  return groups;
}

/** Every table that the ownership predicate looks into. */
function wayOf(model: TenancyModel, id: string, seen: Set<string> = new Set()): Set<string> {
  const { path, otherPaths, anyPath } = model.tables.get(id)!;
  const paths: readonly OwnershipPath[] = [...(path === null ? [] : [path]), ...(anyPath ? otherPaths : [])];
  for (const { table } of paths.flatMap(({ hops }) => hops)) {
    if (seen.has(table)) continue;
    seen.add(table);
    wayOf(model, table, seen);
  }
  return seen;
}

/** The primary key, or a unique key that holds for every row. */
export function keyOf(table: Table): readonly string[] | null {
  const isSet = (name: string) => table.columns.some((column) => column.name === name && !column.nullable);
  return table.keys.find(({ plain, columns }) => plain && columns.every(isSet))?.columns ?? null;
}

/** Every table that loses rows, by its name; partitions by their root's. */
export function doomedIds(doomed: readonly Doomed[]): ReadonlySet<string> {
  return new Set(doomed.map(({ table }) => table.id));
}

/** The way from a row to the tenant in words: `shipment_id → project_id → organization_id`. */
export function pathInWords({ path, whole }: ModelTable): string {
  if (whole === true) return "its schema";
  return path === null
    ? ""
    : [...path.hops.map(({ columns }) => columns.join(", ")), path.column].join(" → ");
}

/** `FROM` of a doomed table under an alias: a plain table without its classic heirs, a whole tree of partitions. */
export function onlyOf(table: Pick<Table, "kind">): string {
  return table.kind === "table" ? "ONLY " : "";
}
