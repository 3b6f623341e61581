/** Whether a run moves: said from its signs of life, never from hope. Pure. */
import type { OperationState } from "../records/schema/operations.ts";

export type Liveness =
  | { readonly verdict: "not running" }
  /** Waits for a worker, since then; `why` where something holds it. */
  | { readonly verdict: "waiting"; readonly since: Date; readonly why: string }
  | { readonly verdict: "moving" }
  | { readonly verdict: "slow"; readonly signal: string }
  /** Nobody has heard of it since then; what it holds meanwhile. */
  | { readonly verdict: "stalled"; readonly since: Date; readonly holding: string };

export interface SignsOfLife {
  readonly state: OperationState;
  /** When the state began, or the last event came. */
  readonly lastEventAt: Date;
  readonly heartbeatAt: Date | null;
  /** When progress last went forward. */
  readonly progressAt: Date | null;
  /** The step's own word for what holds it up. */
  readonly throttle: string | null;
  /** What is claimed: `tenant acme in eu-1`. */
  readonly holding: string;
  readonly brake: boolean;
}

/** Without a heartbeat for so long the worker counts as gone. Milliseconds; a lease and a bit. */
export const STALLED_AFTER = 40_000;
/** With a heartbeat but without progress for so long a run is slow. Milliseconds. */
export const SLOW_AFTER = 20_000;

export function livenessOf(signs: SignsOfLife, now: Date): Liveness {
  if (signs.state === "queued") {
    const why = signs.brake ? "the brake is on" : "no worker has taken it up yet";
    return { verdict: "waiting", since: signs.lastEventAt, why };
  }
  if (signs.state !== "running") return { verdict: "not running" };
  const beat = signs.heartbeatAt ?? signs.lastEventAt;
  if (now.getTime() - beat.getTime() > STALLED_AFTER)
    return { verdict: "stalled", since: beat, holding: signs.holding };
  if (signs.throttle !== null) return { verdict: "slow", signal: signs.throttle };
  const moved = signs.progressAt ?? signs.lastEventAt;
  if (now.getTime() - moved.getTime() > SLOW_AFTER)
    return { verdict: "slow", signal: "its worker is alive, no row has moved" };
  return { verdict: "moving" };
}
