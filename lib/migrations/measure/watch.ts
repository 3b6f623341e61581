/** The second session: which locks the measured one has, or waits for. */
import type pg from "pg";
import { type LockMode, lockModeOf } from "../lock-modes.ts";

export interface SeenLock {
  /** The relation's OID. */
  readonly relation: number;
  readonly mode: LockMode;
}

/** Also those that were taken by the fast path (PostgreSQL documentation, 53.13 pg_locks). */
const LOCKS = `
  SELECT relation::int8::float8 AS relation, mode FROM pg_catalog.pg_locks
   WHERE pid = $1 AND locktype = 'relation'
     AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())`;

const IS_WAITING = `
  SELECT wait_event_type IS NOT DISTINCT FROM 'Lock' AS waits FROM pg_catalog.pg_stat_activity WHERE pid = $1`;

export async function locksOf(watcher: pg.ClientBase, pid: number): Promise<SeenLock[]> {
  const { rows } = await watcher.query<{ relation: number; mode: string }>(LOCKS, [pid]);
  return rows.flatMap(({ relation, mode: written }) => {
    const mode = lockModeOf(written);
    return mode === null ? [] : [{ relation, mode }];
  });
}

export async function isWaiting(watcher: pg.ClientBase, pid: number): Promise<boolean> {
  const { rows } = await watcher.query<{ waits: boolean }>(IS_WAITING, [pid]);
  return rows[0]?.waits === true;
}

/**
 * How often each table was read from end to end and how many of its rows were written, by this session: what of it
 * was reported already, and what it will report. Within a transaction nothing is reported.
 */
const COUNTS = `
  SELECT c.oid::int8::float8 AS relation,
         (pg_catalog.pg_stat_get_xact_numscans(c.oid) + pg_catalog.pg_stat_get_numscans(c.oid))::float8 AS scans,
         (pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_tuples_inserted(c.oid))::float8 AS inserted,
         (pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) + pg_catalog.pg_stat_get_tuples_updated(c.oid))::float8 AS updated,
         (pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) + pg_catalog.pg_stat_get_tuples_deleted(c.oid))::float8 AS deleted
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'tenantry')`;

export interface Counts {
  readonly scans: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export async function readCounts(measured: pg.ClientBase): Promise<ReadonlyMap<number, Counts>> {
  const { rows } = await measured.query<Counts & { relation: number }>(COUNTS);
  return new Map(rows.map(({ relation, ...counts }) => [relation, counts]));
}
