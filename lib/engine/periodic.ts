/**
 * Work that comes round: the census, the sweeper, the audit linker, webhook deliveries. Each worker process has all
 * of it; an advisory lock of the records lets one do each at a time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { LOCK_CLASS } from "../postgres/tenant-lock.ts";
import type { Engine } from "./engine.ts";

export interface Periodic {
  /** Stable, in kebab-case: in logs and metrics, and the name of its lock. */
  readonly name: string;
  /** Between the end of one round and the begin of the next. */
  readonly everySeconds: number;
  run(signal: AbortSignal): Promise<unknown>;
}

/** Runs one round, unless another process is at it. False then. */
export async function runRound(engine: Engine, periodic: Periodic, signal: AbortSignal): Promise<boolean> {
  const client = await engine.records.pool.connect();
  // A session that could not unlock is closed, and its lock with it.
  let unlocked = true;
  try {
    const { rows } = await client.query<{ locked: boolean }>(TRY_LOCK, [
      LOCK_CLASS,
      `every ${periodic.name}`,
    ]);
    if (!rows[0]!.locked) return false;
    unlocked = false;
    try {
      await periodic.run(signal);
    } finally {
      await client.query(UNLOCK, [LOCK_CLASS, `every ${periodic.name}`]);
      unlocked = true;
    }
    return true;
  } finally {
    client.release(!unlocked);
  }
}

const TRY_LOCK = "SELECT pg_try_advisory_lock($1::int, hashtext($2)) AS locked";
const UNLOCK = "SELECT pg_advisory_unlock($1::int, hashtext($2))";

/** Goes round until `signal` is aborted; a round that fails is logged and the next one comes. */
export async function goRound(engine: Engine, periodic: Periodic, signal: AbortSignal): Promise<void> {
  // Workers that start together do not all knock at once.
  let wait = Math.min(1, periodic.everySeconds) * Math.random();
  for (;;) {
    try {
      await sleep(wait * 1000, undefined, { signal });
    } catch {
      return;
    }
    const began = Date.now();
    try {
      if (await runRound(engine, periodic, signal))
        engine.log("info", "periodic.done", { periodic: periodic.name, ms: Date.now() - began });
    } catch (error) {
      if (signal.aborted) return;
      const { name, code } = error as { name?: string; code?: string };
      engine.log("error", "periodic.failed", { periodic: periodic.name, error: name, code });
    }
    wait = periodic.everySeconds * (0.9 + 0.2 * Math.random());
  }
}
