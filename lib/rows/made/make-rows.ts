/**
 * Makes rows of two tenants, and shared ones, in every table of an empty database: a few in each, the same every
 * time. Values are tried, and the database says what does not fit; the search is short, and a table for which it
 * finds nothing is a finding.
 */
import type pg from "pg";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import type { Reference, TenancyModel } from "../../tenancy/model.ts";
import { candidatesFor, type Made } from "./candidates.ts";
import { readHints } from "./hints.ts";
import { changeRow, makeRow, type Place } from "./make-row.ts";
import { type Pointers, pointersOf, type Row, turnsOf } from "./pointers.ts";
import type { Whose } from "./whose.ts";

export type Owner = Made["owner"];

export interface MadeRows {
  /** Rows by table and owner. */
  readonly counts: ReadonlyMap<string, Readonly<Record<Owner, number>>>;
  /** The tenant whose rows are `a`; null where nothing but the name of its schema says who it is. */
  readonly tenant: { readonly key: string; readonly slug: string | null } | null;
  /** A key that nobody has, for a copy of it; null where no table holds such keys. */
  readonly freeKey: string | null;
  readonly findings: readonly Finding[];
}

/** Rows of each owner in a table; a second one may be impossible, where a tenant has one at most. */
const EACH = 2;

/** Until what points at what changed has changed with it, and so on: longer ways than this are no keys. */
const PASSES = 6;

export interface Making {
  /** As the first tenant sees it, where each has a schema of its own: that one's rows are made there. */
  readonly catalog: Catalog;
  readonly root: Table | null;
  readonly whose: Whose;
  readonly model: Pick<TenancyModel, "references" | "tables" | "tenant">;
  /** Tables that get no rows. */
  readonly skipped: ReadonlySet<string>;
  /** SQL for tables that no row can be made for; of a tenant's rows it makes as many for each tenant. */
  readonly seed: string | null;
  /** Shared rows of tables that hold some already: others point at them, and no more are made. */
  readonly there?: ReadonlyMap<string, readonly Row[]>;
  /** Triggers may fire where the role cannot switch them off; else that is an error. */
  readonly mayFire?: boolean;
}

interface Written {
  row: Row;
  place: Place;
  readonly later: Pointers["later"];
}

const INSUFFICIENT_PRIVILEGE = "42501";

