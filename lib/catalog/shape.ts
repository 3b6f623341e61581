/** A table's shape: what must be equal on both sides for a row to cross unchanged. Pure. */
import { canonicalHash } from "../canonical/json.ts";
import type { Catalog, Table } from "./catalog.ts";

/**
 * The shape as a plain value: columns by name with type, nullability, collation, identity and kind of
 * generation, and what the types of the users' own are made of. Independent of the order of columns, of OIDs and
 * of the database; constraints, indexes and defaults are no part of it, the ledger answers for those.
 */
export function tableShape(table: Pick<Table, "columns">): unknown {
  const columns = table.columns.map((column) => [
    column.name,
    {
      type: column.writtenType ?? column.type,
      typeShape: column.typeShape ?? null,
      nullable: column.nullable,
      collation: column.collation,
      deterministic: column.deterministic,
      identity: column.identity,
      generated: column.generated,
    },
  ]);
  return { columns: Object.fromEntries(columns) };
}

/** SHA-256 over the canonical JSON of `tableShape`, as 64 lower-case hex digits. */
export function shapeHash(table: Pick<Table, "columns">): string {
  return canonicalHash(tableShape(table));
}

/** SHA-256 over the shapes of all tables by qualified name; of partition trees only the roots. */
export function catalogFingerprint(catalog: Pick<Catalog, "tables">): string {
  const roots = [...catalog.tables].filter(([, table]) => table.partitionOf === null);
  return canonicalHash(new Map(roots.map(([id, table]) => [id, shapeHash(table)])));
}
