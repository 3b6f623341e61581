/** Whether a fence has stood all the time between two moments, and held every row that an export takes. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { readFence } from "./fence.ts";
import { triggerNames } from "./statements.ts";

/** Equal at two moments: nobody wrote to the tenant's rows in between, and no DDL touched its tables. */
export interface Standing {
  readonly epoch: string;
  /** ISO 8601. */
  readonly since: string;
  /** Of the tables' own entries in the catalog: rewriting a table, or its fence's triggers, changes it. */
  readonly mark: string;
}

/**
 * The tables and their partitions, each entry with the transaction that wrote it. VACUUM and ANALYZE change theirs in
 * place (src/backend/commands/vacuum.c); TRUNCATE, CLUSTER and every ALTER TABLE write a new one.
 */
const MARK = `
  WITH RECURSIVE held AS (
    SELECT unnest($1::oid[]) AS oid
    UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN held h ON h.oid = i.inhparent),
  entries AS (
    SELECT c.oid::int8 AS key, c.xmin FROM pg_catalog.pg_class c JOIN held USING (oid)
    UNION ALL SELECT a.attrelid::int8 << 16 | a.attnum, a.xmin FROM pg_catalog.pg_attribute a JOIN held h ON h.oid = a.attrelid
    UNION ALL SELECT t.oid::int8, t.xmin FROM pg_catalog.pg_trigger t JOIN held h ON h.oid = t.tgrelid)
  SELECT concat_ws(' ', count(*), sum(hashint8extended(key, xmin::text::int8))) AS mark FROM entries`;

const HELD = `
  SELECT count(*)::int AS triggers FROM pg_catalog.pg_trigger
   WHERE tgrelid = ANY ($1::oid[]) AND tgname = ANY ($2::name[]) AND tgenabled = 'A'`;

/**
 * As of the session's snapshot; null where the tenant has no fence that holds every one of its tables until somebody
 * takes it down, or where the role may not look.
 */
export async function fenceStanding(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tenantKey: string,
): Promise<Standing | null> {
  const fence = await readFence(client, tenantKey);
  if (fence?.state !== "held") return null;
  const tables = model.loadOrder.map((id) => catalog.tables.get(id)!.oid);
  const names = triggerNames(tenantKey);
  const { rows: held } = await client.query<{ triggers: number }>(HELD, [tables, names]);
  if (held[0]!.triggers !== tables.length * names.length) return null;
  const { rows } = await client.query<{ mark: string }>(MARK, [tables]);
  return { epoch: fence.epoch, since: fence.since.toISOString(), mark: rows[0]!.mark };
}

export function sameStanding(a: Standing | null, b: Standing | null): boolean {
  return a !== null && b !== null && a.epoch === b.epoch && a.since === b.since && a.mark === b.mark;
}
