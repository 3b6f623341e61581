/** What a suite is handed, and what it gives. */
import type { Pair } from "../ground/databases.ts";
import type { OwnedTables } from "../ground/platform.ts";
import type { Ground } from "../ground/server.ts";
import type { Measured } from "../measure/worker.ts";
import type { Verdict } from "../report.ts";

export interface SuiteContext {
  readonly ground: Ground;
  readonly pair: Pair;
  readonly owned: OwnedTables;
  /** The size that was asked for; the tenant's true rows are the pair's. */
  readonly size: number;
  readonly rounds: number;
  readonly insert: boolean;
  readonly say: (sentence: string) => void;
}

export interface SuiteResult {
  readonly verdicts: readonly Verdict[];
  /** Peak memory of each of our runs in bytes, by what was done. */
  readonly memory: ReadonlyMap<string, readonly number[]>;
}

/** Notes our runs' peak memory as they go by. */
export function memoryNotes() {
  const memory = new Map<string, number[]>();
  return {
    memory,
    note(what: string, bytes: number): void {
      const noted = memory.get(what);
      if (noted === undefined) memory.set(what, [bytes]);
      else noted.push(bytes);
    },
  };
}

/** A run that did nothing is the fastest of all. */
export function requireRows({ result }: Measured<{ rows: number }>, rows: number, what: string): void {
  // Sessions and caches are the tenant's and stay behind.
  if (result.rows < 0.9 * rows || result.rows > rows)
    throw new Error(`the ${what} came to ${result.rows} rows of about ${rows}: nothing to compare`);
}
