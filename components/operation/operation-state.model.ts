/** What an operation's state is called, and how it looks, wherever it is shown. */
import type { OperationState } from "../../lib/records/schema/operations.ts";
import type { Tone } from "../ui/status.tsx";

export interface StateLook {
  readonly tone: Tone;
  readonly word: string;
  /** One sentence: what the state means for who looks at it. */
  readonly means: string;
}

const LOOKS: Readonly<Record<OperationState, StateLook>> = {
  planned: { tone: "idle", word: "planned", means: "The plan is made and nothing has been sent on yet." },
  in_review: { tone: "warn", word: "in review", means: "Waits for a reviewer's decision." },
  approved: { tone: "live", word: "approved", means: "Approved, and not yet in the queue." },
  queued: { tone: "live", word: "queued", means: "Waits for a worker." },
  running: { tone: "live", word: "running", means: "A worker drives it." },
  paused: { tone: "warn", word: "paused", means: "Stopped at a batch; resume goes on from there." },
  succeeded: { tone: "ok", word: "succeeded", means: "Done and proved." },
  failed: {
    tone: "bad",
    word: "failed",
    means: "Ended without its effect; retry goes on from the checkpoint.",
  },
  aborted: { tone: "idle", word: "aborted", means: "Stopped by a person; what could be undone is undone." },
  unknown: { tone: "bad", word: "unknown", means: "A side effect may have happened: reconcile looks." },
  superseded: {
    tone: "idle",
    word: "superseded",
    means: "The plan changed after it was approved; plan again.",
  },
  rejected: { tone: "bad", word: "rejected", means: "A reviewer said no." },
  expired: { tone: "idle", word: "expired", means: "The approval ran out before the run." },
  withdrawn: { tone: "idle", word: "withdrawn", means: "Its requester took it back." },
};

/** In the order of a life; for filters. */
export const OPERATION_STATE_ORDER = Object.keys(LOOKS) as readonly OperationState[];

export function operationStateLook(state: OperationState): StateLook {
  return LOOKS[state];
}

/** `export` → `Export`: the verb on buttons and in lists, where only the kind is at hand. */
export function kindTitle(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}
