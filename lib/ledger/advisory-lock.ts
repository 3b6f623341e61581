/** The lock that keeps two migrators of a tool apart. */
import { setTimeout } from "node:timers/promises";
import type pg from "pg";

const RETRY_MS = 100;

const TRY = "SELECT pg_catalog.pg_try_advisory_lock($1::bigint) AS locked";
const RELEASE = "SELECT pg_catalog.pg_advisory_unlock($1::bigint)";

/**
 * Takes the tool's own key, as its session lock. Asked for again and again and not waited for: a statement that
 * waits holds a snapshot, for which the CREATE INDEX CONCURRENTLY of the one who has the lock waits in turn, and
 * Postgres ends one of the two as a deadlock.
 */
export async function takeAdvisoryLock(client: pg.ClientBase, key: string): Promise<() => Promise<void>> {
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>(TRY, [key]);
    if (rows[0]?.locked === true) break;
    await setTimeout(RETRY_MS);
  }
  return async () => {
    await client.query(RELEASE, [key]);
  };
}

/** For tools that have none: Tenantry's own (its name's bytes), so that two of its runs are kept apart. */
export const OWN_LOCK = Buffer.from("tenantry").readBigInt64BE().toString();
