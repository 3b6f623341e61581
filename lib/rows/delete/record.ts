/**
 * The first transactions of a delete: the rows that are there are held against the bundle once more and, as of the same
 * snapshot, recorded by their keys. What is not recorded is not deleted; and when parents are gone, the records still
 * tell which rows were meant.
 */
import type pg from "pg";
import { Refusal } from "../../findings/finding.ts";
import { copyIn, copyOut } from "../../postgres/copy-streams.ts";
import { quoteColumns } from "../../postgres/identifiers.ts";
import { LOCK_CLASS } from "../../postgres/tenant-lock.ts";
import { operatorBetween } from "../../tenancy/column-types.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { forEachLine } from "../compare/lines.ts";
import type { RunContext } from "../run-context.ts";
import { type BundleDigests, differsFromBundle } from "./bundle-digests.ts";
import { type Doomed, foreignKeysOf, rootId } from "./doomed-tables.ts";
import type { Erasure } from "./erasure.ts";
import { orderRows } from "./order-rows.ts";
import { ownTransaction, type Writer } from "./own-transaction.ts";
import type { Pointer } from "./pointers-in.ts";
import {
  ERASURE_SCHEMA,
  erasureCleanup,
  type Recorded,
  recordedRows,
  recordOf,
  whereNames,
} from "./statements.ts";

/** A table that loses rows, with the record of which. */
export interface Member {
  readonly number: number;
  readonly doomed: Doomed;
  readonly record: Recorded;
}

/**
 * The tables by their numbers, each with the columns that its record keeps: its key, and what anybody points at.
 *
 * @param erasure of a delete that has begun: what it has recorded, and under which numbers
 */
export function membersOf(
  tenantKey: string,
  doomed: readonly Doomed[],
  pointers: readonly Pointer[],
  erasure: Pick<Erasure, "tables"> | null,
): Member[] {
  return doomed.flatMap((each, at): Member[] => {
    if (erasure !== null) {
      const begun = erasure.tables.find(({ table }) => table === each.table.id);
      if (begun === undefined) return [];
      const { number, group, columns } = begun;
      return [{ number, doomed: { ...each, group }, record: recordOf(tenantKey, number, each, columns) }];
    }
    const targets = pointers.filter(({ toRoot }) => toRoot === each.table.id);
    const own = pointers.filter(
      ({ from, foreignKey }) => each.tangled && foreignKey !== null && from.id === each.table.id,
    );
    const columns = new Set([
      ...(each.key ?? []),
      ...targets.flatMap(({ targetColumns }) => targetColumns),
      ...own.flatMap(({ columns: pointing }) => pointing),
    ]);
    return [{ number: at, doomed: each, record: recordOf(tenantKey, at, each, [...columns]) }];
  });
}

/** Tables that go together, in the order of their going. */
export function groupsOf(members: readonly Member[]): Member[][] {
  return [...Map.groupBy(members, ({ doomed }) => doomed.group).values()];
}

export interface Recording {
  readonly slug: string | null;
  readonly shape: string;
  readonly bundle: BundleDigests;
  readonly tenantKeySql: string;
}

/** @throws Refusal where a row that is there is not in the bundle as it is; nothing is recorded then */
export async function recordRows(
  writer: Writer,
  model: TenancyModel,
  members: readonly Member[],
  { slug, shape, bundle, tenantKeySql }: Recording,
  context: RunContext,
): Promise<void> {
  const { client, catalog, tenantKey } = writer;
  const cleanup = erasureCleanup(
    tenantKey,
    members.map(({ record }) => record),
  );
  // What is to be cleaned up is written down, and committed, before any of it is there.
  await ownTransaction(writer, async () => {
    // Two deletes that begin at once would both make the ledger's tables.
    await client.query("SELECT pg_advisory_xact_lock($1::int, hashtext('tenantry.erasure'))", [LOCK_CLASS]);
    await client.query(ERASURE_SCHEMA);
    await client.query("DELETE FROM tenantry.cleanup WHERE tenant = $1 AND place >= $2", [
      tenantKey,
      CLEANUP_FROM,
    ]);
    await client.query(
      `INSERT INTO tenantry.cleanup (tenant, place, statement)
       SELECT $1, $2 + place, statement FROM unnest($3::text[]) WITH ORDINALITY AS given(statement, place)`,
      [tenantKey, CLEANUP_FROM, cleanup],
    );
    return { value: undefined, expected: new Map() };
  });
  await ownTransaction(
    writer,
    async () => {
      await client.query("SET LOCAL search_path TO pg_catalog");
      const differences = await differsFromBundle(client, catalog, model, tenantKeySql, bundle, context);
      if (differences.length > 0) throw new Refusal(differences);
      for (const statement of cleanup) await client.query(statement);
      await client.query("INSERT INTO tenantry.erasure (tenant, slug, shape) VALUES ($1, $2, $3)", [
        tenantKey,
        slug,
        shape,
      ]);
      for (const group of groupsOf(members)) {
        context.signal.throwIfAborted();
        const table = group[0]!.doomed.table.id;
        context.progress({ phase: "recording", table, rows: 0, bytes: 0, totalRows: null });
        await writer.context.sideEffect(`record ${table}`, () =>
          recordGroup(writer, model, group, tenantKeySql),
        );
      }
      return { value: undefined, expected: new Map() };
    },
    "REPEATABLE READ",
  );
}

/** Behind the fence's own places in the list. */
const CLEANUP_FROM = 1_000_000;

