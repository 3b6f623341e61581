/**
 * Makes rows of two tenants, and shared ones, in every table of an empty database: a few in each, the same every
 * time. Values are tried, and the database says what does not fit; the search is short, and a table for which it
 * finds nothing is a finding.
 */
import type pg from "pg";
import type { Catalog, Column, Table } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { quoteColumns, quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import type { Reference, TenancyModel } from "../../tenancy/model.ts";
import { candidatesFor, type Made } from "./candidates.ts";
import { readHints, type SchemaHints } from "./hints.ts";
import type { Whose } from "./whose.ts";

type Row = ReadonlyMap<string, string | null>;
export type Owner = Made["owner"];

export interface MadeRows {
  /** Rows by table and owner. */
  readonly counts: ReadonlyMap<string, Readonly<Record<Owner, number>>>;
  readonly findings: readonly Finding[];
}

/** Rows of each owner in a table; a second one may be impossible, where a tenant has one at most. */
const EACH = 2;
/** Tries of one row. */
const TRIES = 300;

export interface Making {
  readonly catalog: Catalog;
  readonly root: Table;
  readonly whose: Whose;
  readonly model: TenancyModel;
  /** Tables that get no rows. */
  readonly skipped: ReadonlySet<string>;
  /** SQL for tables that no row can be made for; of a tenant's rows it makes as many for each tenant. */
  readonly seed: string | null;
}

/** The session is a superuser's, and no trigger fires in it: what it writes is all that there is. */
export async function makeRows(
  client: pg.Client,
  { catalog, root, whose, model, skipped, seed }: Making,
): Promise<MadeRows> {
  const references = model.references.filter(
    ({ kind }) => kind === "column" || kind === "polymorphic" || kind === "array",
  );
  await client.query("SET session_replication_role = replica");
  const hints = await readHints(client, model);
  const rows = new Map<string, Row[]>();
  const counts = new Map<string, Record<Owner, number>>();
  const missed = new Map<Table, string>();
  for (const table of parentsFirst(catalog, references)) {
    if (skipped.has(table.id)) continue;
    const owners: readonly Owner[] = whose.tenants.has(table.id) ? ["a", "b"] : ["s"];
    const count = { a: 0, b: 0, s: 0 };
    counts.set(table.id, count);
    for (const owner of owners) {
      const own: Row[] = [];
      for (let number = 0; number < (table.id === root.id ? 1 : EACH); number++) {
        const made = { owner, number };
        const fixed = fixedValues(table, made);
        const outcome = await makeRow(client, { table, fixed, made, hints });
        if ("row" in outcome) own.push(outcome.row);
        else if (number === 0) missed.set(table, outcome.why);
      }
      rows.set(`${owner} ${table.id}`, own);
      count[owner] = own.length;
    }
  }
  await advanceSequences(client, catalog);
  if (seed !== null) await client.query(seed);
  const findings: Finding[] = [];
  for (const [table, why] of missed) {
    const { a, b, s } = counts.get(table.id)!;
    const seeded = (await countRows(client, table)) - (a + b + s);
    if (seeded === 0) findings.push(noRow(table.id, why));
    else if (whose.tenants.has(table.id)) counts.set(table.id, { a: a + seeded / 2, b: b + seeded / 2, s });
  }
  return { counts, findings };

  /** What other rows decide: the tenant's key, foreign keys, and references that no constraint declares. */
  function fixedValues(table: Table, { owner, number }: Made): Map<string, string | null> {
    const fixed = new Map<string, string | null>();
    const rowOf = (target: string) => {
      const there = rows.get(`${owner} ${target}`) ?? rows.get(`s ${target}`) ?? [];
      return there[number] ?? there[0];
    };
    const key = root.keys[0]?.columns[0];
    const tenant = rowOf(root.id);
    for (const name of whose.keyColumns(table))
      if (key !== undefined && tenant !== undefined) fixed.set(name, tenant.get(key) ?? null);
    for (const { table: target, columns, targetColumns } of table.foreignKeys) {
      const row = rowOf(target);
      for (const [at, name] of columns.entries()) {
        if (fixed.has(name)) continue;
        // A circle, or a row's own parent: the key is not there yet, and most often need not be.
        if (row !== undefined) fixed.set(name, row.get(targetColumns[at]!) ?? null);
        else if (table.columns.find((column) => column.name === name)?.nullable) fixed.set(name, null);
      }
    }
    const possible = references.filter(
      ({ from, to }) => from.table === table.id && rowOf(to.table) !== undefined,
    );
    // Of those that share a column by turns: a pair of type and id points at one kind of row.
    for (const reference of [...possible.slice(number % 2), ...possible]) {
      const [from] = reference.from.columns;
      const value = rowOf(reference.to.table)?.get(reference.to.columns[0]!);
      if (from === undefined || value == null || fixed.has(from)) continue;
      fixed.set(from, reference.kind === "array" ? `{${value}}` : value);
      for (const [name, type] of Object.entries(reference.when ?? {})) fixed.set(name, type);
    }
    return fixed;
  }
}

export async function countRows(client: pg.Client, { schema, name }: Table): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${quoteQualified(schema, name)}`,
  );
  return rows[0]!.count;
}

type Outcome = { readonly row: Row } | { readonly why: string };

interface Trial {
  readonly table: Table;
  readonly fixed: ReadonlyMap<string, string | null>;
  readonly made: Made;
  readonly hints: SchemaHints;
}

async function makeRow(client: pg.Client, { table, fixed, made, hints }: Trial): Promise<Outcome> {
  const columns = table.columns.filter(({ generated }) => generated === null);
  const choices = new Map(
    columns.map((column) => {
      const given = fixed.get(column.name);
      if (given !== undefined) return [column.name, [given] as (string | null)[]];
      return [
        column.name,
        [...candidatesFor(column, hints.of(table, column), made), ...(column.nullable ? [null] : [])],
      ];
    }),
  );
  const helpless = columns.find(({ name }) => choices.get(name)!.length === 0);
  if (helpless !== undefined)
    return { why: `No value of type ${helpless.type} is known for ${helpless.name}.` };
  const at = new Map(columns.map(({ name }) => [name, 0]));
  let why = "";
  for (let tries = 0; tries < TRIES; tries++) {
    const values = new Map(columns.map(({ name }) => [name, choices.get(name)![at.get(name)!]!] as const));
    try {
      await client.query(insertion(table, columns), [...values.values()]);
      return { row: values };
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

function insertion(table: Table, columns: readonly Column[]): string {
  const values = columns.map(({ type }, at) => `$${at + 1}::${type}`);
  return `INSERT INTO ${quoteQualified(table.schema, table.name)} (${quoteColumns(columns.map(({ name }) => name))})
    OVERRIDING SYSTEM VALUE VALUES (${values.join(", ")})`;
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

/** As far as there are no circles. */
function parentsFirst({ tables }: Catalog, references: readonly Reference[]): Table[] {
  const left = new Map([...tables].filter(([, { kind }]) => kind === "table" || kind === "partitioned"));
  const order: Table[] = [];
  while (left.size > 0) {
    const waits = (table: Table) => {
      const targets = references.filter(({ from }) => from.table === table.id).map(({ to }) => to.table);
      const parents = new Set([...table.foreignKeys.map((key) => key.table), ...targets]);
      return [...parents].filter((parent) => parent !== table.id && left.has(parent)).length;
    };
    // In a circle the one that waits for least goes first.
    const [first] = [...left.values()].sort((one, other) => waits(one) - waits(other));
    left.delete(first!.id);
    order.push(first!);
  }
  return order;
}

/** An import draws its ids from the sequences: behind those that were made by hand. */
async function advanceSequences(client: pg.Client, { sequences }: Catalog): Promise<void> {
  for (const { id } of sequences)
    await client.query(
      `SELECT setval(${quoteLiteral(id)}::regclass, greatest(nextval(${quoteLiteral(id)}::regclass), 1000))`,
    );
}

function noRow(table: string, why: string): Finding {
  return {
    code: "no-row-made",
    severity: "blocks",
    where: table,
    what: `No row could be made for ${table}, so the round trip proves nothing about it. ${why}`,
    todo: `Give \`--seed FILE\` with an INSERT into ${table} that makes as many rows for each tenant there is, or say \`${table}: excluded\` if it never travels.`,
  };
}
