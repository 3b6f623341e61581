/**
 * What this transaction has written so far, by table, as the server itself counts it: the proof that nothing but
 * the guarded statements wrote. PostgreSQL documentation, 27.2.2 Viewing Statistics: the pg_stat_xact views.
 *
 * It sees cascades and triggers. It needs `track_counts = on`, a baseline (the counters include the session's
 * unflushed earlier work), no savepoints (rolled-back writes are counted) and no TRUNCATE (invisible).
 */
import type pg from "pg";
import { qualifiedName } from "./identifiers.ts";

export interface WriteCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** Counters of the current transaction by qualified table name; tables that were not written are left out. */
export type TransactionCounts = ReadonlyMap<string, WriteCounts>;

/** Partitions count by themselves: the caller folds them into their root. */
const WRITTEN_TABLES = `
  SELECT schemaname AS schema, relname AS name,
         n_tup_ins::float8 AS inserted, n_tup_upd::float8 AS updated, n_tup_del::float8 AS deleted
    FROM pg_catalog.pg_stat_xact_user_tables
   WHERE n_tup_ins + n_tup_upd + n_tup_del > 0`;

export async function readTransactionCounts(client: pg.ClientBase): Promise<TransactionCounts> {
  const { rows } = await client.query<{ schema: string; name: string } & WriteCounts>(WRITTEN_TABLES);
  return new Map(
    rows.map(({ schema, name, inserted, updated, deleted }) => [
      qualifiedName(schema, name),
      { inserted, updated, deleted },
    ]),
  );
}

const NOTHING: WriteCounts = { inserted: 0, updated: 0, deleted: 0 };

/** What was written between two readings, tables with a difference only. */
export function countsSince(baseline: TransactionCounts, now: TransactionCounts): Map<string, WriteCounts> {
  const difference = new Map<string, WriteCounts>();
  for (const table of new Set([...baseline.keys(), ...now.keys()])) {
    const before = baseline.get(table) ?? NOTHING;
    const after = now.get(table) ?? NOTHING;
    const written = {
      inserted: after.inserted - before.inserted,
      updated: after.updated - before.updated,
      deleted: after.deleted - before.deleted,
    };
    if (written.inserted !== 0 || written.updated !== 0 || written.deleted !== 0)
      difference.set(table, written);
  }
  return difference;
}
