import { Status } from "../../../../components/ui/status.tsx";
import type { PolicyVerdict } from "../../../../lib/engine/policy.ts";

export interface ReviewAheadProps {
  readonly verdict: PolicyVerdict;
  /** Of a plan, and not only of the policy. */
  readonly certain: boolean;
}

/** Before anybody asks: whether a review will be needed, by whom, and why. */
export function ReviewAhead({ verdict, certain }: ReviewAheadProps) {
  const { needed, why, who } = verdict;
  return (
    <div className="rounded-md border px-3 py-2">
      <Status tone={needed > 0 ? "warn" : "ok"}>
        {needed > 0 ? `Needs ${needed === 1 ? "a review" : `${needed} reviews`}` : "Needs no review"}
      </Status>
      <p className="text-ink-soft">
        {why} {who}
        {!certain && needed > 0 && " The plan decides; look at it to be sure."}
      </p>
    </div>
  );
}
