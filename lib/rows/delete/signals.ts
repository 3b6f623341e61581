/** What a database says of itself between two batches. PostgreSQL documentation, 27.2 The Cumulative Statistics System. */
import type pg from "pg";
import type { GovernorLimits, Signals } from "./governor.ts";

/**
 * Of the table $1 and its partitions. What the role may not see reads as nothing: other users' sessions and vacuums need
 * pg_read_all_stats. A standby that has caught up reports a lag of its last message, so one that has replayed everything
 * is none behind.
 */
const SIGNALS = `
  WITH doomed AS (SELECT $1::oid AS oid UNION SELECT relid FROM pg_catalog.pg_partition_tree($1::oid::regclass))
  SELECT (SELECT max(extract(epoch FROM replay_lag) * 1000)::float8 FROM pg_catalog.pg_stat_replication
           WHERE replay_lsn < sent_lsn) AS "replicaLag",
         a."activeSessions", a."lockWaits",
         (SELECT failed_count FROM pg_catalog.pg_stat_archiver)::float8 AS failed,
         (pg_catalog.pg_current_wal_insert_lsn() - '0/0')::float8 AS wal,
         extract(epoch FROM clock_timestamp())::float8 AS at,
         EXISTS (SELECT FROM pg_catalog.pg_stat_progress_vacuum v JOIN doomed d ON d.oid = v.relid) AS vacuuming,
         (SELECT coalesce(sum(pg_catalog.pg_stat_get_dead_tuples(oid)), 0) FROM doomed)::float8 AS "deadRows"
    FROM (SELECT count(*) FILTER (WHERE state = 'active' AND pid <> pg_backend_pid())::float8 AS "activeSessions",
                 count(*) FILTER (WHERE wait_event_type = 'Lock')::float8 AS "lockWaits"
            FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend') a`;

/** Less than a batch after the other, two looks say little of a rate. Seconds. */
const RATE_OVER = 0.2;

export interface SignalReader {
  /** @param table oid of the one whose rows go next */
  read(table: number): Promise<Signals>;
}

/**
 * @param query the operator's own: one row with one column, true where the delete may go on; it is sent in a read-only
 *   transaction that takes no longer than a second
 */
export function createSignalReader(client: pg.ClientBase, query: string | null): SignalReader {
  let failures: number | null = null;
  let last: { readonly wal: number; readonly at: number } | null = null;
  let walRate: number | null = null;
  return {
    async read(table) {
      // Prepared: planned anew each time it took more than all the rest of what a batch does beside its rows.
      const { rows } = await client.query<Said>({ name: "tenantry_signals", text: SIGNALS, values: [table] });
      const { failed, wal, at, ...said } = rows[0]!;
      const archiverFailures = failures === null ? 0 : failed - failures;
      failures = failed;
      if (last !== null && at - last.at >= RATE_OVER) walRate = (wal - last.wal) / (at - last.at);
      if (last === null || at - last.at >= RATE_OVER) last = { wal, at };
      return {
        ...said,
        archiverFailures,
        walRate,
        custom: query === null ? null : await ask(client, query),
      };
    },
  };
}

type Said = Omit<Signals, "archiverFailures" | "walRate" | "custom"> & {
  readonly failed: number;
  readonly wal: number;
  readonly at: number;
};

/** A query that fails says that nothing is known, and so that it is not well. */
async function ask(client: pg.ClientBase, query: string): Promise<boolean> {
  try {
    await client.query("BEGIN READ ONLY; SET LOCAL statement_timeout = '1s'");
    // One statement: several could end the transaction that keeps them from writing. The types of `pg` do not know it.
    const alone = { text: query, queryMode: "extended" } as pg.QueryConfig;
    const { rows } = await client.query<Record<string, unknown>>(alone);
    return Object.values(rows[0] ?? {})[0] === true;
  } catch {
    return false;
  } finally {
    await client.query("ROLLBACK");
  }
}

/** What an operator sets for a run. */
export interface GovernorSettings extends Partial<GovernorLimits> {
  readonly query?: string | null;
}
