/** Paces a run: the health of the database is asked before every batch, and each batch says how large the next may be. */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { RunContext } from "../run-context.ts";
import {
  DEFAULT_LIMITS,
  firstPace,
  nextPace,
  nextTable,
  type Pace,
  type Throttle,
  throttled,
  throttleOf,
} from "./governor.ts";
import { createSignalReader, type GovernorSettings } from "./signals.ts";

/** A batch that is committed. */
export interface GovernedBatch {
  readonly table: string;
  readonly rows: number;
  /** As many as it was given. */
  readonly size: number;
  readonly milliseconds: number;
  /** Which signal has held the run up, or made the batch smaller; null where none did. */
  readonly throttle: Throttle | null;
}

export interface Governor {
  /** Waits until the database is well, then sends one batch. */
  next<T extends { readonly rows: number }>(table: string, batch: (size: number) => Promise<T>): Promise<T>;
}

interface Governed {
  readonly breathe: () => Promise<void>;
  readonly governor?: GovernorSettings;
  readonly told?: (batch: GovernedBatch) => void;
}

export function governor(
  client: pg.ClientBase,
  { breathe, governor: settings = {}, told }: Governed,
  context: Pick<RunContext, "signal" | "progress">,
): Governor {
  const { query = null, ...given } = settings;
  const limits = { ...DEFAULT_LIMITS, ...given };
  const signals = createSignalReader(client, query);
  let pace = firstPace(limits);
  let at: string | null = null;
  let rows = 0;

  /** The first signal that is beyond its limit, as long as it is; the operator can pause or abort meanwhile. */
  async function gate(table: string): Promise<Throttle | null> {
    let first: Throttle | null = null;
    for (;;) {
      await breathe();
      context.signal.throwIfAborted();
      const throttle = throttleOf(await signals.read(), limits);
      if (throttle === null) return first;
      first ??= throttle;
      pace = throttled(pace, throttle, limits);
      context.progress({ phase: "deleting", table, rows, bytes: 0, totalRows: null, throttle });
      await sleep(pace.pause, undefined, { signal: context.signal });
    }
  }

  return {
    async next(table, batch) {
      if (at !== table) pace = nextTable(pace, limits);
      at = table;
      const held = await gate(table);
      const used: Pace = pace;
      const begun = performance.now();
      const done = await batch(used.rows);
      const milliseconds = performance.now() - begun;
      rows += done.rows;
      pace = nextPace({ pace: used, milliseconds, rows: done.rows }, limits);
      const throttle = held ?? pace.throttle;
      told?.({ table, rows: done.rows, size: used.rows, milliseconds, throttle });
      context.progress({ phase: "deleting", table, rows, bytes: 0, totalRows: null, throttle });
      return done;
    },
  };
}
