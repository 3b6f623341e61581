/** Taking back, last step first, what was done of a run; for an abort, for a step that was refused, for a spent budget. */
import type { Finding } from "../findings/finding.ts";
import { describeDatabaseError } from "../postgres/connection.ts";
import { afterRollback, type Ending } from "./ends.ts";
import type { Engine } from "./engine.ts";
import { findingEvents } from "./events.ts";
import { interruptIn, LeaseLost, OutcomeUnknown, WorkerStopping } from "./interrupts.ts";
import type { OperationStep } from "./operation.ts";
import { isPassing, TRIES } from "./passing.ts";
import { RecordsLost } from "./run-record.ts";
import type { StepHands } from "./step-context.ts";
import { stepContext } from "./step-context.ts";
import { hasTouched, standingFindings, untouched } from "./step-record.ts";
import { pauseBeforeRetry } from "./wait.ts";
import { watchRun } from "./watch.ts";

export interface Rollback {
  readonly ending: "failed" | "aborted";
  /** Why, as a sentence before the one about what is left. */
  readonly because: string;
  readonly findings: readonly Finding[];
}

/**
 * Undoes what was touched. Stored before it begins: a worker that takes over goes on taking back.
 *
 * @throws LeaseLost, RecordsLost
 */
export async function rollBack(
  hands: StepHands,
  steps: readonly OperationStep[],
  rollback: Rollback,
): Promise<Ending> {
  const { engine, record } = hands;
  const why = `${rollback.because} `;
  if (record.steps().some(hasTouched)) {
    hands.because.push(...rollback.findings);
    const because = [...hands.because];
    const result = { sentence: why.trim(), ...EMPTY, ending: rollback.ending, because };
    const findings = standingFindings(hands.plan, record.steps(), because);
    await engine.sideEffect("store the rollback's intent", () =>
      record.set({ result, findings }, findingEvents(rollback.findings)),
    );
    for (const step of steps.toReversed()) {
      const ended = await undoStep(engine, hands, step, rollback.ending);
      if (ended !== null) return ended;
    }
    rollback = { ...rollback, findings: [] };
  }
  const { sentence } = afterRollback(record.steps());
  const unfinished = record.steps().filter((step) => step.state === "unknown");
  if (unfinished.length > 0)
    return doubt(
      unfinished.map(({ title }) => title),
      [],
      rollback.ending,
    );
  return {
    to: rollback.ending,
    sentence: why + sentence,
    findings: rollback.findings,
    next: rollback.ending === "failed" ? ["Mend what the findings name, then try again."] : [],
  };
}

const EMPTY = { changed: [], uncertain: [], next: [], links: {} };

async function undoStep(
  engine: Engine,
  hands: StepHands,
  step: OperationStep,
  ending: "failed" | "aborted",
): Promise<Ending | null> {
  const { record } = hands;
  const before = record.step(step.name);
  if (before.state === "begun" && !hasTouched(before))
    await record.change(step.name, (now) => untouched(now, "undone"));
  if (!hasTouched(before) || before.state === "unknown") return null;
  if (step.undo === undefined) return leave(hands, step);
  await engine.sideEffect(`begin to undo ${step.name}`, () =>
    record.change(step.name, (now) => ({ ...now, state: "undoing" }), {
      event: { type: "step", data: { step: step.name, state: "undoing" } },
    }),
  );
  for (let attempt = 1; ; attempt++) {
    const watch = watchUndoing(hands);
    try {
      await step.undo(await stepContext(hands, step.name, watch));
      await engine.sideEffect(`store that ${step.name} is undone`, () =>
        record.change(step.name, (now) => untouched(now, "undone"), {
          event: { type: "step", data: { step: step.name, state: "undone" } },
        }),
      );
      return null;
    } catch (error) {
      if (watch.signal.reason instanceof LeaseLost) throw watch.signal.reason;
      const interrupt = interruptIn(error);
      if (interrupt instanceof LeaseLost || interrupt instanceof WorkerStopping) throw interrupt;
      if (error instanceof RecordsLost) throw error;
      if (error instanceof OutcomeUnknown) {
        await record.change(step.name, (now) => ({ ...now, state: "unknown" }));
        return doubt([step.title], error.findings, ending);
      }
      if (isPassing(error) && attempt < TRIES) {
        await pauseBeforeRetry(engine, attempt + 1);
        continue;
      }
      return stuck(step, error, ending);
    } finally {
      watch.end();
    }
  }
}

const NEVER = new AbortController().signal;

/**
 * A step that cannot be undone: done, it stays. Only begun, it is asked whether it took effect after all, or partly;
 * where it cannot be asked it has by its contract rolled back what was open, unless an effect of it is unsettled.
 */
async function leave(hands: StepHands, step: OperationStep): Promise<null> {
  const { engine, record } = hands;
  const now = record.step(step.name);
  if (now.state === "done") return null;
  const state =
    step.reconcile === undefined ? (now.unsettled.length > 0 ? "unknown" : "undone") : await ask(hands, step);
  await engine.sideEffect(`store what is left of ${step.name}`, () =>
    record.change(
      step.name,
      (each) =>
        state === "undone"
          ? untouched(each, "undone")
          : { ...each, state, unsettled: state === "unknown" ? each.unsettled : [] },
      { event: { type: "step", data: { step: step.name, state } } },
    ),
  );
  return null;
}

const LEFT = { done: "done", "not done": "undone", partly: "begun", unknown: "unknown" } as const;

async function ask(hands: StepHands, step: OperationStep): Promise<"done" | "undone" | "begun" | "unknown"> {
  const watch = watchUndoing(hands);
  try {
    const answer = await step.reconcile!(await stepContext(hands, step.name, watch));
    return LEFT[answer];
  } catch (error) {
    if (watch.signal.reason instanceof LeaseLost) throw watch.signal.reason;
    const interrupt = interruptIn(error);
    if (interrupt instanceof LeaseLost || interrupt instanceof WorkerStopping) throw interrupt;
    if (error instanceof RecordsLost) throw error;
    return "unknown";
  } finally {
    watch.end();
  }
}

function watchUndoing({ engine, record }: StepHands): ReturnType<typeof watchRun> {
  return watchRun(engine, record.lease, {
    pausable: false,
    budgetSeconds: Number.POSITIVE_INFINITY,
    stopping: NEVER,
    undoing: true,
  });
}

/** Somebody must look. */
export function doubt(
  titles: readonly string[],
  findings: readonly Finding[],
  ending: "failed" | "aborted" | null,
): Ending {
  return {
    to: "unknown",
    sentence: "Nobody can say whether this took effect; it is not taken for a failure.",
    findings,
    uncertain: titles.map((title) => `${title}: it may have happened, or not.`),
    next: [
      ...findings.flatMap(({ todo }) => (todo === undefined ? [] : [todo])),
      "Reconcile: a worker looks whether it happened.",
    ],
    ending,
  };
}

function stuck(step: OperationStep, error: unknown, ending: "failed" | "aborted"): Ending {
  const { sentence } = describeDatabaseError(error);
  return {
    to: "paused",
    sentence: `Taking back stopped at "${step.title}": ${sentence}`,
    findings: [
      {
        code: "undo-failed",
        severity: "blocks",
        where: step.name,
        what: sentence,
        todo: "Mend it, then resume: the run goes on taking back.",
      },
    ],
    uncertain: [`${step.title}: partly taken back.`],
    next: ["Resume goes on taking back."],
    ending,
  };
}
