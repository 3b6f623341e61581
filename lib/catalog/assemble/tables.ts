/** Tables put together from the rows of all queries. Pure. */
import { qualifiedName } from "../../postgres/identifiers.ts";
import type { Table } from "../catalog.ts";
import type { ColumnRow } from "../sql/columns.ts";
import type { ConstraintRow, ForeignKeyRow } from "../sql/constraints.ts";
import type { IndexRow } from "../sql/indexes.ts";
import type { PolicyRow } from "../sql/policies.ts";
import type { SequenceRow, SequenceUseRow } from "../sql/sequences.ts";
import type { TableRow } from "../sql/tables.ts";
import type { TriggerRow } from "../sql/triggers.ts";
import type { TypePartRow, TypeRow } from "../sql/types.ts";
import { assembleColumn } from "./columns.ts";
import { assembleForeignKey, assembleIndexes, assembleKeys } from "./constraints.ts";
import { withPartitionColumns, withPartitionSequences, withPartitionSums } from "./partitions.ts";
import { sequenceFinder } from "./sequences.ts";
import { assemblePolicy, assembleTrigger } from "./triggers.ts";
import { typeResolver } from "./types.ts";

/** What was read, table by table in no particular grouping, each list in the order in which it is shown. */
export interface CatalogRows {
  readonly tables: readonly TableRow[];
  readonly columns: readonly ColumnRow[];
  readonly types: readonly TypeRow[];
  readonly typeParts: readonly TypePartRow[];
  readonly indexes: readonly IndexRow[];
  readonly foreignKeys: readonly ForeignKeyRow[];
  readonly constraints: readonly ConstraintRow[];
  readonly triggers: readonly TriggerRow[];
  readonly policies: readonly PolicyRow[];
  readonly sequences: readonly SequenceRow[];
  readonly sequenceUses: readonly SequenceUseRow[];
}

/** Every table by qualified name, in the order of the rows. */
export function assembleTables(rows: CatalogRows): Map<string, Table> {
  const ids = new Map(rows.tables.map((table) => [table.oid, qualifiedName(table.schema, table.name)]));
  const resolveType = typeResolver(rows.types, rows.typeParts);
  const sequenceOf = sequenceFinder(rows.sequences, rows.sequenceUses);
  const columnsOf = byTable(rows.columns);
  const indexesOf = byTable(rows.indexes);
  const foreignKeysOf = byTable(rows.foreignKeys);
  const constraintsOf = byTable(rows.constraints);
  const triggersOf = byTable(rows.triggers);
  const policiesOf = byTable(rows.policies);

  const tables = rows.tables.map((row): Table => {
    const columnRows = columnsOf(row.oid);
    const names = new Map(columnRows.map((column) => [column.position, column.name]));
    const indexes = assembleIndexes(indexesOf(row.oid), names);
    const constraints = constraintsOf(row.oid);
    const parents = row.parents.map((oid) => ids.get(oid)).filter((id) => id !== undefined);
    return {
      oid: row.oid,
      schema: row.schema,
      name: row.name,
      id: ids.get(row.oid)!,
      kind: kindOf(row),
      persistence: row.persistence === "u" ? "unlogged" : "permanent",
      partitionOf: row.is_partition ? (parents[0] ?? null) : null,
      ...(row.partition_columns.length > 0 ? { partitionColumns: row.partition_columns } : {}),
      inherits: row.is_partition ? [] : parents,
      comment: row.comment,
      owner: row.owner,
      ownedByRole: row.owned_by_role,
      privileges: {
        select: row.select,
        insert: row.insert,
        update: row.update,
        delete: row.delete,
        lock: row.lock,
      },
      rowSecurity: { enabled: row.row_security, forced: row.row_security_forced },
      policies: policiesOf(row.oid).map(assemblePolicy),
      columns: columnRows.map((column) =>
        assembleColumn(column, resolveType(column.type_oid), sequenceOf(column, row)),
      ),
      keys: assembleKeys(indexesOf(row.oid), names),
      foreignKeys: foreignKeysOf(row.oid).map((key) => assembleForeignKey(key, indexes)),
      indexes,
      triggers: triggersOf(row.oid).map(assembleTrigger),
      checks: constraints.filter(({ kind }) => kind === "c").map(definitionOf),
      exclusions: constraints.filter(({ kind }) => kind === "x").map(definitionOf),
      estimatedRows: row.estimated_rows,
      bytes: row.bytes,
    };
  });
  const byId = new Map(tables.map((table) => [table.id, table]));
  return withPartitionSums(withPartitionColumns(withPartitionSequences(byId)));
}

function byTable<T extends { table_oid: number }>(rows: readonly T[]): (oid: number) => readonly T[] {
  const groups = Map.groupBy(rows, (row) => row.table_oid);
  return (oid) => groups.get(oid) ?? [];
}

/** A foreign table stays one as a partition, too: its rows lie elsewhere. */
function kindOf(row: TableRow): Table["kind"] {
  if (row.relkind === "f") return "foreign";
  if (row.is_partition) return "partition";
  return row.relkind === "p" ? "partitioned" : "table";
}

function definitionOf({ name, definition }: ConstraintRow): { name: string; definition: string } {
  return { name, definition };
}
