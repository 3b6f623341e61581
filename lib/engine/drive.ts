/**
 * Drives one operation as far as it goes: claims it, asks before the first write whether it still may run, runs its
 * steps from their checkpoints, and ends it. The queue's job and the sweeper both come here; whoever comes second
 * finds the lease taken and goes away.
 */
import { hostname } from "node:os";
import { newId } from "../records/id.ts";
import { admit } from "./admit.ts";
import { readBrake } from "./brake.ts";
import { planDigest } from "./digest.ts";
import { type Ending, endRun } from "./ends.ts";
import type { Engine, OperationRow } from "./engine.ts";
import { readOperation } from "./findings.ts";
import { LeaseLost, WorkerStopping } from "./interrupts.ts";
import { claimLease, type Lease, releaseLease } from "./lease.ts";
import type { OperationPlan } from "./plan.ts";
import { reconcileRun } from "./reconcile-run.ts";
import { findRegistered } from "./registered.ts";
import { openRunRecord, RecordsLost } from "./run-record.ts";
import { runSteps } from "./run-steps.ts";
import type { StepHands } from "./step-context.ts";
import type { OperationResult, StepRecord } from "./step-record.ts";

/**
 * `ended`: the records say how. `not mine`: another worker has it, or there is nothing to do. `held`: the brake is
 * on. `lost`: another worker took over, or the records were gone. `stopped`: the worker is to end; the run goes on
 * elsewhere.
 */
export type Driven = "ended" | "not mine" | "held" | "lost" | "stopped";

export interface DriveOptions {
  /** Aborted when this process is to end. */
  readonly stopping?: AbortSignal;
  /** For people and tests; unique for each drive. */
  readonly owner?: string;
}

export async function driveOperation(
  engine: Engine,
  operationId: string,
  options: DriveOptions = {},
): Promise<Driven> {
  const stopping = options.stopping ?? new AbortController().signal;
  if (stopping.aborted) return "stopped";
  if (await isHeld(engine, operationId)) return "held";
  const owner = options.owner ?? `${hostname()}/${process.pid}/${newId().slice(-6)}`;
  const claimed = await engine.sideEffect("claim", () => claimLease(engine, operationId, owner));
  if (claimed === null) return "not mine";
  const { lease, row } = claimed;
  engine.log("info", "operation.claimed", { operation: row.id, kind: row.kind, epoch: lease.epoch });
  try {
    await driveClaimed(engine, lease, row, stopping);
    return "ended";
  } catch (error) {
    if (error instanceof LeaseLost || error instanceof RecordsLost) {
      engine.log("warn", "operation.lost", { operation: row.id, epoch: lease.epoch, why: error.name });
      return "lost";
    }
    if (!(error instanceof WorkerStopping)) throw error;
    await engine.sideEffect("hand over", () => handOver(engine, lease));
    return "stopped";
  } finally {
    await releaseLease(engine, lease).catch(() => {});
  }
}

async function driveClaimed(
  engine: Engine,
  lease: Lease,
  claimed: OperationRow,
  stopping: AbortSignal,
): Promise<void> {
  let row: OperationRow | null = claimed;
  if (row.state === "queued") row = await admit(engine, lease, row, stopping);
  if (row === null) return;
  const operation = engine.registry.all.find(({ kind }) => kind === claimed.kind);
  const found = await findRegistered(engine, row.platformId, row.databaseId);
  // Deregistered, or an older worker, in the middle of a run: nothing to be done here, nothing to be said either.
  if (operation === undefined || !found.ok)
    throw new Error("A run is of an operation or database that is gone.");
  const plan = row.plan as OperationPlan;
  const record = openRunRecord(engine, lease, row.steps as StepRecord[]);
  const earlier = row.result as OperationResult | null;
  const hands: StepHands = {
    engine,
    registered: found.registered,
    requestedBy: row.requestedBy,
    input: row.input,
    plan,
    record,
    because: [...(earlier?.because ?? [])],
  };
  if (row.state === "running" && planDigest(plan) !== row.digest) {
    await endRun(hands, row, notWhatWasApproved(row.id));
    return;
  }
  const steps = operation.steps(plan);
  const unfinished = earlier?.ending ?? null;
  const ending =
    row.state === "unknown"
      ? await reconcileRun(hands, steps, row)
      : await runSteps(
          hands,
          steps,
          { pausable: operation.pausable, budgetSeconds: row.budgetSeconds, stopping },
          unfinished,
        );
  if (ending !== null) await endRun(hands, row, ending);
}

/** While the brake is on nothing begins; a look at an unknown outcome writes nothing and may go on. */
async function isHeld(engine: Engine, operationId: string): Promise<boolean> {
  if (!(await readBrake(engine.records)).on) return false;
  const row = await readOperation(engine.records, operationId);
  return row?.state === "queued";
}

/** The next worker finds the job and a lease that nobody holds. */
async function handOver(engine: Engine, lease: Lease): Promise<void> {
  await releaseLease(engine, lease);
  await engine.queue.ready();
  await engine.records.transaction((tx) => engine.queue.send(tx, lease.operationId));
}

/**
 * A run goes by the stored plan from its first write on. One that is not the plan that was approved any more, by whatever
 * hand, drives no step, and takes none back either.
 */
function notWhatWasApproved(operationId: string): Ending {
  return {
    to: "paused",
    sentence: "The stored plan is not the one that was approved: nothing more is done by it.",
    findings: [
      {
        code: "plan-tampered",
        severity: "blocks",
        where: `operation ${operationId}`,
        what: "The plan in the records has another digest than the one that was approved.",
        todo: "Find out who has changed the records, put the row back as it was from a backup of them, then resume.",
      },
    ],
    next: ["See who may write to the records' database; the audit trail has the digest that was approved."],
    data: { by: "error" },
  };
}
