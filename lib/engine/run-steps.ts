/** The run itself: its steps in order, each from its checkpoint, until the end or until something stops it. */
import { Refusal } from "../findings/finding.ts";
import { describeDatabaseError } from "../postgres/connection.ts";
import type { Ending } from "./ends.ts";
import {
  AbortWanted,
  interruptIn,
  LeaseLost,
  OutcomeUnknown,
  PauseWanted,
  WorkerStopping,
} from "./interrupts.ts";
import type { OperationStep, Reconciled } from "./operation.ts";
import { isPassing, TRIES } from "./passing.ts";
import { doubt, type Rollback, rollBack } from "./rollback.ts";
import { RecordsLost } from "./run-record.ts";
import { type StepHands, stepContext } from "./step-context.ts";
import { hasTouched, untouched } from "./step-record.ts";
import { pauseBeforeRetry } from "./wait.ts";
import { watchRun } from "./watch.ts";

export interface RunLimits {
  readonly pausable: boolean;
  readonly budgetSeconds: number;
  readonly stopping: AbortSignal;
}

/**
 * Runs what is left of a run, or goes on taking it back where that had begun.
 *
 * @throws LeaseLost, RecordsLost, WorkerStopping: then the run stays `running` for the next worker
 */
export async function runSteps(
  hands: StepHands,
  steps: readonly OperationStep[],
  limits: RunLimits,
  unfinished: "failed" | "aborted" | null,
): Promise<Ending> {
  if (unfinished !== null)
    return rollBack(hands, steps, { ending: unfinished, because: BECAUSE[unfinished], findings: [] });
  for (const step of steps) {
    if (hands.record.step(step.name).state === "done") continue;
    const stopped = await runStep(hands, step, limits);
    if (stopped === null) continue;
    return "because" in stopped ? rollBack(hands, steps, stopped) : stopped;
  }
  return { to: "succeeded", sentence: "It is done." };
}

const BECAUSE = {
  failed: "It failed.",
  aborted: "It was aborted.",
} as const;

async function runStep(
  hands: StepHands,
  step: OperationStep,
  limits: RunLimits,
): Promise<Ending | Rollback | null> {
  const { engine, record } = hands;
  await engine.sideEffect(`begin ${step.name}`, () =>
    record.change(
      step.name,
      (now) => ({
        ...now,
        state: "begun",
        attempts: now.attempts + 1,
        startedAt: now.startedAt ?? new Date().toISOString(),
      }),
      { event: { type: "step", data: { step: step.name, state: "begun" } } },
    ),
  );
  for (let attempt = 1; ; attempt++) {
    const watch = watchRun(engine, record.lease, { ...limits, undoing: false });
    try {
      await watch.breathe();
      await step.run(await stepContext(hands, step.name, watch));
      await record.settle();
      await finish(hands, step);
      return null;
    } catch (error) {
      const stopped = await judge(hands, step, error, watch.signal);
      if (stopped !== "again") return stopped;
      if (attempt >= TRIES) return await afterError(hands, step, error);
      engine.log("warn", "step.retried", {
        operation: record.lease.operationId,
        kind: hands.plan.kind,
        step: step.name,
        attempt,
        sqlstate: describeDatabaseError(error).sqlstate,
      });
    } finally {
      watch.end();
    }
    await record.set({}, [{ type: "note", data: { what: "another try", step: step.name, attempt } }]);
    await pauseBeforeRetry(engine, attempt + 1);
  }
}

async function finish({ engine, record }: StepHands, step: OperationStep): Promise<void> {
  await engine.sideEffect(`store that ${step.name} is done`, () =>
    record.change(
      step.name,
      (now) => ({ ...now, state: "done", unsettled: [], endedAt: new Date().toISOString() }),
      { event: { type: "step", data: { step: step.name, state: "done" } } },
    ),
  );
}

/** What an error means. `again`: it may pass. */
async function judge(
  hands: StepHands,
  step: OperationStep,
  error: unknown,
  signal: AbortSignal,
): Promise<Ending | Rollback | null | "again"> {
  if (error instanceof OutcomeUnknown) return unknown(hands, step, error);
  if (error instanceof RecordsLost) throw error;
  const interrupt = interruptIn(error) ?? (signal.aborted ? interruptIn(signal.reason) : null);
  if (interrupt instanceof LeaseLost || interrupt instanceof WorkerStopping) throw interrupt;
  if (interrupt instanceof PauseWanted) return paused(interrupt);
  if (interrupt instanceof AbortWanted) return aborted(interrupt);
  if (error instanceof Refusal) {
    if (await stoodStill(hands, step))
      return {
        to: "paused",
        sentence: `"${step.title}" was refused on its way. What was done so far stays, up to its checkpoint.`,
        findings: error.findings,
        next: ["Mend what the findings name, then resume; abort leaves it as it is."],
        data: { by: "error" },
      };
    // By its contract the step has changed nothing, or taken it back itself.
    await hands.record.change(step.name, (now) => untouched(now, "waiting"));
    return { ending: "failed", because: "It was refused.", findings: error.findings };
  }
  return isPassing(error) ? "again" : afterError(hands, step, error);
}

