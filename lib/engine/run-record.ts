/**
 * A run's own writing in the records: steps, progress, findings. One write at a time, each guarded by the lease's
 * epoch and followed by its event in the same transaction.
 */
import { sql } from "drizzle-orm";
import { operations } from "../records/schema/operations.ts";
import type { Engine, OperationRow } from "./engine.ts";
import { appendEvents, type NewEvent } from "./events.ts";
import { LeaseLost } from "./interrupts.ts";
import { heldBy, type Lease } from "./lease.ts";
import type { OperationProgress } from "./progress.ts";
import type { StepRecord } from "./step-record.ts";

/** The records did not answer. The run stops as if it had died here: whoever takes over knows what was stored. */
export class RecordsLost extends Error {
  constructor(cause: unknown) {
    super("The console's records do not answer.", { cause });
    this.name = "RecordsLost";
  }
}

export interface RunRecord {
  readonly lease: Lease;
  steps(): readonly StepRecord[];
  step(name: string): StepRecord;
  /**
   * Changes one step's record and stores it.
   *
   * @throws LeaseLost, RecordsLost
   */
  change(
    name: string,
    change: (record: StepRecord) => StepRecord,
    options?: { readonly event?: NewEvent; readonly set?: Partial<OperationRow> },
  ): Promise<void>;
  /** Stores other columns of the run. */
  set(columns: Partial<OperationRow>, events?: readonly NewEvent[]): Promise<void>;
  /** Remembers it, and stores the last one from time to time. */
  progress(progress: OperationProgress): void;
  /** Waits for what is being stored, and stores the last progress. */
  settle(): Promise<void>;
}

export function openRunRecord(engine: Engine, lease: Lease, initial: readonly StepRecord[]): RunRecord {
  let records = [...initial];
  let last: Promise<unknown> = Promise.resolve();
  let waiting: OperationProgress | null = null;
  let timer: NodeJS.Timeout | null = null;

  /** One after the other: each write holds all steps, and must not be overtaken by an older one. */
  function inTurn(write: () => Promise<void>): Promise<void> {
    const mine = last.then(write);
    last = mine.catch(() => {});
    return mine;
  }

  async function store(columns: Partial<OperationRow>, events: readonly NewEvent[]): Promise<void> {
    try {
      await engine.records.transaction(async (tx) => {
        const held = await tx
          .update(operations)
          .set({ heartbeatAt: sql`now()`, ...columns })
          .where(heldBy(lease))
          .returning({ id: operations.id });
        if (held.length === 0) throw new LeaseLost();
        await appendEvents(tx, lease.operationId, events);
      });
    } catch (error) {
      throw error instanceof LeaseLost ? error : new RecordsLost(error);
    }
  }

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const now = waiting;
    waiting = null;
    if (now === null) return Promise.resolve();
    const progress = { ...now, at: new Date().toISOString() };
    return inTurn(() => store({ progress }, [{ type: "progress", data: { ...progress } }]));
  }

  return {
    lease,
    steps: () => records,
    step: (name) => find(records, name),
    change(name, change, { event, set } = {}) {
      records = records.map((record) => (record.name === name ? change(record) : record));
      const steps = records;
      return inTurn(() => store({ ...set, steps }, event === undefined ? [] : [event]));
    },
    set: (columns, events = []) => inTurn(() => store(columns, events)),
    progress(progress) {
      waiting = progress;
      // A lost lease shows at the next heartbeat or write; a lost state of progress is no loss.
      timer ??= setTimeout(() => void flush().catch(() => {}), engine.times.progress * 1000);
    },
    async settle() {
      await flush();
      await last;
    },
  };
}

function find(records: readonly StepRecord[], name: string): StepRecord {
  const record = records.find((each) => each.name === name);
  if (record === undefined) throw new Error(`The plan has no step ${name}.`);
  return record;
}
