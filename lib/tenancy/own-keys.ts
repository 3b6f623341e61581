/** Which column identifies a row by itself. Pure. */
import type { Table } from "../catalog/catalog.ts";

/**
 * A whole single-column key, with no expression and no predicate. In a partitioned table every key holds the columns
 * that tell the partitions apart too: there a key is the column's own when nothing else is in it.
 */
export function isOwnKey(table: Table, column: string): boolean {
  return table.keys.some(({ plain, columns }) => plain && identifiesAlone(table, columns, column));
}

/** The same of the primary key alone. */
export function isOwnPrimaryKey(table: Table, column: string): boolean {
  return table.keys.some(
    ({ kind, columns }) => kind === "primary" && identifiesAlone(table, columns, column),
  );
}

function identifiesAlone(table: Table, key: readonly string[], column: string): boolean {
  if (key.length === 1) return key[0] === column;
  const partitioning = table.partitionColumns ?? [];
  return key.includes(column) && key.every((name) => (name === column) !== partitioning.includes(name));
}
