/** What is different between two schemas: table by table, part by part. Pure. */
import { PARTS, type Part, type SchemaSnapshot, type TableSnapshot } from "./schema-snapshot.ts";

export interface SchemaDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Those that both have and that differ, by name; all in the order of their names. */
  readonly changed: readonly TableDiff[];
  /** Tables that are the same. */
  readonly same: number;
}

export interface TableDiff {
  readonly table: string;
  /** Where the table itself is another: partitioned, with row security. */
  readonly is: { readonly before: string; readonly after: string } | null;
  readonly parts: readonly PartDiff[];
}

/** One column, constraint, index, policy or trigger. Null where it is not there. */
export interface PartDiff {
  readonly part: Part;
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

export function schemaDiff(before: SchemaSnapshot, after: SchemaSnapshot): SchemaDiff {
  const [these, those] = [Object.keys(before), Object.keys(after)];
  const both = these.filter((table) => Object.hasOwn(after, table)).sort();
  const changed = both
    .map((table) => tableDiff(table, before[table]!, after[table]!))
    .filter(({ is, parts }) => is !== null || parts.length > 0);
  return {
    added: those.filter((table) => !Object.hasOwn(before, table)).sort(),
    removed: these.filter((table) => !Object.hasOwn(after, table)).sort(),
    changed,
    same: both.length - changed.length,
  };
}

function tableDiff(table: string, before: TableSnapshot, after: TableSnapshot): TableDiff {
  return {
    table,
    is: before.is === after.is ? null : { before: before.is, after: after.is },
    parts: PARTS.flatMap((part) => partDiffs(part, before[part], after[part])),
  };
}

function partDiffs(part: Part, before: TableSnapshot[Part], after: TableSnapshot[Part]): PartDiff[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const textOf = (texts: TableSnapshot[Part], name: string) =>
    Object.hasOwn(texts, name) ? texts[name]! : null;
  return names
    .map((name) => ({ part, name, before: textOf(before, name), after: textOf(after, name) }))
    .filter((each) => each.before !== each.after);
}
