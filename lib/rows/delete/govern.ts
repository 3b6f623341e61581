/** Paces a run: the health of the database is asked before every batch, and each batch says how large the next may be. */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Table } from "../../catalog/catalog.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { describeDatabaseError } from "../../postgres/database-error.ts";
import type { RunContext } from "../run-context.ts";
import {
  DEFAULT_LIMITS,
  easeOf,
  firstPace,
  type GovernorLimits,
  nextPace,
  nextTable,
  type Pace,
  type Throttle,
  throttled,
  throttleOf,
  timedOut,
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
  next<T extends { readonly rows: number }>(
    table: GovernedTable,
    batch: (size: number) => Promise<T>,
  ): Promise<T>;
}

type GovernedTable = Pick<Table, "id" | "oid">;

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
  let limits: GovernorLimits = { ...DEFAULT_LIMITS, ...given };
  const signals = createSignalReader(client, query);
  let pace = firstPace(limits);
  let at: string | null = null;
  let rows = 0;

  /** The first signal that is beyond its limit, as long as it is; the operator can pause or abort meanwhile. */
  async function gate({ id: table, oid }: GovernedTable): Promise<Throttle | null> {
    let first: Throttle | null = null;
    for (;;) {
      await breathe();
      context.signal.throwIfAborted();
      const said = await signals.read(oid);
      const throttle = throttleOf(said, limits);
      if (throttle === null) return first ?? (await ease(table, easeOf(said, limits)));
      first ??= throttle;
      pace = throttled(pace, throttle, limits);
      context.progress({ phase: "deleting", table, rows, bytes: 0, totalRows: null, throttle });
      await sleep(pace.pause, undefined, { signal: context.signal });
    }
  }

  async function ease(table: string, throttle: Throttle | null): Promise<Throttle | null> {
    if (throttle === null) return null;
    context.progress({ phase: "deleting", table, rows, bytes: 0, totalRows: null, throttle });
    await sleep(limits.target, undefined, { signal: context.signal });
    return throttle;
  }

  /** Null where the server has called it off: the next one is smaller. */
  async function attempt<T>(table: string, batch: (size: number) => Promise<T>): Promise<T | null> {
    try {
      return await batch(pace.rows);
    } catch (error) {
      context.signal.throwIfAborted();
      // query_canceled: by statement_timeout, or by somebody's hand, who means the same.
      if (describeDatabaseError(error).sqlstate !== "57014") throw error;
      const smaller = timedOut(pace);
      if (smaller === null) throw new Refusal(rowTakesLong(table, limits.statementTimeout), { cause: error });
      pace = smaller;
      // What is known to take that long is not tried at its usual least again.
      limits = { ...limits, minRows: 1 };
      return null;
    }
  }

  return {
    async next(of, batch) {
      const { id: table } = of;
      if (at !== table) pace = nextTable(pace, limits);
      at = table;
      let held = await gate(of);
      let begun = performance.now();
      let used: Pace = pace;
      let done = await attempt(table, batch);
      while (done === null) {
        held = "statement timeout";
        context.progress({ phase: "deleting", table, rows, bytes: 0, totalRows: null, throttle: held });
        await gate(of);
        used = pace;
        begun = performance.now();
        done = await attempt(table, batch);
      }
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

function rowTakesLong(table: string, timeout: number): Finding {
  return {
    code: "row-takes-long",
    severity: "blocks",
    where: table,
    what: `A batch of a single row was called off by the server after ${timeout / 1_000} s.`,
    todo: "Nothing of it was kept, and what went before stays deleted. Look for a trigger that takes long, a foreign key without an index, or who waits for whom in pg_stat_activity, then resume.",
  };
}
