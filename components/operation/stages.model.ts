/** An operation's way from its plan to its end, as five stages. Pure. */
import type { Gate } from "../../lib/engine/plan.ts";
import type { OperationState } from "../../lib/records/schema/operations.ts";
import { operationStateLook } from "./operation-state.model.ts";

export interface Stage {
  readonly name: "plan" | "gates" | "review" | "run" | "end";
  readonly title: string;
  readonly state: "done" | "now" | "waiting" | "stopped" | "skipped";
  readonly at: Date | null;
  readonly detail: string | null;
}

export interface StagesOf {
  readonly state: OperationState;
  readonly createdAt: Date;
  readonly plannedAt: Date | null;
  readonly approvedAt: Date | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly gates: readonly Gate[];
  readonly reviewsNeeded: number;
  /** Approvals of the plan in force. */
  readonly approvals: number;
  readonly rejectedBy: string | null;
  readonly glassBrokenBy: string | null;
  readonly steps: { readonly done: number; readonly total: number };
}

export function stagesOf(operation: StagesOf): Stage[] {
  return [plan(operation), gates(operation), review(operation), run(operation), end(operation)];
}

function plan({ plannedAt, createdAt, state }: StagesOf): Stage {
  const superseded = state === "superseded";
  return {
    name: "plan",
    title: "Planned",
    state: superseded ? "stopped" : state === "planned" ? "now" : "done",
    at: plannedAt ?? createdAt,
    detail: superseded ? "Planned again before the first write: it had changed." : null,
  };
}

function gates({ gates: all }: StagesOf): Stage {
  const closed = all.filter((gate) => !gate.holds).length;
  return {
    name: "gates",
    title: "Gates",
    state: closed > 0 ? "stopped" : "done",
    at: null,
    detail:
      all.length === 0
        ? "None to hold."
        : closed > 0
          ? `${closed} of ${all.length} do not hold`
          : `${all.length} ${all.length === 1 ? "holds" : "hold"}`,
  };
}

function review(operation: StagesOf): Stage {
  const { state, reviewsNeeded, approvals, approvedAt } = operation;
  const base = { name: "review", title: "Review", at: approvedAt } as const;
  if (operation.glassBrokenBy !== null)
    return { ...base, state: "skipped", detail: `Skipped: ${operation.glassBrokenBy} broke glass.` };
  if (reviewsNeeded === 0) return { ...base, state: "skipped", detail: "Passes by policy." };
  const given = `${approvals} of ${reviewsNeeded} given`;
  if (state === "rejected")
    return { ...base, state: "stopped", detail: `Rejected by ${operation.rejectedBy ?? "a reviewer"}.` };
  if (state === "in_review") return { ...base, state: "now", detail: given };
  if (state === "expired") return { ...base, state: "stopped", detail: "The approval was not used in time." };
  if (approvedAt !== null) return { ...base, state: "done", detail: given };
  return { ...base, state: state === "withdrawn" ? "skipped" : "waiting", detail: given };
}

function run({ state, startedAt, steps }: StagesOf): Stage {
  const base = { name: "run", title: "Run", at: startedAt } as const;
  const detail = startedAt === null ? null : `${steps.done} of ${steps.total} steps`;
  switch (state) {
    case "running":
    case "queued":
    case "approved":
      return { ...base, state: "now", detail: startedAt === null ? "Waits for a worker." : detail };
    case "paused":
      return { ...base, state: "stopped", detail: "Paused." };
    case "unknown":
      return { ...base, state: "stopped", detail: "A side effect may have happened." };
    case "succeeded":
      return { ...base, state: "done", detail };
    case "failed":
    case "aborted":
      return { ...base, state: "stopped", detail };
    default:
      return { ...base, state: ["planned", "in_review"].includes(state) ? "waiting" : "skipped", detail };
  }
}

const ENDS: readonly OperationState[] = [
  "failed",
  "aborted",
  "superseded",
  "rejected",
  "expired",
  "withdrawn",
];

function end({ state, endedAt }: StagesOf): Stage {
  const base = { name: "end", at: endedAt } as const;
  if (state === "succeeded")
    return { ...base, title: "Succeeded", state: "done", detail: "Done and proved." };
  if (!ENDS.includes(state)) return { ...base, title: "Proof", state: "waiting", detail: null };
  const { word, means } = operationStateLook(state);
  return { ...base, title: word.charAt(0).toUpperCase() + word.slice(1), state: "stopped", detail: means };
}
