/** The four answers of a run: what was asked, what changed, what remains uncertain, what to do now. Pure. */
import type { OperationRow } from "./engine.ts";
import type { OperationPlan } from "./plan.ts";
import { assertNever } from "./states.ts";
import { gatherResults, type OperationResult, type StepRecord } from "./step-record.ts";

export interface FourAnswers {
  readonly asked: string;
  /** In sentences; says so where it is nothing. */
  readonly changed: readonly string[];
  readonly uncertain: readonly string[];
  readonly next: readonly string[];
}

export function answersOf(
  row: Pick<OperationRow, "state" | "kind" | "plan" | "steps" | "result" | "wish" | "reviewsNeeded">,
): FourAnswers {
  const plan = row.plan as OperationPlan | null;
  const result = row.result as OperationResult | null;
  const steps = gatherResults(row.steps as StepRecord[]);
  const said = result?.sentence === undefined ? [] : [result.sentence];
  const done = isOver(row) ? { ...steps, ...result } : steps;
  return {
    asked: plan?.summary ?? row.kind,
    changed: changed(row, said, done.changed),
    uncertain: uncertain(row, done.uncertain),
    next: done.next.length > 0 && isOver(row) ? done.next : [...nextOf(row), ...done.next],
  };
}

type Row = Pick<OperationRow, "state" | "wish" | "reviewsNeeded">;

const isOver = (row: Row) => row.state !== "queued" && row.state !== "running";

function changed(row: Row, said: readonly string[], lines: readonly string[]): readonly string[] {
  switch (row.state) {
    case "planned":
    case "in_review":
    case "approved":
    case "rejected":
    case "withdrawn":
    case "superseded":
    case "expired":
      return ["Nothing: it has not run."];
    case "queued":
      return lines.length > 0 ? lines : ["Nothing yet."];
    case "running":
      return lines.length > 0 ? lines : ["Nothing for certain yet: it is running."];
    case "paused":
    case "succeeded":
    case "failed":
    case "aborted":
    case "unknown":
      return [...said, ...lines];
    default:
      return assertNever(row.state);
  }
}

function uncertain(row: Row, lines: readonly string[]): readonly string[] {
  if (lines.length > 0) return lines;
  switch (row.state) {
    case "running":
      return ["What the step that is running has done since its last checkpoint."];
    case "unknown":
      return ["Whether the step that was running took effect."];
    default:
      return ["Nothing."];
  }
}

function nextOf(row: Row): readonly string[] {
  switch (row.state) {
    case "planned":
      return ["Look at the plan, then send it; or withdraw it."];
    case "in_review":
      return [
        (row.reviewsNeeded ?? 1) > 1
          ? `Wait for ${row.reviewsNeeded} reviews by people other than the one who asked.`
          : "Wait for a review by another person than the one who asked.",
      ];
    case "approved":
    case "queued":
      return ["Wait: a worker takes it up."];
    case "running":
      if (row.wish === "pause") return ["Wait: it stops at the end of its batch."];
      if (row.wish === "abort") return ["Wait: it stops, and takes back what it can."];
      return ["Wait, or follow it here."];
    case "paused":
      return ["Resume it, or abort it."];
    case "unknown":
      return ["Reconcile it: a worker looks whether it happened."];
    case "superseded":
      return ["See what has changed, then plan again."];
    case "expired":
      return ["Plan again: the approval was not used in time."];
    case "failed":
      return ["Mend what the findings name, then try again."];
    case "succeeded":
    case "aborted":
    case "rejected":
    case "withdrawn":
      return ["Nothing."];
    default:
      return assertNever(row.state);
  }
}
