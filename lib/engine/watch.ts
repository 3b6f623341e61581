/**
 * Watches over a run while it is driven: its heartbeat, and everything that may stop it. A step hears of it when it
 * breathes; one that does not breathe hears by its signal.
 */
import { and, eq, sql } from "drizzle-orm";
import { operations } from "../records/schema/operations.ts";
import { readBrake } from "./brake.ts";
import type { Engine } from "./engine.ts";
import { AbortWanted, type Interrupt, LeaseLost, PauseWanted, WorkerStopping } from "./interrupts.ts";
import { type Lease, renewLease } from "./lease.ts";

export interface WatchOptions {
  readonly pausable: boolean;
  readonly budgetSeconds: number;
  /** Aborted when the worker is told to end. */
  readonly stopping: AbortSignal;
  /** While steps are taken back only a lost lease stops them. */
  readonly undoing: boolean;
}

export interface Watch {
  /** Its reason is the interrupt. */
  readonly signal: AbortSignal;
  /** @throws the interrupt that is due */
  breathe(): Promise<void>;
  end(): void;
}

export function watchRun(engine: Engine, lease: Lease, options: WatchOptions): Watch {
  const stop = new AbortController();
  // Spans of this process's own: not by a clock that somebody sets.
  const began = performance.now();
  let beatAt = performance.now();
  let beating = false;

  async function due(): Promise<Interrupt | null> {
    if (stop.signal.aborted) return stop.signal.reason as Interrupt;
    const [row] = await engine.records
      .select({
        wish: operations.wish,
        mine: sql<boolean>`${operations.leaseUntil} > now()`,
      })
      .from(operations)
      .where(
        and(
          eq(operations.id, lease.operationId),
          eq(operations.epoch, lease.epoch),
          eq(operations.leaseOwner, lease.owner),
        ),
      );
    if (row === undefined || !row.mine) return new LeaseLost();
    if (options.undoing) return null;
    if (row.wish === "abort") return new AbortWanted();
    if (performance.now() - began > options.budgetSeconds * 1000) return new AbortWanted("budget");
    if (options.stopping.aborted) return new WorkerStopping();
    if (row.wish === "pause") return new PauseWanted();
    return (await readBrake(engine.records)).on ? new PauseWanted("brake") : null;
  }

  async function beat(): Promise<void> {
    if (beating || stop.signal.aborted) return;
    beating = true;
    try {
      if (!(await renewLease(engine, lease))) {
        stop.abort(new LeaseLost());
        return;
      }
      beatAt = performance.now();
      const interrupt = await due();
      if (interrupt !== null && !waitsForBreath(interrupt)) stop.abort(interrupt);
    } catch {
      // Whether another worker has taken over cannot be seen: after a lease without an answer one may have.
      if (performance.now() - beatAt > engine.times.lease * 1000) stop.abort(new LeaseLost());
    } finally {
      beating = false;
    }
  }

  /** What can stop at a batch does so, and is not cut off in one. */
  function waitsForBreath(interrupt: Interrupt): boolean {
    if (interrupt instanceof PauseWanted) return options.pausable;
    if (interrupt instanceof WorkerStopping) return performance.now() - stoppedAt < engine.times.grace * 1000;
    return false;
  }

  let stoppedAt = performance.now();
  const onStopping = () => {
    stoppedAt = performance.now();
  };
  options.stopping.addEventListener("abort", onStopping, { once: true });
  const timer = setInterval(() => void beat(), engine.times.heartbeat * 1000);

  return {
    signal: stop.signal,
    async breathe() {
      const interrupt = await due();
      if (interrupt !== null) throw interrupt;
    },
    end() {
      clearInterval(timer);
      options.stopping.removeEventListener("abort", onStopping);
    },
  };
}
