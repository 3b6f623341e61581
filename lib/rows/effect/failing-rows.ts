/**
 * Which rows a migration stumbles over: asked of the throwaway database as the failed statement has left it. Rows are
 * named by their keys, and no other value is shown.
 */

import type pg from "pg";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import { readCatalog } from "../../catalog/read.ts";
import type { Finding } from "../../findings/finding.ts";
import type { MigrationFile } from "../../ledger/ledger.ts";
import {
  qualifiedColumn,
  qualifiedName,
  quoteColumns,
  quoteIdentifier,
  quoteQualified,
} from "../../postgres/identifiers.ts";
import type { ModelAt } from "./model-at.ts";

/** Error fields: PostgreSQL documentation, 54.8 Error and Notice Message Fields. */
export interface ConstraintError {
  readonly code?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly detail?: string;
}

/** Keys that are named. */
const NAMED = 10;

/**
 * @param files of which one has failed: a constraint that is not there yet stands in it
 * @param at the state before: what nobody may see is said there
 * @returns nothing where the error is none of a constraint, or the database does not tell
 */
export async function failingRows(
  client: pg.ClientBase,
  error: ConstraintError,
  files: readonly MigrationFile[],
  at: ModelAt,
): Promise<Finding[]> {
  const { schema = "", table: name = "" } = error;
  const catalog = await readCatalog(client);
  const table = catalog.tables.get(qualifiedName(schema, name));
  if (table === undefined) return [];
  const condition = conditionOf(error, table, catalog, files);
  if (condition === null) return [];
  const key = shownKey(table, at);
  const keys =
    key.length === 0
      ? "NULL"
      : `concat_ws(', ', ${key.map((column) => `t.${quoteIdentifier(column)}`).join(", ")})`;
  try {
    const { rows } = await client.query<{ count: number; keys: (string | null)[] | null }>(
      `SELECT count(*)::float8 AS count, (array_agg(${keys}) FILTER (WHERE tenantry_place <= ${NAMED})) AS keys
         FROM (SELECT t.*, row_number() OVER () AS tenantry_place FROM ${ownRows(table)} t WHERE ${condition.sql}) t`,
    );
    const { count, keys: found } = rows[0]!;
    return count === 0 ? [] : [finding(table, key, count, found ?? [], condition.what)];
  } catch {
    // What the condition speaks of is the failed migration's own, and gone with it.
    return [];
  }
}

interface Condition {
  /** Over `t`. */
  readonly sql: string;
  /** What is wrong with such a row, as the end of a sentence. */
  readonly what: string;
}

function conditionOf(
  error: ConstraintError,
  table: Table,
  catalog: Catalog,
  files: readonly MigrationFile[],
): Condition | null {
  // Class 23, Appendix A.
  switch (error.code) {
    case "23502":
      return missingValue(error, table);
    case "23503":
      return danglingKey(error, table, catalog, files);
    case "23505":
      return repeatedKey(error, table, files);
    case "23514":
      return brokenCheck(error, table, files);
    default:
      return null;
  }
}

function missingValue({ column = "" }: ConstraintError, table: Table): Condition {
  const isThere = table.columns.some(({ name }) => name === column);
  return {
    sql: isThere ? `num_nulls(t.${quoteIdentifier(column)}) = 1` : "true",
    what: isThere ? `no value in ${column}` : `no value for ${column}, which the migration adds`,
  };
}

