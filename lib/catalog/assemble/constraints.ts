/** Keys, indexes and foreign keys from their rows. Pure. */
import { qualifiedName, quoteIdentifier } from "../../postgres/identifiers.ts";
import type { ForeignKey, Index, Key } from "../catalog.ts";
import type { ForeignKeyRow } from "../sql/constraints.ts";
import type { IndexRow } from "../sql/indexes.ts";

/** Column names of one table by attribute number. */
export type ColumnNames = ReadonlyMap<number, string>;

const KEY_KINDS = { p: "primary", u: "unique" } as const;

/** A unique index guards its table only once it is valid; the others are no keys. */
export function assembleKeys(rows: readonly IndexRow[], names: ColumnNames): Key[] {
  return rows
    .filter((row) => row.unique && row.valid)
    .map((row) => ({
      name: row.constraint ?? row.name,
      kind: row.constraint_kind === null ? "unique index" : KEY_KINDS[row.constraint_kind],
      columns: row.positions.map((position, i) => names.get(position) ?? row.expressions[i] ?? ""),
      plain: row.predicate === null && !row.positions.includes(0),
      predicate: row.predicate,
      nullsNotDistinct: row.nulls_not_distinct,
      deferrable: row.deferrable,
    }));
}

export function assembleIndexes(rows: readonly IndexRow[], names: ColumnNames): Index[] {
  return rows.map((row) => ({
    name: row.name,
    unique: row.unique,
    valid: row.valid,
    method: row.method,
    columns: leadingColumns(row, names),
    predicate: row.predicate,
    definition: row.definition ?? "",
  }));
}

function leadingColumns(row: IndexRow, names: ColumnNames): string[] {
  const end = row.positions.indexOf(0);
  const plain = end < 0 ? row.positions : row.positions.slice(0, end);
  return plain.map((position) => names.get(position) ?? "");
}

const ACTIONS = {
  a: "no action",
  r: "restrict",
  c: "cascade",
  n: "set null",
  d: "set default",
} as const;

export function assembleForeignKey(row: ForeignKeyRow, indexes: readonly Index[]): ForeignKey {
  return {
    name: row.name,
    columns: row.columns,
    table: qualifiedName(row.target_schema, row.target),
    targetColumns: row.target_columns,
    onDelete: ACTIONS[row.on_delete],
    onUpdate: ACTIONS[row.on_update],
    matchFull: row.match === "f",
    deferrable: row.deferrable,
    validated: row.validated,
    indexed: indexes.some((index) => leadsWith(index, row.columns)),
  };
}

/**
 * Whether the child's rows of one parent can be found by this index. A predicate that only leaves NULLs out does
 * not stand in the way: `column = value` implies it.
 */
function leadsWith(index: Index, columns: readonly string[]): boolean {
  if (!index.valid || !hasEquality(index, columns)) return false;
  if (index.predicate !== null && !columns.some((column) => isNotNullOf(index.predicate, column)))
    return false;
  const leading = new Set(index.columns.slice(0, columns.length));
  return columns.every((column) => leading.has(column));
}

function hasEquality(index: Index, columns: readonly string[]): boolean {
  return index.method === "btree" || (index.method === "hash" && columns.length === 1);
}

function isNotNullOf(predicate: string | null, column: string): boolean {
  return predicate === `(${column} IS NOT NULL)` || predicate === `(${quoteIdentifier(column)} IS NOT NULL)`;
}
