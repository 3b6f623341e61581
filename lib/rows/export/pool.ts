/**
 * All exports of one database together, whoever runs them and wherever: so many connections and no more, and none while
 * the server has few left. Each connection holds a slot, an advisory lock of its session, so that what dies gives it back.
 * PostgreSQL documentation, 13.3.5 Advisory Locks.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { RunContext } from "../run-context.ts";

/** Connections that all exports of a database may read over at a time. */
export const EXPORT_CONNECTIONS = 4;

/** "TNTX" in ASCII: not the class of tenants' locks. The second key is the slot. */
const SLOT_CLASS = 0x544e5458;

/** Connections that must stay free for the platform's own sessions. */
const LEFT_FREE = 3;

/** Milliseconds between two tries. */
const TRY_EVERY = 500;

/** LIMIT ends the scan with the first slot that is taken: a second one is never tried. */
const TAKE_SLOT = `
  SELECT slot FROM generate_series(1, $2::int) AS slot WHERE pg_try_advisory_lock($1::int, slot) LIMIT 1`;

const FREE = `
  SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend')::int AS free`;

/**
 * Waits until the session may read, and says in the progress what it waits for. Ends with the signal's reason.
 *
 * @param slots of all exports together
 */
export async function awaitSlot(
  client: pg.ClientBase,
  context: RunContext,
  slots = EXPORT_CONNECTIONS,
): Promise<void> {
  for (;;) {
    context.signal.throwIfAborted();
    const free = await freeConnections(client);
    if (free >= LEFT_FREE && (await takeSlot(client, slots))) return;
    const throttle =
      free < LEFT_FREE ? "the server has few connections left" : "other exports of this database";
    context.progress({ phase: "waiting", table: null, rows: 0, bytes: 0, totalRows: null, throttle });
    await sleep(TRY_EVERY, undefined, { signal: context.signal });
  }
}

/** Whether the session has got one of the slots that are left. */
export async function takeSlot(client: pg.ClientBase, slots = EXPORT_CONNECTIONS): Promise<boolean> {
  const { rowCount } = await client.query(TAKE_SLOT, [SLOT_CLASS, slots]);
  return rowCount === 1;
}

async function freeConnections(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ free: number }>(FREE);
  return rows[0]!.free;
}
