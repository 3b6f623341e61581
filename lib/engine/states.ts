/**
 * The life of an operation: every legal move, and who may cause it. Pure; `transition.ts` makes the moves.
 *
 *             ┌────────── plan again ──────────┐
 * planned ──► in_review ──► approved ──► queued ──► running ◄──► paused
 *
 * A run that is paused, failed or unknown is queued again before it runs again, so that one place decides which
 * worker drives it.
 */
import type { OperationState } from "../records/schema/operations.ts";

export { OPERATION_STATES, type OperationState } from "../records/schema/operations.ts";

/**
 * Who moves: `requester` the person who asked for it; `reviewer` another person; `breaker` an admin who breaks
 * glass; `controller` whoever may pause, resume, abort; `policy` the engine, right after a person's act; `worker`
 * the process that drives it; `sweeper` the clock.
 */
export const MOVERS = [
  "requester",
  "reviewer",
  "breaker",
  "controller",
  "policy",
  "worker",
  "sweeper",
] as const;
export type Mover = (typeof MOVERS)[number];

type Moves = Readonly<Partial<Record<OperationState, readonly Mover[]>>>;

export const MOVES: Readonly<Record<OperationState, Moves>> = {
  planned: {
    planned: ["requester"],
    in_review: ["requester", "policy"],
    approved: ["policy"],
    withdrawn: ["requester", "controller"],
    expired: ["sweeper"],
  },
  in_review: {
    planned: ["requester"],
    approved: ["reviewer", "breaker"],
    rejected: ["reviewer"],
    withdrawn: ["requester", "controller"],
  },
  approved: {
    queued: ["policy"],
    withdrawn: ["requester", "controller"],
    expired: ["sweeper"],
  },
  queued: {
    running: ["worker"],
    // A reviewer lost the permission, a review grew too old, the policy became stricter.
    in_review: ["worker"],
    superseded: ["worker"],
    failed: ["worker"],
    expired: ["worker", "sweeper"],
    withdrawn: ["requester", "controller"],
  },
  running: {
    paused: ["worker"],
    succeeded: ["worker"],
    failed: ["worker"],
    aborted: ["worker"],
    unknown: ["worker"],
  },
  paused: { queued: ["controller"] },
  failed: { queued: ["controller"] },
  // After a look: it had not happened, it had happened and was the last step, or there is more to do.
  unknown: { failed: ["worker"], succeeded: ["worker"], paused: ["worker"] },
  superseded: { planned: ["requester"] },
  expired: { planned: ["requester"] },
  succeeded: {},
  aborted: {},
  rejected: {},
  withdrawn: {},
};

/** Whether this mover may make this move. */
export function mayMove(from: OperationState, to: OperationState, by: Mover): boolean {
  return MOVES[from][to]?.includes(by) ?? false;
}

/** States in which an operation claims its tenant; the records' unique index names the same ones. */
export const CLAIMING: readonly OperationState[] = [
  "planned",
  "in_review",
  "approved",
  "queued",
  "running",
  "paused",
  "unknown",
];

/** What a list's filter and a page's heading want to know of a state. */
export type Stage = "before" | "under way" | "stopped" | "over";

export function stageOf(state: OperationState): Stage {
  switch (state) {
    case "planned":
    case "in_review":
    case "approved":
      return "before";
    case "queued":
    case "running":
      return "under way";
    case "paused":
    case "unknown":
      return "stopped";
    case "succeeded":
    case "failed":
    case "aborted":
    case "superseded":
    case "rejected":
    case "expired":
    case "withdrawn":
      return "over";
    default:
      return assertNever(state);
  }
}

/** A state as people read it: `in review`. */
export function stateInWords(state: OperationState): string {
  return state.replace("_", " ");
}

export function assertNever(value: never): never {
  throw new Error(`No case for ${JSON.stringify(value)}.`);
}