/** Whether batches of it stay that were committed before it was refused. */
async function stoodStill(hands: StepHands, step: OperationStep): Promise<boolean> {
  if (!step.batched || !hasTouched(hands.record.step(step.name))) return false;
  const answer = await lookAfter(hands, step);
  if (answer === "partly") await hands.record.change(step.name, (now) => ({ ...now, unsettled: [] }));
  return answer === "partly";
}

function paused({ by }: PauseWanted): Ending {
  return by === "brake"
    ? {
        to: "paused",
        sentence: "The brake stopped it at its checkpoint.",
        next: ["Once the brake is released, resume goes on from there; abort takes it back."],
        data: { by },
      }
    : {
        to: "paused",
        sentence: "It stopped at its checkpoint, as was wanted.",
        next: ["Resume goes on from there; abort takes it back."],
        data: { by },
      };
}

function aborted({ because }: AbortWanted): Rollback {
  if (because === "person") return { ending: "aborted", because: BECAUSE.aborted, findings: [] };
  return {
    ending: "failed",
    because: "The time that this run may take was used up.",
    findings: [
      {
        code: "budget-spent",
        severity: "blocks",
        where: "run",
        what: "The run took longer than its budget allows.",
        todo: "See what slowed it down; the budget is part of the policy.",
      },
    ],
  };
}

async function unknown(hands: StepHands, step: OperationStep, error: OutcomeUnknown): Promise<Ending> {
  await hands.record.change(step.name, (now) => ({ ...now, state: "unknown" }), {
    event: { type: "step", data: { step: step.name, state: "unknown" } },
  });
  return doubt([step.title], error.findings, null);
}

/**
 * An error that is no refusal and did not pass. What it left behind is looked at; where nobody can say, the run is
 * unknown, and where something is there it is taken back, or kept at its checkpoint: never called a mere failure.
 */
async function afterError(
  hands: StepHands,
  step: OperationStep,
  error: unknown,
): Promise<Ending | Rollback | null> {
  const { engine, record } = hands;
  const { sqlstate, sentence } = describeDatabaseError(error);
  engine.log("error", "step.failed", {
    operation: record.lease.operationId,
    step: step.name,
    sqlstate,
    error: error instanceof Error ? error.name : typeof error,
  });
  const what = `"${step.title}" stopped: ${sentence}`;
  const finding = { code: "step-failed", severity: "blocks" as const, where: step.name, what: sentence };
  if (hasTouched(record.step(step.name)) && step.reconcile !== undefined) {
    const answer = await lookAfter(hands, step);
    if (answer === "done") {
      await finish(hands, step);
      return null;
    }
    if (answer === "unknown") return unknown(hands, step, new OutcomeUnknown(finding));
    await record.change(step.name, (now) =>
      answer === "partly" ? { ...now, unsettled: [] } : untouched(now, "waiting"),
    );
  }
  const now = record.step(step.name);
  if (now.unsettled.length > 0) return unknown(hands, step, new OutcomeUnknown(finding));
  if (!hasTouched(now)) return { ending: "failed", because: what, findings: [finding] };
  if (step.undo !== undefined && !isPassing(error))
    return { ending: "failed", because: what, findings: [finding] };
  return {
    to: "paused",
    sentence: `${what} What was done so far stays, up to its checkpoint.`,
    findings: [finding],
    next: ["Resume goes on from the checkpoint; abort takes back what can be taken back."],
    data: { by: "error" },
  };
}

/** Asks the step whether it took effect after all. Where it cannot be asked nobody can say. */
async function lookAfter(hands: StepHands, step: OperationStep): Promise<Reconciled> {
  const { engine, record } = hands;
  const watch = watchRun(engine, record.lease, {
    pausable: false,
    budgetSeconds: Number.POSITIVE_INFINITY,
    stopping: new AbortController().signal,
    undoing: true,
  });
  try {
    return await step.reconcile!(await stepContext(hands, step.name, watch));
  } catch (error) {
    if (watch.signal.aborted) throw watch.signal.reason;
    const interrupt = interruptIn(error);
    if (interrupt !== null) throw interrupt;
    if (error instanceof RecordsLost) throw error;
    return "unknown";
  } finally {
    watch.end();
  }
}

export { lookAfter };
