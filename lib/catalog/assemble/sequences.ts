/** Sequences, and which of them feeds which column. Pure. */
import { parseQualified, qualifiedName } from "../../postgres/identifiers.ts";
import type { Sequence } from "../catalog.ts";
import type { ColumnRow } from "../sql/columns.ts";
import type { SequenceRow, SequenceUseRow } from "../sql/sequences.ts";
import type { TableRow } from "../sql/tables.ts";

type Place = { table_oid: number; position: number };

const keyOf = (place: Place) => `${place.table_oid}.${place.position}`;

/** The sequences with the columns that own them, by identity or OWNED BY. */
export function assembleSequences(
  rows: readonly SequenceRow[],
  uses: readonly SequenceUseRow[],
  tables: readonly TableRow[],
  columns: readonly ColumnRow[],
): Sequence[] {
  const tableIds = new Map(tables.map((table) => [table.oid, qualifiedName(table.schema, table.name)]));
  const columnNames = new Map(columns.map((column) => [keyOf(column), column.name]));
  const owners = new Map(
    uses.filter((use) => use.how !== "default").map((use) => [use.sequence_oid, use as Place]),
  );
  return rows.map(({ oid, ...row }) => {
    const owner = owners.get(oid);
    const table = owner && tableIds.get(owner.table_oid);
    const column = owner && columnNames.get(keyOf(owner));
    const ownedBy = table !== undefined && column !== undefined ? { table, column } : null;
    return { ...row, id: qualifiedName(row.schema, row.name), ownedBy };
  });
}

/**
 * Answers which sequence feeds a column, by its qualified name: an identity's own; else the one that the default
 * draws from; else the one that the column owns (the application may draw from it); else null.
 */
export function sequenceFinder(
  rows: readonly SequenceRow[],
  uses: readonly SequenceUseRow[],
): (column: ColumnRow, table: TableRow) => string | null {
  const ids = new Map(rows.map((row) => [row.oid, qualifiedName(row.schema, row.name)]));
  const known = new Set(ids.values());
  const byColumn = Map.groupBy(uses, keyOf);
  return (column, table) => {
    const found = byColumn.get(keyOf(column)) ?? [];
    const idOf = (how: SequenceUseRow["how"]) => {
      const use = found.find((candidate) => candidate.how === how);
      return (use && ids.get(use.sequence_oid)) ?? null;
    };
    const drawsInDefault = column.default?.includes("nextval(") ?? false;
    return (
      idOf("identity") ??
      (drawsInDefault ? (idOf("default") ?? lateBound(column.default ?? "", table, known)) : null) ??
      idOf("owned")
    );
  };
}

/**
 * `nextval('s'::text)` looks the sequence up at run time and leaves no dependency behind (Sequence Manipulation
 * Functions, 9.17). An unqualified name is looked for beside the table.
 */
function lateBound(expression: string, table: TableRow, known: ReadonlySet<string>): string | null {
  const literal = /nextval\(\(?'((?:[^']|'')+)'::text\)/.exec(expression)?.[1]?.replaceAll("''", "'");
  const parts = literal === undefined ? null : parseQualified(literal);
  if (parts === null) return null;
  const [schema, name] = parts.length === 1 ? [table.schema, parts[0]!] : [parts[0]!, parts[1]!];
  const id = qualifiedName(schema, name);
  return known.has(id) ? id : null;
}
