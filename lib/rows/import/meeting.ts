/**
 * Keys that say more than "these columns are not equal": of some rows only, of what an expression makes of a row, with
 * NULLs that equal each other, and exclusion constraints. The database evaluates them over rows that are not in it yet.
 */
import type pg from "pg";
import type { Key, Table } from "../../catalog/catalog.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import { quoteIdentifier } from "../../postgres/identifiers.ts";
import { operatorBetween } from "../../tenancy/column-types.ts";
import type { GlobalKey, MeetingRule } from "./global-key.ts";

/** Of one table. An exclusion constraint that is written in a way not known here is left to the load. Pure. */
export function meetingRules(table: Table): GlobalKey[] {
  const keys = table.keys
    .filter((key) => !key.plain || key.nullsNotDistinct)
    .map((key) => ({ key, rule: ruleOfKey(table, key) }));
  const exclusions = table.exclusions.flatMap(({ name, definition }) => {
    const rule = ruleOfExclusion(name, definition);
    return rule === null ? [] : [{ key: { name, columns: [] }, rule }];
  });
  return [...keys, ...exclusions].map(({ key, rule }) => ({
    table: table.id,
    key,
    needs: mentioned(table, [...rule.elements.map(({ sql }) => sql), rule.predicate ?? ""].join(" ")),
    rule,
    withNulls: true,
    everyRow: false,
  }));
}

/**
 * Those that the database checks by a trigger of its own, at the statement's end or the transaction's: a session in the
 * replica role checks none of them, and says nothing (CREATE TABLE, DEFERRABLE; tried on 14 to 18). Null stands for an
 * exclusion constraint that is written in a way not known here. Pure.
 */
export function deferrableRules(
  table: Table,
): { readonly name: string; readonly rule: MeetingRule | null }[] {
  return [
    ...table.keys
      .filter((key) => key.deferrable)
      .map((key) => ({ name: key.name, rule: apartInTime(table, key.name, ruleOfKey(table, key)) })),
    ...table.exclusions
      .filter(({ definition }) => / DEFERRABLE( INITIALLY DEFERRED)?$/.test(definition))
      .map(({ name, definition }) => ({ name, rule: ruleOfExclusion(name, definition) })),
  ];
}

/** Of a key WITHOUT OVERLAPS (CREATE TABLE, since 18) the last column must not overlap: its index is none of equals. */
function apartInTime(table: Table, name: string, rule: MeetingRule): MeetingRule {
  const index = table.indexes.find((each) => each.name === name);
  if (index === undefined || index.method === "btree") return rule;
  const last = rule.elements.length - 1;
  return {
    ...rule,
    elements: rule.elements.map((element, at) => (at === last ? { ...element, operator: "&&" } : element)),
  };
}

function ruleOfKey(table: Table, key: Key): MeetingRule {
  const columnOf = (name: string) => table.columns.find((column) => column.name === name);
  const isWhole = key.predicate === null && key.columns.every((name) => columnOf(name) !== undefined);
  return {
    name: key.name,
    kind: "unique",
    elements: key.columns.map((name) => {
      const type = columnOf(name)?.baseType;
      return type === undefined
        ? { sql: `(${name})`, operator: "=" }
        : { sql: quoteIdentifier(name), operator: operatorBetween(type, type, "=") };
    }),
    predicate: key.predicate,
    nullsEqual: key.nullsNotDistinct,
    whole: isWhole ? key.columns : null,
  };
}

/** `EXCLUDE USING gist (room WITH =, during WITH &&) WHERE ((NOT cancelled))`, pg_get_constraintdef, 9.27.4. */
function ruleOfExclusion(name: string, definition: string): MeetingRule | null {
  const start = definition.indexOf("(");
  const inner = start === -1 ? null : enclosed(definition, start);
  if (inner === null) return null;
  const elements = splitAtCommas(inner.text).map((part) => {
    const match = /^(.+) WITH (\S+)$/s.exec(part.trim());
    const sql = match?.[1] ?? "";
    // A column, a function's call, or an expression in parentheses; behind it may stand an operator class, which is no SQL.
    const [named = ""] = /^(?:(?:[a-z_][a-z0-9_]*|"(?:[^"]|"")+")\.?)*/.exec(sql) ?? [];
    const isAlone = named === sql || enclosed(sql, named.length)?.end === sql.length;
    return match === null || !isAlone ? null : { sql, operator: match[2]! };
  });
  if (elements.includes(null)) return null;
  const rest = definition.slice(inner.end);
  const where = rest.indexOf("WHERE (");
  const predicate = where === -1 ? null : (enclosed(rest, where + "WHERE ".length)?.text ?? null);
  return {
    name,
    kind: "exclusion",
    elements: elements.filter((element) => element !== null),
    predicate,
    nullsEqual: false,
    whole: null,
  };
}

/** What stands in the parentheses that open at `start`, and the place behind them. Quotes hide parentheses. */
function enclosed(text: string, start: number): { readonly text: string; readonly end: number } | null {
  if (text[start] !== "(") return null;
  let depth = 0;
  let quote: string | null = null;
  for (let at = start; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== null) quote = character === quote ? null : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return { text: text.slice(start + 1, at), end: at + 1 };
  }
  return null;
}

function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const inside = enclosed(text, at);
    if (inside !== null) at = inside.end - 1;
    else if (text[at] === ",") {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

/** Columns whose names occur in the text; one too many does no harm. Computed ones have no value to be gathered. */
function mentioned(table: Table, text: string): string[] {
  const words = new Set(
    [...text.matchAll(/"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*)/gu)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
    ),
  );
  return table.columns.map(({ name }) => name).filter((name) => words.has(name));
}

/** How many of the given rows (one text or NULL a needed column) meet one that is there, and may not. */
export async function countMeeting(
  client: pg.ClientBase,
  table: Table,
  needs: readonly string[],
  rule: MeetingRule,
  values: readonly (readonly (string | null)[])[],
): Promise<number> {
  const made = needs.map((name, at) => {
    const { type } = table.columns.find((column) => column.name === name)!;
    return `v${at}::${type} AS ${quoteIdentifier(name)}`;
  });
  const elements = rule.elements.map(({ sql }, at) => `${sql} AS e${at}`).join(", ");
  const where = rule.predicate === null ? "" : ` WHERE ${rule.predicate}`;
  const meets = rule.elements.map(({ operator }, at) => {
    const holds = `t.e${at} ${operator} v.e${at}`;
    return rule.nullsEqual ? `(${holds} OR num_nonnulls(t.e${at}, v.e${at}) = 0)` : holds;
  });
  const arrays = needs.map((_, at) => `$${at + 1}::text[]`).join(", ");
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::float8 AS count
       FROM (SELECT ${elements}
               FROM (SELECT ${made.join(", ")} FROM unnest(${arrays}) u(${needs.map((_, at) => `v${at}`).join(", ")})) row${where}) v
      WHERE EXISTS (SELECT FROM (SELECT ${elements} FROM ${ownRows(table)}${where}) t
                     WHERE ${meets.join(" AND ")})`,
    needs.map((_, at) => values.map((row) => row[at])),
  );
  return rows[0]!.count;
}
