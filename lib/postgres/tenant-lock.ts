/**
 * The advisory lock on one tenant of one database: two workers that both believe they own a run meet here. Held
 * by the transaction, so that no lost session leaves it behind. PostgreSQL documentation, 13.3.5 Advisory Locks.
 */
import type pg from "pg";

/** First key of all of Tenantry's advisory locks: "TNTR" in ASCII, so that they can be told apart in pg_locks. */
export const LOCK_CLASS = 0x544e5452;

/**
 * Tries for the lock; to be the first statement of a writing transaction. False when another transaction holds
 * it: whoever holds it is working on this tenant right now.
 */
export async function tryLockTenant(client: pg.ClientBase, tenantKey: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    "SELECT pg_try_advisory_xact_lock($1::int, hashtext($2)) AS locked",
    [LOCK_CLASS, tenantKey],
  );
  return rows[0]!.locked;
}
