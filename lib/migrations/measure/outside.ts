/**
 * A statement that refuses to run inside a transaction: CREATE INDEX CONCURRENTLY, VACUUM. Its locks come and go while
 * it runs, on tables of a few rows within a millisecond. So a third session holds every table in a mode with which all
 * that could be in somebody's way conflicts; the statement waits for it, and what it waits for is seen.
 */
import { setTimeout } from "node:timers/promises";
import type pg from "pg";
import { connect } from "../../postgres/connection.ts";
import { quoteQualified } from "../../postgres/identifiers.ts";
import type { Relation } from "./state.ts";
import { isWaiting, locksOf, type SeenLock } from "./watch.ts";

/** SQLSTATEs: active_sql_transaction, and invalid_transaction_termination of a COMMIT in a DO block. */
const NEEDS_OUTSIDE: ReadonlySet<string> = new Set(["25001", "2D000"]);

export function refusesTransaction(error: unknown): boolean {
  return NEEDS_OUTSIDE.has((error as { code?: string }).code ?? "");
}

/** Milliseconds between two looks. */
const BREATH = 2;

export interface Outside {
  /** Of the database. */
  readonly url: string;
  readonly measured: pg.Client;
  readonly pid: number;
  readonly watcher: pg.Client;
  readonly tables: readonly Relation[];
}

/** @returns every lock that was seen, whether it was waited for or held */
export async function runOutside(
  sql: string,
  { url, measured, pid, watcher, tables }: Outside,
): Promise<SeenLock[]> {
  const seen = new Map<string, SeenLock>();
  const look = async () => {
    for (const lock of await locksOf(watcher, pid)) seen.set(`${lock.relation} ${lock.mode}`, lock);
  };
  const holder = await connect(url, { applicationName: "tenantry measure" });
  try {
    await holder.query("BEGIN");
    const held = tables.filter(({ kind }) => kind === "r" || kind === "p");
    if (held.length > 0) {
      const names = held.map(({ schema, bare }) => quoteQualified(schema, bare)).join(", ");
      await holder.query(`LOCK TABLE ${names} IN SHARE UPDATE EXCLUSIVE MODE`);
    }
    let isDone = false;
    const run = measured.query(sql).finally(() => {
      isDone = true;
    });
    // Awaited below; a failure in between is no unhandled one.
    run.catch(() => undefined);
    let waited = false;
    while (!isDone && !waited) {
      waited = await isWaiting(watcher, pid);
      await look();
      await setTimeout(BREATH);
    }
    await holder.query("ROLLBACK");
    while (!isDone) {
      await look();
      await setTimeout(BREATH);
    }
    await run;
    return [...seen.values()];
  } finally {
    await holder.end();
  }
}
