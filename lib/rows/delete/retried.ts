/** What passes by itself is tried again: a lock that is not granted, a deadlock, a snapshot that is too old. */
import { setTimeout as sleep } from "node:timers/promises";
import { describeDatabaseError } from "../../postgres/database-error.ts";
import type { RunContext } from "../run-context.ts";

const PASSING = new Set(["55P03", "40P01", "40001"]);

/** How often a transaction is tried, and about how long is waited before the second try; longer each time. */
const TRIES = 8;
const FIRST = 100;
const LONGEST = 5_000;

/** Runs whole transactions: each has rolled back before it is tried again. */
export async function retried<T>(
  { signal }: Pick<RunContext, "signal">,
  transaction: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      return await transaction();
    } catch (error) {
      const { sqlstate } = describeDatabaseError(error);
      if (tries === TRIES || sqlstate === null || !PASSING.has(sqlstate)) throw error;
      const longest = Math.min(LONGEST, FIRST * 2 ** (tries - 1));
      await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}
