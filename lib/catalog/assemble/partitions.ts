/** What a partition tree shares: its size is its leaves' and an identity's sequence is its root's. Pure. */
import type { Table } from "../catalog.ts";

type Tables = ReadonlyMap<string, Table>;

/** The direct partitions of every table that has some. */
export function partitionsByParent(tables: Tables): Map<string, Table[]> {
  const partitions = [...tables.values()].filter((table) => table.partitionOf !== null);
  return Map.groupBy(partitions, (table) => table.partitionOf!);
}

/** Rows and bytes of every table above others become the sums over its partitions, all the way down. */
export function withPartitionSums(tables: Tables): Map<string, Table> {
  const children = partitionsByParent(tables);
  const summed = (table: Table): Table => {
    const below = (children.get(table.id) ?? []).map(summed);
    if (below.length === 0) return table;
    const known = below.map((child) => child.estimatedRows).filter((rows) => rows !== null);
    return {
      ...table,
      estimatedRows: known.length === 0 ? null : known.reduce((sum, rows) => sum + rows, 0),
      bytes: table.bytes + below.reduce((sum, child) => sum + child.bytes, 0),
    };
  };
  return new Map([...tables].map(([id, table]) => [id, summed(table)]));
}

/** Columns that partition a table at any level of its tree: its keys have them all. */
export function withPartitionColumns(tables: Tables): Map<string, Table> {
  const children = partitionsByParent(tables);
  const below = (table: Table): string[] => [
    ...(table.partitionColumns ?? []),
    ...(children.get(table.id) ?? []).flatMap(below),
  ];
  return new Map(
    [...tables].map(([id, table]) => [
      id,
      children.has(id) ? { ...table, partitionColumns: [...new Set(below(table))] } : table,
    ]),
  );
}

/** A partition's identity column draws from the sequence of the column that it inherits (since Postgres 17). */
export function withPartitionSequences(tables: Tables): Map<string, Table> {
  const sequenceAbove = (table: Table, column: string): string | null => {
    const parent = table.partitionOf === null ? undefined : tables.get(table.partitionOf);
    if (parent === undefined) return null;
    const inherited = parent.columns.find(({ name }) => name === column);
    return inherited?.sequence ?? sequenceAbove(parent, column);
  };
  const fed = (table: Table): Table => ({
    ...table,
    columns: table.columns.map((column) =>
      column.identity !== null && column.sequence === null
        ? { ...column, sequence: sequenceAbove(table, column.name) }
        : column,
    ),
  });
  return new Map([...tables].map(([id, table]) => [id, table.partitionOf === null ? table : fed(table)]));
}
