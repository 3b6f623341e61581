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

/**
 * What pg_stat_xact_user_tables is made of, without the counts of scans, which cost it a join with every index (2 ms a
 * reading over a hundred tables). Partitions count by themselves: the caller folds them into their root.
 */
const WRITTEN_TABLES = `
  SELECT n.nspname AS schema, w.relname AS name, w.inserted, w.updated, w.deleted
    FROM (SELECT relnamespace, relname, pg_stat_get_xact_tuples_inserted(oid)::float8 AS inserted,
                 pg_stat_get_xact_tuples_updated(oid)::float8 AS updated,
                 pg_stat_get_xact_tuples_deleted(oid)::float8 AS deleted
            FROM pg_catalog.pg_class WHERE relkind IN ('r', 't', 'm', 'p') OFFSET 0) w
    JOIN pg_catalog.pg_namespace n ON n.oid = w.relnamespace
   WHERE w.inserted + w.updated + w.deleted > 0
     AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'`;

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
