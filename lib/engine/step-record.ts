/** What the records keep of a run's steps, so that another worker can go on where one died. Pure. */
import { type Finding, toldOnce } from "../findings/finding.ts";
import type { OperationRow } from "./engine.ts";
import type { OperationPlan } from "./plan.ts";

/**
 * `undoing` and `undone` are an abort's or a rollback's. `unknown`: nobody can say whether it took effect.
 */
export type StepState = "waiting" | "begun" | "done" | "undoing" | "undone" | "unknown";

export interface StepResult {
  readonly changed: readonly string[];
  readonly uncertain: readonly string[];
  readonly next: readonly string[];
  readonly links: Readonly<Record<string, string>>;
}

export interface StepRecord {
  readonly name: string;
  readonly title: string;
  readonly state: StepState;
  /** How often it was begun: more than once after a crash, a pause or a passing error. */
  readonly attempts: number;
  /** Side effects that were begun so far, and those whose outcome nobody has stored. */
  readonly effects: number;
  readonly unsettled: readonly string[];
  readonly checkpoint: unknown;
  readonly result: StepResult | null;
  /** What it found on its way and went on; left out where it is nothing. */
  readonly found?: readonly Finding[];
  /** ISO 8601. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** What came of a run; the column `result`. */
export interface OperationResult extends StepResult {
  /** One sentence about the end: "Nothing was changed." */
  readonly sentence: string;
  /** Where a rollback is under way: how it will end, so that the next worker knows. */
  readonly ending: "failed" | "aborted" | null;
  /** What it is taken back for, while it is; left out where that is nothing. */
  readonly because?: readonly Finding[];
}

export function freshSteps(plan: OperationPlan): StepRecord[] {
  return plan.steps.map(({ name, title }) => ({ name, title, ...UNTOUCHED, attempts: 0 }));
}

const UNTOUCHED = {
  state: "waiting",
  effects: 0,
  unsettled: [],
  checkpoint: null,
  result: null,
  startedAt: null,
  endedAt: null,
} as const;

/** The record of a step that has changed nothing after all, to be begun anew. */
export function untouched(record: StepRecord, state: "waiting" | "undone"): StepRecord {
  const { found: _, ...rest } = record;
  return { ...rest, ...UNTOUCHED, state };
}

/** Whether it may have left anything behind. */
export function hasTouched(record: StepRecord): boolean {
  switch (record.state) {
    case "waiting":
    case "undone":
      return false;
    case "begun":
      return record.effects > 0 || record.checkpoint !== null;
    case "done":
    case "undoing":
    case "unknown":
      return true;
  }
}

/** Before the first write a plan must equal the approved one; after it, the run goes on from where it is. */
export function isUntouched(steps: readonly StepRecord[]): boolean {
  return !steps.some(hasTouched);
}

/**
 * What is true of a run while it goes: what its plan found, what its steps found on their way, and what it is taken back
 * for. What stopped it is none of these: that ends with the stop, and stays in its events.
 */
export function standingFindings(
  plan: Pick<OperationPlan, "findings">,
  steps: readonly StepRecord[],
  because: readonly Finding[] = [],
): Finding[] {
  const found = steps.flatMap((step) => step.found ?? []);
  return toldOnce([...plan.findings, ...found, ...because]);
}

/** Those of a run that is queued again: what stopped it is over, or stops it once more. */
export function findingsGoingOn(row: Pick<OperationRow, "plan" | "steps" | "result">): Finding[] {
  const because = (row.result as OperationResult | null)?.because;
  return standingFindings(row.plan as OperationPlan, row.steps as StepRecord[], because);
}

/** Of all steps, in their order. */
export function gatherResults(steps: readonly StepRecord[]): StepResult {
  const results = steps.flatMap((step) => (step.result === null ? [] : [step.result]));
  return {
    changed: results.flatMap((result) => result.changed),
    uncertain: results.flatMap((result) => result.uncertain),
    next: results.flatMap((result) => result.next),
    links: Object.assign({}, ...results.map((result) => result.links)) as Record<string, string>,
  };
}
