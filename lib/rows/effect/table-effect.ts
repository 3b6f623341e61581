/** One table of the tenant before and after: what became of it, of its columns, and of its rows. */
import type pg from "pg";
import type { Column } from "../../catalog/catalog.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import { quoteIdentifier } from "../../postgres/identifiers.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { readRowDigest } from "../proof/row-digest.ts";
import { lineExpression } from "../select-list.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import type { ColumnEffect, EffectRow, TableEffect } from "./effect.ts";
import { createExamples, exampleOf } from "./examples.ts";
import type { ModelAt } from "./model-at.ts";
import { fieldOf, meetRows } from "./ordered-rows.ts";
import { nameOf, type OwnedTable, type PairedColumn, type PairedTable } from "./pair-tables.ts";

/** A database of either moment, with a session that reads it. */
export interface StateSide {
  readonly client: pg.ClientBase;
  readonly at: ModelAt;
  /** The tenant key's text. */
  readonly tenant: string;
}

export async function tableEffect(
  pair: PairedTable,
  sides: readonly [StateSide, StateSide],
  signal: AbortSignal,
): Promise<TableEffect> {
  const { before, after, matching, columns } = pair;
  const found =
    before === null || after === null || matching.by === "none"
      ? await counted(pair, sides)
      : ((await unchanged(pair, before, after, sides)) ?? (await met(pair, before, after, sides, signal)));
  const { values, ...rest } = found;
  return {
    table: nameOf(pair),
    was: before !== null && after !== null && before.table.id !== after.table.id ? before.table.id : null,
    is: pair.is,
    matchedBy: matching.by,
    key: [before?.model.key ?? null, after?.model.key ?? null],
    ...rest,
    columns:
      before === null || after === null
        ? []
        : columns.map((column, at) => columnEffect(column, values[at] ?? null)).filter(isChange),
  };
}

interface Found extends Pick<TableEffect, "rows" | "added" | "removed" | "changed" | "examples"> {
  /** By the pair's columns; null where nobody looked. */
  readonly values: readonly (number | null)[];
}

/** Null where something is different. Rows that no migration touched are read once, and sorted by nobody. */
async function unchanged(
  { columns }: PairedTable,
  before: OwnedTable,
  after: OwnedTable,
  [a, b]: readonly [StateSide, StateSide],
): Promise<Found | null> {
  const same = columns.every(({ is, before: was, after: now }) => is === "kept" && was!.type === now!.type);
  const looked = columns.filter((column) => column.looked);
  if (!same || looked.length === 0) return null;
  const [these, those] = await Promise.all([
    readRowDigest(
      a.client,
      before.table,
      looked.map((column) => column.before!.name),
      conditionOf(before, a),
    ),
    readRowDigest(
      b.client,
      after.table,
      looked.map((column) => column.after!.name),
      conditionOf(after, b),
    ),
  ]);
  if (these.rows !== those.rows || these.sums.join() !== those.sums.join()) return null;
  const values = columns.map((column) => (column.looked ? 0 : null));
  return { rows: [these.rows, those.rows], added: 0, removed: 0, changed: 0, examples: [], values };
}

/** Row by row, in one order, so that neither side is held. */
async function met(
  { columns, matching }: PairedTable,
  before: OwnedTable,
  after: OwnedTable,
  [a, b]: readonly [StateSide, StateSide],
  signal: AbortSignal,
): Promise<Found> {
  if (matching.by === "none") throw new Error("rows that nobody can tell apart meet nobody");
  const byKey = matching.by === "key";
  // A column that is not there has no value: what comes into one that is new has changed from nothing.
  const read = byKey ? columns.filter(({ looked }) => looked) : matching.columns;
  const examples = createExamples();
  const counts = new Map<PairedColumn, number>(read.map((column) => [column, 0]));
  const rows: [number, number] = [0, 0];
  let [added, removed, changed] = [0, 0, 0];
  await meetRows(
    [a.client, b.client],
    [
      orderedSelect(before, a, read, matching.columns, (column) => column.before),
      orderedSelect(after, b, read, matching.columns, (column) => column.after),
    ],
    read.length + 1,
    (was, now) => {
      if (was !== null) rows[0]++;
      if (now !== null) rows[1]++;
      const differing: PairedColumn[] = [];
      if (was === null) added++;
      else if (now === null) removed++;
      else {
        for (let at = 0; at < read.length; at++)
          if (!fieldOf(was, at + 1).equals(fieldOf(now, at + 1))) differing.push(read[at]!);
        if (differing.length === 0) return;
        changed++;
        for (const column of differing) counts.set(column, counts.get(column)! + 1);
      }
      const kind = was === null ? "added" : now === null ? "removed" : "changed";
      if (!examples.wants(kind)) return;
      const key = byKey ? new Set(matching.columns) : new Set<PairedColumn>();
      examples.take(exampleOf(kind, read, key, new Set(differing), was, now));
    },
    signal,
  );
  const values = byKey
    ? columns.map((column) => counts.get(column) ?? null)
    : await valuesOfUnmatched(columns, before, after, [a, b]);
  return { rows, added, removed, changed, examples: examples.rows, values };
}