async function recordGroup(
  { client, catalog, tenantKey }: Writer,
  model: TenancyModel,
  group: readonly Member[],
  tenantKeySql: string,
): Promise<void> {
  const isTangled = group[0]!.doomed.tangled;
  let places = 0;
  for (const member of group) {
    const { doomed, record, number } = member;
    const rows = recordedRows(model, doomed, record, tenantKeySql);
    // Its command tag says how many rows it has written.
    const { rowCount } = await client.query(
      isTangled
        ? `CREATE TEMPORARY TABLE ${rawName(member)} ON COMMIT DROP AS ${rows}`
        : `CREATE TABLE ${record.place} AS ${rows}`,
    );
    const recorded = rowCount!;
    places += recorded;
    await client.query(
      "INSERT INTO tenantry.erasure_table (tenant, number, name, grouped, columns, recorded) VALUES ($1, $2, $3, $4, $5, $6)",
      [tenantKey, number, doomed.table.id, doomed.group, [...record.columns.keys()], recorded],
    );
  }
  if (isTangled) await orderGroup(client, catalog, group, places);
  for (const { record } of group) {
    await client.query(`CREATE UNIQUE INDEX ON ${record.place} (place)`);
    await client.query(`ANALYZE ${record.place}`);
  }
  await client.query("INSERT INTO tenantry.erasure_group (tenant, grouped, places) VALUES ($1, $2, $3)", [
    tenantKey,
    group[0]!.doomed.group,
    places,
  ]);
}

function rawName({ number }: Member): string {
  return `tenantry_raw_${number}`;
}

/** Whoever points goes first, row by row; the order is found in Node, and numbers are all that goes there and back. */
async function orderGroup(
  client: pg.ClientBase,
  catalog: Writer["catalog"],
  group: readonly Member[],
  places: number,
): Promise<void> {
  const offsets = new Map<Member, number>();
  let offset = 0;
  for (const member of group) {
    offsets.set(member, offset);
    const { rows } = await client.query<{ rows: number }>(
      `SELECT count(*)::float8 AS rows FROM pg_temp.${rawName(member)}`,
    );
    offset += rows[0]!.rows;
  }
  const edges = edgesSql(catalog, group, offsets);
  const from: number[] = [];
  const to: number[] = [];
  if (edges.length > 0)
    await forEachLine(
      copyOut(client, `COPY (${edges.join(" UNION ALL ")}) TO STDOUT`),
      (buffer, start, end) => {
        const [child, parent] = buffer.toString("latin1", start, end).split("\t");
        from.push(Number(child));
        to.push(Number(parent));
      },
    );
  const order = orderRows(places, { from: Int32Array.from(from), to: Int32Array.from(to) });
  for (const member of group) {
    const base = offsets.get(member)!;
    const next = group[group.indexOf(member) + 1];
    const rows = (next === undefined ? places : offsets.get(next)!) - base;
    const name = `tenantry_order_${member.number}`;
    await client.query(
      `CREATE TEMPORARY TABLE ${name} (raw bigint, place bigint, knot bigint) ON COMMIT DROP`,
    );
    await copyIn(client, `COPY pg_temp.${name} FROM STDIN`, orderLines(order, base, rows));
    await client.query(
      `CREATE TABLE ${member.record.place} AS
       SELECT o.place, o.knot, ${recordedNames(member.record)} FROM pg_temp.${rawName(member)} r JOIN pg_temp.${name} o ON o.raw = r.place
        ORDER BY o.place`,
    );
  }
}

function recordedNames(record: Recorded): string {
  return [...record.columns.values(), ...whereNames(record)].map((name) => `r.${name}`).join(", ");
}

async function* orderLines(
  { place, knot }: ReturnType<typeof orderRows>,
  base: number,
  rows: number,
): AsyncGenerator<Buffer> {
  const AT_ONCE = 20_000;
  for (let start = 0; start < rows; start += AT_ONCE) {
    let text = "";
    for (let row = start; row < Math.min(rows, start + AT_ONCE); row++)
      text += `${row + 1}\t${place[base + row]}\t${knot[base + row]}\n`;
    yield Buffer.from(text, "latin1");
  }
}

/** Every foreign key among the group's rows, as pairs of numbers. */
function edgesSql(
  catalog: Writer["catalog"],
  group: readonly Member[],
  offsets: ReadonlyMap<Member, number>,
): string[] {
  return group.flatMap((child) =>
    foreignKeysOf(catalog, child.doomed.table).flatMap((key): string[] => {
      const parent = group.find(({ doomed }) => doomed.table.id === rootId(catalog, key.table));
      if (parent === undefined) return [];
      const on = key.columns.map((name, at) => {
        const types = [typeOf(child.doomed, name), typeOf(parent.doomed, key.targetColumns[at]!)] as const;
        return `c.${child.record.columns.get(name)} ${operatorBetween(...types, "=")} p.${parent.record.columns.get(key.targetColumns[at]!)}`;
      });
      return [
        `SELECT c.place - 1 + ${offsets.get(child)}, p.place - 1 + ${offsets.get(parent)}
           FROM pg_temp.${rawName(child)} c JOIN pg_temp.${rawName(parent)} p ON ${on.join(" AND ")}`,
      ];
    }),
  );
}

function typeOf({ table }: Doomed, name: string): string {
  return table.columns.find((column) => column.name === name)!.baseType;
}

/** For looking a record up by what it keeps: the columns under the names that the table has for them. */
export function recordedAs({ record }: Member, columns: readonly string[], alias: string): string {
  const list = columns.map((name) => `${record.columns.get(name)} AS ${quoteColumns([name])}`);
  return `(SELECT ${list.join(", ")} FROM ${record.place}) ${alias}`;
}