/** `Key (a, b)=(1, x) is …`: what stands in the first brackets are columns as the server would write them in SQL. */
function keyIn(detail: string | undefined): string | null {
  return /^Key \((.+?)\)=\(/s.exec(detail ?? "")?.[1] ?? null;
}

function danglingKey(
  { detail, constraint }: ConstraintError,
  table: Table,
  catalog: Catalog,
  files: readonly MigrationFile[],
): Condition | null {
  const columns = namesIn(keyIn(detail), table);
  const target = /is not present in table "(.+)"\.$/.exec(detail ?? "")?.[1];
  if (columns === null || target === undefined) return null;
  const declared = table.foreignKeys.find(({ name }) => name === constraint);
  const parent =
    declared === undefined
      ? [...catalog.tables.values()].find(
          ({ schema, name }) => name === target && (schema === table.schema || schema === "public"),
        )
      : catalog.tables.get(declared.table);
  const named = declared?.targetColumns ?? targetsIn(files, constraint) ?? parent?.keys[0]?.columns;
  if (parent === undefined || named === undefined || named.length !== columns.length) return null;
  const pairs = columns.map(
    (column, at) => `p.${quoteIdentifier(named[at]!)} = t.${quoteIdentifier(column)}`,
  );
  return {
    sql: `num_nulls(${quoteColumns(columns, "t")}) = 0 AND NOT EXISTS (SELECT FROM ${quoteQualified(parent.schema, parent.name)} p WHERE ${pairs.join(" AND ")})`,
    what: `a value in ${columns.join(", ")} that no row of ${parent.id} has`,
  };
}

/** Where the file says which columns are pointed at; else it is the primary key. */
function targetsIn(files: readonly MigrationFile[], constraint: string | undefined): string[] | null {
  const clause = textAfter(files, constraint, /\bREFERENCES\s+[\w."]+\s*\(/i);
  return clause === null ? null : clause.split(",").map((name) => name.trim().replaceAll('"', ""));
}

function repeatedKey(
  { detail, constraint }: ConstraintError,
  table: Table,
  files: readonly MigrationFile[],
): Condition | null {
  const columns = namesIn(keyIn(detail), table);
  if (columns === null || isPartial(files, constraint)) return null;
  const same = columns.map((column) => `o.${quoteIdentifier(column)} = t.${quoteIdentifier(column)}`);
  const place = ownRows(table);
  return {
    sql: `(SELECT count(*) FROM ${place} o WHERE ${same.join(" AND ")}) > 1`,
    what: `the same ${columns.join(", ")} as another row`,
  };
}

/** An index over some of the rows: which of them they are only its own words say. */
function isPartial(files: readonly MigrationFile[], index: string | undefined): boolean {
  return files.some(({ sql }) =>
    sql
      .split(";")
      .some((statement) => index !== undefined && statement.includes(index) && /\bWHERE\b/i.test(statement)),
  );
}

function brokenCheck(
  { constraint = "" }: ConstraintError,
  table: Table,
  files: readonly MigrationFile[],
): Condition | null {
  const declared = table.checks.find(({ name }) => name === constraint)?.definition;
  const expression =
    declared === undefined
      ? textAfter(files, constraint, /\bCHECK\s*\(/i)
      : /^CHECK \((.*)\)(?: NOT VALID| NO INHERIT)*$/s.exec(declared)?.[1];
  if (expression == null) return null;
  return { sql: `(${expression}) IS FALSE`, what: `values that break ${constraint}` };
}

/** What stands in the brackets that `opening` opens, behind the constraint's name. */
function textAfter(
  files: readonly MigrationFile[],
  constraint: string | undefined,
  opening: RegExp,
): string | null {
  if (constraint === undefined) return null;
  for (const { sql } of files) {
    const at = sql.indexOf(constraint);
    if (at === -1) continue;
    const rest = sql.slice(at + constraint.length);
    const match = opening.exec(rest);
    if (match === null || rest.slice(0, match.index).includes(";")) continue;
    return inBrackets(rest.slice(match.index + match[0].length));
  }
  return null;
}

/** Up to the bracket that closes; brackets in quotes are none. */
function inBrackets(text: string): string | null {
  const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g;
  let depth = 1;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === "(") depth++;
    else if (match[0] === ")") depth--;
    if (depth === 0) return text.slice(0, match.index);
  }
  return null;
}

/** Null where one of them is an expression, or a column that the failed migration itself has made. */
function namesIn(list: string | null, table: Table): string[] | null {
  if (list === null) return null;
  const names = list.split(", ").map((name) => /^"(.*)"$/.exec(name)?.[1]?.replaceAll('""', '"') ?? name);
  return names.every((name) => table.columns.some((column) => column.name === name)) ? names : null;
}

/** The primary key, where none of it is anybody's secret or personal. */
function shownKey(table: Table, at: ModelAt): readonly string[] {
  const columns = table.keys.find(({ plain }) => plain)?.columns ?? [];
  const before = [...at.catalog.tables.values()].find(({ oid }) => oid === table.oid);
  const isShown = (name: string) => {
    const column = before?.columns.find((each) => each.name === name);
    return before !== undefined && column !== undefined && at.classOf(before, column) === "plain";
  };
  return columns.every(isShown) ? columns : [];
}

function finding(
  table: Table,
  key: readonly string[],
  count: number,
  keys: readonly (string | null)[],
  what: string,
): Finding {
  const named = keys.filter((each) => each !== null);
  const which =
    key.length === 0 || named.length === 0
      ? ""
      : `: ${key.join(", ")} ${named.join("; ")}${count > named.length ? "; …" : ""}`;
  return {
    code: "rows-in-the-way",
    severity: "blocks",
    where: key.length === 0 ? table.id : key.map((name) => qualifiedColumn(table.id, name)).join(", "),
    count,
    what: `${count === 1 ? "A row" : `${count.toLocaleString("en")} rows`} of ${table.id} ${count === 1 ? "has" : "have"} ${what}${which}.`,
    todo: "Mend such rows in the migration before the statement that refuses them, or in the platform's databases.",
  };
}
