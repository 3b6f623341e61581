/** What a database says of itself between two batches. PostgreSQL documentation, 27.2 The Cumulative Statistics System. */
import type pg from "pg";
import type { GovernorLimits, Signals } from "./governor.ts";

/**
 * What the role may not see reads as nothing: other users' sessions need pg_read_all_stats. A standby that has caught up
 * reports a lag of its last message, so one that has replayed everything is none behind.
 */
const SIGNALS = `
  SELECT (SELECT max(extract(epoch FROM replay_lag) * 1000)::float8 FROM pg_catalog.pg_stat_replication
           WHERE replay_lsn < sent_lsn) AS "replicaLag",
         (SELECT count(*) FROM pg_catalog.pg_stat_activity
           WHERE backend_type = 'client backend' AND state = 'active' AND pid <> pg_backend_pid())::float8 AS "activeSessions",
         (SELECT count(*) FROM pg_catalog.pg_stat_activity
           WHERE backend_type = 'client backend' AND wait_event_type = 'Lock')::float8 AS "lockWaits",
         (SELECT failed_count FROM pg_catalog.pg_stat_archiver)::float8 AS failed`;

export interface SignalReader {
  read(): Promise<Signals>;
}

/**
 * @param query the operator's own: one row with one column, true where the delete may go on; it is sent in a read-only
 *   transaction that takes no longer than a second
 */
export function createSignalReader(client: pg.ClientBase, query: string | null): SignalReader {
  let failures: number | null = null;
  return {
    async read() {
      const { rows } = await client.query<Omit<Signals, "archiverFailures" | "custom"> & { failed: number }>(
        SIGNALS,
      );
      const { failed, ...said } = rows[0]!;
      const archiverFailures = failures === null ? 0 : failed - failures;
      failures = failed;
      return { ...said, archiverFailures, custom: query === null ? null : await ask(client, query) };
    },
  };
}

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
