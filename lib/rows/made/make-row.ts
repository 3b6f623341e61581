/** One row: values are tried, and the database says which of them do not fit. */
import type pg from "pg";
import type { Column, Table } from "../../catalog/catalog.ts";
import { quoteColumns, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { candidatesFor, type Made } from "./candidates.ts";
import type { SchemaHints } from "./hints.ts";
import type { Pointers, Row } from "./pointers.ts";

/** Where it lies, until it is written again. */
export interface Place {
  readonly relation: string;
  readonly at: string;
}

export type Outcome = { readonly row: Row; readonly place: Place } | { readonly why: string };

export interface Trial {
  readonly table: Table;
  readonly pointers: Pointers;
  readonly made: Made;
  readonly hints: SchemaHints;
}

/** Tries of one row. */
const TRIES = 300;

const PLACE = "tableoid::text AS relation, ctid::text AS at";

export async function makeRow(client: pg.Client, { table, pointers, made, hints }: Trial): Promise<Outcome> {
  const columns = table.columns.filter(({ generated }) => generated === null);
  const choices = new Map<string, readonly (string | null)[]>(
    columns.map((column) => {
      const given = pointers.given.get(column.name);
      if (given !== undefined) return [column.name, [given]];
      const wished = pointers.wished.get(column.name);
      return [
        column.name,
        [
          ...(wished === undefined ? [] : [wished]),
          ...candidatesFor(column, hints.of(table, column), made),
          ...(column.nullable ? [null] : []),
        ],
      ];
    }),
  );
  const helpless = columns.find(({ name }) => choices.get(name)!.length === 0);
  if (helpless !== undefined)
    return { why: `No value of type ${helpless.type} is known for ${helpless.name}.` };
  const at = new Map(columns.map(({ name }) => [name, 0]));
  let why = "";
  for (let tries = 0; tries < TRIES; tries++) {
    const row = new Map(columns.map(({ name }) => [name, choices.get(name)![at.get(name)!]!] as const));
    try {
      const { rows } = await client.query<Place>(insertion(table, columns), [...row.values()]);
      return { row, place: rows[0]! };
    } catch (error) {
      const {
        code = "",
        constraint = "",
        column,
      } = error as { code?: string; constraint?: string; column?: string };
      why = `The last try failed with SQLSTATE ${code}${constraint === "" ? "" : ` at ${constraint}`}.`;
      const concerned = column === undefined ? hints.columnsOf(table, constraint) : [column];
      const free = columns.map(({ name }) => name).filter((name) => choices.get(name)!.length > 1);
      const turn = concerned.length === 0 ? free : free.filter((name) => concerned.includes(name));
      if (!next(turn, choices, at)) return { why };
    }
  }
  return { why };
}

/** @returns where the row lies now; null where the database does not take the values */
export async function changeRow(
  client: pg.Client,
  table: Table,
  { relation, at }: Place,
  values: Row,
): Promise<Place | null> {
  const sets = [...values.keys()].map((name, index) => {
    const { type } = table.columns.find((column) => column.name === name)!;
    return `${quoteIdentifier(name)} = $${index + 3}::${type}`;
  });
  try {
    const { rows } = await client.query<Place>(
      `UPDATE ${quoteQualified(table.schema, table.name)} SET ${sets.join(", ")}
        WHERE tableoid = $1::oid AND ctid = $2::tid RETURNING ${PLACE}`,
      [relation, at, ...values.values()],
    );
    return rows[0] ?? null;
  } catch {
    return null;
  }
}

function insertion(table: Table, columns: readonly Column[]): string {
  const values = columns.map(({ type }, at) => `$${at + 1}::${type}`);
  return `INSERT INTO ${quoteQualified(table.schema, table.name)} (${quoteColumns(columns.map(({ name }) => name))})
    OVERRIDING SYSTEM VALUE VALUES (${values.join(", ")}) RETURNING ${PLACE}`;
}

/** The next combination of these columns' values, as an odometer goes; false after the last one. */
function next(
  names: readonly string[],
  choices: ReadonlyMap<string, readonly unknown[]>,
  at: Map<string, number>,
): boolean {
  for (const name of names) {
    const step = at.get(name)! + 1;
    if (step < choices.get(name)!.length) {
      at.set(name, step);
      return true;
    }
    at.set(name, 0);
  }
  return false;
}
