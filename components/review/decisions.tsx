import type { ReviewView } from "../../lib/queries/operation-parts.ts";
import { Facts } from "../ui/facts.tsx";
import { Hash } from "../ui/hash.tsx";
import { Status } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";

/** Who decided what, of which plan, and why. */
export function Decisions({ reviews }: { readonly reviews: readonly ReviewView[] }) {
  return (
    <ul className="flex flex-col gap-4">
      {reviews.map((review) => (
        <li key={review.id}>
          <p className="mb-1 flex flex-wrap items-baseline gap-x-3">
            <Status tone={review.decision === "approve" ? "ok" : "bad"}>
              {review.decision === "approve" ? "approved" : "rejected"}
            </Status>
            <span className="font-medium">{review.reviewer}</span>
            <span className="text-ink-soft">
              <Time at={review.at} />
            </span>
            {!review.current && <Status tone="warn">of an earlier plan</Status>}
            {review.revoked && <Status tone="warn">does not count: may not review any more</Status>}
          </p>
          <Facts
            facts={[
              { label: "Intent", value: review.intent },
              { label: "Risk", value: review.risk },
              { label: "Rollback", value: review.rollback },
              { label: "Reason", value: review.reason },
              { label: "Digest", value: <Hash value={review.digest} label="digest" /> },
            ]}
          />
        </li>
      ))}
    </ul>
  );
}
