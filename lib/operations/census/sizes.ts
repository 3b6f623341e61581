/**
 * How many rows and bytes each tenant has, table by table: counted in one pass where the table is small, and where it
 * is not, shared out as the tenants' rows in the table that leads to it are, or by the server's own statistics.
 */
import type pg from "pg";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { describeDatabaseError } from "../../postgres/connection.ts";
import { withStatementTimeout } from "../../postgres/statement-timeout.ts";
import type { ModelTable, TenancyModel } from "../../tenancy/model.ts";
import { commonKeysSql, countByTenantSql } from "./sizes-sql.ts";

/** A table of more bytes than this is not read through. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Nor longer than this; a platform has other users. */
const LONGEST = 30_000;

/** Rows by tenant key. */
type Counts = ReadonlyMap<string, number>;

export interface TableSize {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
}

/** By tenant key; tables without a row of the tenant are left out. */
export type TenantSizes = ReadonlyMap<string, readonly TableSize[]>;

export async function measureTenants(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  keys: readonly string[],
): Promise<TenantSizes> {
  const counts = new Map<string, Counts>();
  const sizes = new Map<string, TableSize[]>(keys.map((key) => [key, []]));
  await withStatementTimeout(client, LONGEST, async () => {
    // A schema of a tenant's own is measured apart: its tables have no key to count by.
    for (const id of model.loadOrder.filter((each) => model.tables.get(each)!.whole !== true)) {
      const table = catalog.tables.get(id)!;
      const found = await countTable(client, model, table, model.tables.get(id)!, counts, keys);
      counts.set(id, found);
      addSizes(sizes, table, found);
    }
  });
  return sizes;
}

async function countTable(
  client: pg.ClientBase,
  model: TenancyModel,
  table: Table,
  entry: ModelTable,
  known: ReadonlyMap<string, Counts>,
  keys: readonly string[],
): Promise<Counts> {
  const counted = table.bytes > MOST_BYTES ? null : await count(client, countByTenantSql(model, entry));
  if (counted !== null) return counted;
  const total = table.estimatedRows ?? 0;
  const parent = entry.path?.hops[0]?.table;
  if (parent !== undefined) return shareOut(total, known.get(parent) ?? new Map());
  return byStatistics(client, model, entry, total, keys);
}

/** Null where it would take too long. */
async function count(client: pg.ClientBase, sql: string): Promise<Counts | null> {
  try {
    const { rows } = await client.query<{ key: string; rows: number }>(sql);
    return new Map(rows.map(({ key, rows: found }) => [key, found]));
  } catch (error) {
    if (describeDatabaseError(error).sqlstate === QUERY_CANCELED) return null;
    throw error;
  }
}

const QUERY_CANCELED = "57014";

/** Each tenant's part of the whole is taken to be its part of the parent table. Pure. */
export function shareOut(total: number, parent: Counts): Counts {
  const sum = [...parent.values()].reduce((all, rows) => all + rows, 0);
  if (sum === 0) return new Map();
  return new Map([...parent].map(([key, rows]) => [key, Math.round((total * rows) / sum)]));
}

/** The most common keys with their share, and what is left over in equal parts. */
async function byStatistics(
  client: pg.ClientBase,
  model: TenancyModel,
  entry: ModelTable,
  total: number,
  keys: readonly string[],
): Promise<Counts> {
  const statement = commonKeysSql(model, entry);
  if (statement === null) return new Map();
  const { rows } = await client.query<{ key: string; share: number }>(statement.sql, statement.values);
  return spread(total, new Map(rows.map(({ key, share }) => [key, share])), keys);
}

/** Pure. */
export function spread(total: number, shares: ReadonlyMap<string, number>, keys: readonly string[]): Counts {
  const known = keys.filter((key) => shares.has(key));
  const rest = Math.max(0, 1 - [...shares.values()].reduce((sum, share) => sum + share, 0));
  const others = Math.max(1, keys.length - known.length);
  return new Map(keys.map((key) => [key, Math.round(total * (shares.get(key) ?? rest / others))]));
}

function addSizes(sizes: Map<string, TableSize[]>, table: Table, counts: Counts): void {
  const sum = [...counts.values()].reduce((all, rows) => all + rows, 0);
  const perRow = table.bytes / Math.max(1, sum, table.estimatedRows ?? 0);
  for (const [key, rows] of counts)
    if (rows > 0) sizes.get(key)?.push({ table: table.id, rows, bytes: Math.round(rows * perRow) });
}
