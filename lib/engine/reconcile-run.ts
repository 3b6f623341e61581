/** A worker's look at a run whose outcome is unknown: each doubtful step is asked whether it took effect. */
import { recordAudit } from "../records/audit.ts";
import type { Ending } from "./ends.ts";
import { afterRollback } from "./ends.ts";
import type { OperationRow } from "./engine.ts";
import { appendEvents } from "./events.ts";
import { lockOperation } from "./lock-operation.ts";
import type { OperationStep } from "./operation.ts";
import { lookAfter } from "./run-steps.ts";
import type { StepHands } from "./step-context.ts";
import { isUntouched, type OperationResult, untouched } from "./step-record.ts";
import { consoleActor } from "./transition.ts";

/** How the run goes on; null where it is still unknown. @throws LeaseLost, RecordsLost */
export async function reconcileRun(
  hands: StepHands,
  steps: readonly OperationStep[],
  row: OperationRow,
): Promise<Ending | null> {
  const { record } = hands;
  const ending = (row.result as OperationResult | null)?.ending ?? null;
  let open = 0;
  for (const step of steps) {
    if (record.step(step.name).state !== "unknown") continue;
    const answer = step.reconcile === undefined ? "unknown" : await lookAfter(hands, step);
    await noteAnswer(hands, row, step, answer);
    if (answer === "unknown") {
      open++;
      continue;
    }
    await record.change(
      step.name,
      (now) =>
        answer === "not done" ? untouched(now, "waiting") : { ...now, state: STATES[answer], unsettled: [] },
      { event: { type: "step", data: { step: step.name, state: STATES[answer] } } },
    );
  }
  if (open > 0) return null;
  const now = record.steps();
  if (isUntouched(now))
    return { to: "failed", sentence: `It had not happened. ${afterRollback(now).sentence}` };
  if (ending === null && now.every((step) => step.state === "done"))
    return { to: "succeeded", sentence: "It had happened: it is done." };
  return {
    to: "paused",
    sentence: "It is known now what happened; the run stands at its checkpoint.",
    next: [ending === null ? "Resume goes on; abort takes it back." : "Resume goes on taking back."],
    ending,
    data: { by: "reconcile" },
  };
}

const STATES = { done: "done", "not done": "waiting", partly: "begun" } as const;

async function noteAnswer(
  { engine }: StepHands,
  row: OperationRow,
  step: OperationStep,
  answer: string,
): Promise<void> {
  await engine.records.transaction(async (tx) => {
    await lockOperation(tx, row.id);
    await recordAudit(tx, {
      actor: consoleActor("worker"),
      action: "operation.reconciled",
      subject: { type: "operation", id: row.id },
      operationId: row.id,
      platformId: row.platformId,
      tenantKey: row.tenantKey,
      data: { step: step.name, answer },
    });
    await appendEvents(tx, row.id, [{ type: "note", data: { what: "reconciled", step: step.name, answer } }]);
  });
}