/** The session owns all tables, and no trigger fires in it: what it writes is all that there is. */
export async function makeRows(client: pg.Client, making: Making): Promise<MadeRows> {
  const { catalog, root, whose, model, skipped, seed } = making;
  await client.query("SET session_replication_role = replica").catch((error: { code?: string }) => {
    if (making.mayFire !== true || error.code !== INSUFFICIENT_PRIVILEGE) throw error;
  });
  const hints = await readHints(client, model);
  const keyOf = (made: Made) => chosenKey(making, made);
  const rows = new Map<string, readonly Pick<Written, "row">[]>();
  const written = new Map<string, Written[]>();
  for (const [id, there] of making.there ?? [])
    rows.set(
      `s ${id}`,
      there.map((row) => ({ row })),
    );
  const counts = new Map<string, Record<Owner, number>>();
  const missed = new Map<Table, string>();
  const tables = parentsFirst(catalog, model.references).filter(
    ({ id }) => !skipped.has(id) && making.there?.has(id) !== true,
  );
  for (const table of tables) {
    const count = { a: 0, b: 0, s: 0 };
    counts.set(table.id, count);
    for (const owner of ownersOf(table)) {
      const own: Written[] = [];
      rows.set(`${owner} ${table.id}`, own);
      written.set(`${owner} ${table.id}`, own);
      const each = table.id === root?.id ? 1 : Math.max(EACH, turnsOf(table, model.references));
      for (let number = 0; number < each; number++) {
        const made = { owner, number };
        const pointers = pointersIn(table, made);
        const outcome = await makeRow(client, { table, pointers, made, hints });
        if ("row" in outcome) own.push({ ...outcome, later: pointers.later });
        else if (number === 0) missed.set(table, outcome.why);
      }
      count[owner] = own.length;
    }
  }
  for (let pass = 0, changed = true; changed && pass < PASSES; pass++) {
    changed = false;
    for (const table of tables) changed = (await fillLater(table)) || changed;
  }
  await advanceSequences(client, catalog);
  if (seed !== null) await client.query(seed);
  const findings: Finding[] = [];
  for (const [table, why] of missed) {
    const { a, b, s } = counts.get(table.id)!;
    const seeded = (await countRows(client, table)) - (a + b + s);
    if (seeded === 0) findings.push(noRow(table.id, why));
    else if (whose.whole.has(table.id)) counts.set(table.id, { a: a + seeded, b, s });
    else if (whose.tenants.has(table.id)) counts.set(table.id, { a: a + seeded / 2, b: b + seeded / 2, s });
  }
  return { counts, tenant: tenantMade(), freeKey: keyOf({ owner: "s", number: 50 }), findings };

  function ownersOf({ id }: Table): readonly Owner[] {
    if (whose.whole.has(id)) return ["a"];
    return whose.tenants.has(id) ? ["a", "b"] : ["s"];
  }

  function pointersIn(table: Table, { owner, number }: Made): Pointers {
    const own = rows.get(`${owner} ${table.id}`) ?? [];
    const column = table.columns.find(({ name }) => name === whose.keyColumns(table)[0]);
    const rowOf = (target: string) => {
      const there = rows.get(`${owner} ${target}`) ?? rows.get(`s ${target}`) ?? [];
      return (there[number] ?? there[0])?.row;
    };
    const key =
      root === null
        ? column === undefined
          ? null
          : keyOf({ owner, number: 0 })
        : (rowOf(root.id)?.get(model.tenant.key) ?? null);
    return pointersOf(table, number, {
      model,
      keyColumns: whose.keyColumns(table),
      key,
      rowOf,
      parent: own[Math.max(0, number - 1)]?.row,
    });
  }

  /**
   * What was not there yet when the row was made, and what has changed with it: keys are made of references, too.
   *
   * @returns whether anything was
   */
  async function fillLater(table: Table): Promise<boolean> {
    let changed = false;
    for (const owner of ownersOf(table)) {
      for (const [number, made] of (written.get(`${owner} ${table.id}`) ?? []).entries()) {
        const { given, wished } = pointersIn(table, { owner, number });
        const sets = [...made.later.values()];
        const waiting = new Set(sets.flatMap((each) => [...each]));
        const changes = new Map(
          [...given, ...[...wished].filter(([name]) => waiting.has(name))].filter(
            ([name, value]) => made.row.get(name) !== value,
          ),
        );
        // All at once, since a check may want them together; else as many as it takes.
        for (const names of [new Set(changes.keys()), ...sets]) {
          const values = new Map([...changes].filter(([name]) => names.has(name)));
          if ([...values].every(([name, value]) => made.row.get(name) === value)) continue;
          const place = await changeRow(client, table, made.place, values);
          if (place === null) continue;
          Object.assign(made, { place, row: new Map([...made.row, ...values]) });
          changed = true;
        }
      }
    }
    return changed;
  }

  function tenantMade(): MadeRows["tenant"] {
    const row = root === null ? undefined : rows.get(`a ${root.id}`)?.[0]?.row;
    const key = root === null ? keyOf({ owner: "a", number: 0 }) : row?.get(model.tenant.key);
    return key == null ? null : { key, slug: row?.get(model.tenant.slug ?? "") ?? null };
  }
}

/** A tenant's key where it is only a value; and one that is free, where people choose it. */
function chosenKey({ catalog, root, whose, model }: Making, made: Made): string | null {
  const tables = root === null ? [...catalog.tables.values()] : [root];
  const columns = tables.flatMap((table) => {
    const names = root === null ? whose.keyColumns(table) : [model.tenant.key];
    return table.columns.filter(({ name }) => names.includes(name));
  });
  const [column] = columns;
  if (column === undefined) return null;
  const hints = { type: column.type, labels: [], generator: null, constants: [] };
  return candidatesFor({ ...column, nullable: true }, hints, made)[0] ?? null;
}

/** Its own: heirs are tables of their own. */
export async function countRows(client: pg.Client, { schema, name, kind }: Table): Promise<number> {
  const only = kind === "partitioned" ? "" : "ONLY ";
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${only}${quoteQualified(schema, name)}`,
  );
  return rows[0]!.count;
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