/** Rows of a table that is there on one side only, or whose rows cannot be told apart. */
async function counted(
  { before, after, columns }: PairedTable,
  [a, b]: readonly [StateSide, StateSide],
): Promise<Found> {
  const rows = [
    before === null ? 0 : await countRows(before, a),
    after === null ? 0 : await countRows(after, b),
  ] as const;
  const both = before !== null && after !== null;
  return {
    rows,
    added: before === null ? rows[1] : 0,
    removed: after === null ? rows[0] : 0,
    changed: 0,
    examples: both ? [] : await someRows((after ?? before)!, after === null ? a : b, columns, after !== null),
    values: both ? await valuesOfUnmatched(columns, before, after, [a, b]) : columns.map(() => null),
  };
}

async function countRows(of: OwnedTable, side: StateSide): Promise<number> {
  const { rows } = await side.client.query<{ count: number }>(
    `SELECT count(*)::float8 AS count FROM ${fromOf(of)} WHERE ${conditionOf(of, side)}`,
  );
  return rows[0]!.count;
}

/** Of columns that came or went: how many rows hold a value there. */
async function valuesOfUnmatched(
  columns: readonly PairedColumn[],
  before: OwnedTable,
  after: OwnedTable,
  [a, b]: readonly [StateSide, StateSide],
): Promise<(number | null)[]> {
  const values: (number | null)[] = [];
  for (const { looked, before: was, after: now } of columns) {
    const only = was === null ? now : now === null ? was : null;
    if (!looked || only === null) values.push(null);
    else if (was === null) values.push(await countValues(only, after, b));
    else values.push(await countValues(only, before, a));
  }
  return values;
}

async function countValues({ name }: Column, of: OwnedTable, side: StateSide): Promise<number> {
  const { rows } = await side.client.query<{ count: number }>(
    `SELECT count(*)::float8 AS count FROM ${fromOf(of)}
      WHERE ${conditionOf(of, side)} AND num_nonnulls(t.${quoteIdentifier(name)}) = 1`,
  );
  return rows[0]!.count;
}

/** In no order: the first that the database comes across. */
async function someRows(
  of: OwnedTable,
  side: StateSide,
  columns: readonly PairedColumn[],
  isAfter: boolean,
): Promise<readonly EffectRow[]> {
  const examples = createExamples();
  const read = columns.filter(({ looked }) => looked);
  const kind = isAfter ? "added" : "removed";
  const here = (column: PairedColumn) => (isAfter ? column.after : column.before)!;
  const select = `SELECT ''${read.map((column) => `, ${expressionOf(column, here(column))}`).join("")}
    FROM ${fromOf(of)} WHERE ${conditionOf(of, side)} LIMIT ${examples.most}`;
  const key = new Set(read.filter((column) => of.model.key?.includes(here(column).name)));
  await meetRows(
    [side.client, side.client],
    [select, null],
    read.length + 1,
    (row) => examples.take(exampleOf(kind, read, key, new Set(), isAfter ? null : row, isAfter ? row : null)),
    new AbortController().signal,
  );
  return examples.rows;
}

/**
 * The mark is a hash of the key's text: rows come in an order that no collation, type or NULL has a say in.
 *
 * @param column which of a pair's is this side's
 */
function orderedSelect(
  of: OwnedTable,
  side: StateSide,
  read: readonly PairedColumn[],
  key: readonly PairedColumn[],
  column: (pair: PairedColumn) => Column | null,
): string {
  const own = (pair: PairedColumn) => expressionOf(pair, column(pair));
  const mark = `encode(sha256(convert_to(ROW(${key.map(own).join(", ")})::text, 'UTF8')), 'hex') COLLATE "C"`;
  return `SELECT ${[mark, ...read.map(own)].join(", ")} FROM ${fromOf(of)} WHERE ${conditionOf(of, side)} ORDER BY 1`;
}

const expressionOf = ({ secretPaths }: PairedColumn, column: Column | null) =>
  column === null ? "NULL" : lineExpression(column, "t", secretPaths);

/** A plain table without its classic heirs, which are tables of their own; a whole tree of partitions. */
function fromOf({ table }: OwnedTable): string {
  return `${ownRows(table)} t`;
}

function conditionOf({ table }: OwnedTable, { at, tenant }: StateSide): string {
  return ownershipPredicate(at.model, table.id, "t", tenantKeyLiteral(at.model, tenant));
}

function columnEffect(pair: PairedColumn, values: number | null): ColumnEffect {
  const { before, after } = pair;
  return {
    name: (after ?? before)!.name,
    was: before !== null && after !== null && before.name !== after.name ? before.name : null,
    is: pair.is,
    type: [before?.type ?? null, after?.type ?? null],
    class: pair.class,
    values,
  };
}

const isChange = ({ is, was, type, values }: ColumnEffect) =>
  is !== "kept" || was !== null || type[0] !== type[1] || (values !== null && values > 0);
