/**
 * The way most tools copy a tenant: rows read one by one, ids mapped by a Map in memory, multi-row INSERTs of 500
 * rows through `pg`, parents before children, every foreign key checked by its trigger. The rows come as JSON Lines,
 * as from any export that is not a dump, an object with the values as texts each. Made as strong as that way allows:
 * nothing is decompressed, verified or compared, ids inside of json, arrays and texts stay as they are, sequences are
 * drawn from in bulk, the platform's own triggers are off, one transaction.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import type pg from "pg";
import type { FreshId } from "../../lib/tenancy/model.ts";
import type { InsertColumn, Inserted, InsertTable } from "./insert-job.ts";

const BATCH = 500;

type Value = string | null;
type IdMaps = Map<string, Map<string, string>>;
/** Rows of a table whose NULLs are to be filled: fresh key, old id pointed at. */
type Later = Map<InsertColumn, { key: Value; old: string }[]>;

export async function measureInsert(client: pg.Client, tables: readonly InsertTable[]): Promise<Inserted> {
  const ids: IdMaps = new Map();
  const later = new Map<InsertTable, Later>();
  let rows = 0;
  await client.query("BEGIN");
  for (const table of tables) await client.query(`ALTER TABLE ${table.name} DISABLE TRIGGER USER`);
  for (const table of tables) {
    const pending: Later = new Map();
    later.set(table, pending);
    for await (const batch of batches(table)) {
      await insertBatch(client, table, batch, ids, pending);
      rows += batch.length;
    }
  }
  for (const [table, pending] of later) await fillLater(client, table, pending, ids);
  for (const table of tables) await client.query(`ALTER TABLE ${table.name} ENABLE TRIGGER USER`);
  await client.query("COMMIT");
  return { rows };
}

async function insertBatch(
  client: pg.Client,
  table: InsertTable,
  batch: readonly Value[][],
  ids: IdMaps,
  later: Later,
): Promise<void> {
  const { columns } = table;
  const values: Value[] = [];
  const made = await Promise.all(
    columns.map((column) => (column.fresh === null ? null : makeIds(client, column.fresh, batch.length))),
  );
  const key = columns.findIndex((column) => column.fresh !== null);
  batch.forEach((row, at) => {
    const start = values.length;
    columns.forEach((column, place) => {
      const old = row[place] ?? null;
      const map = column.source === null ? null : mapOf(ids, column.source);
      if (made[place] && old !== null) map!.set(old, made[place][at]!);
      // What is in no map is a shared row's.
      values.push(old === null || column.later || map === null ? old : (map.get(old) ?? old));
    });
    columns.forEach((column, place) => {
      if (!column.later || row[place] == null) return;
      values[start + place] = null;
      const waiting = later.get(column) ?? [];
      later.set(column, waiting);
      waiting.push({ key: values[start + key]!, old: row[place]! });
    });
  });
  await client.query(insertSql(table, batch.length), values);
}

function insertSql({ name, columns }: InsertTable, rows: number): string {
  let place = 0;
  const tuple = () => `(${columns.map(() => `$${++place}`).join(",")})`;
  const tuples = Array.from({ length: rows }, tuple).join(",");
  return `INSERT INTO ${name} (${columns.map((column) => column.name).join(",")}) OVERRIDING SYSTEM VALUE VALUES ${tuples}`;
}

async function fillLater(client: pg.Client, table: InsertTable, later: Later, ids: IdMaps): Promise<void> {
  const key = table.columns.find((column) => column.fresh !== null)!;
  for (const [column, waiting] of later) {
    const map = mapOf(ids, column.source!);
    for (let at = 0; at < waiting.length; at += BATCH) {
      const batch = waiting.slice(at, at + BATCH);
      const pairs = batch
        .map((_, n) => `($${2 * n + 1}::${key.type}, $${2 * n + 2}::${column.type})`)
        .join(",");
      await client.query(
        `UPDATE ${table.name} t SET ${column.name} = p.id FROM (VALUES ${pairs}) p(key, id) WHERE t.${key.name} = p.key`,
        batch.flatMap((each) => [each.key, map.get(each.old) ?? each.old]),
      );
    }
  }
}

function mapOf(ids: IdMaps, source: string): Map<string, string> {
  let map = ids.get(source);
  if (map === undefined) {
    map = new Map();
    ids.set(source, map);
  }
  return map;
}

async function makeIds(client: pg.Client, fresh: FreshId, count: number): Promise<string[]> {
  if (fresh.kind === "uuid") return Array.from({ length: count }, () => randomUUID());
  if (fresh.kind === "text")
    return Array.from({ length: count }, () => `inv_${randomBytes(12).toString("hex").slice(0, 16)}`);
  const { rows } = await client.query<{ id: string }>(
    "SELECT nextval($1::regclass)::text AS id FROM generate_series(1, $2)",
    [fresh.sequence, count],
  );
  return rows.map((row) => row.id);
}

async function* batches({ file, columns }: InsertTable): AsyncGenerator<Value[][]> {
  let batch: Value[][] = [];
  for await (const line of lines(file)) {
    const row = JSON.parse(line) as Record<string, Value>;
    batch.push(columns.map((column) => row[column.member] ?? null));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Not node:readline, for which a line ends at U+2028 too. */
async function* lines(file: string): AsyncGenerator<string> {
  let rest = "";
  for await (const text of createReadStream(file, { encoding: "utf8", highWaterMark: 1 << 20 })) {
    const whole = `${rest}${text}`.split("\n");
    rest = whole.pop()!;
    yield* whole;
  }
}
