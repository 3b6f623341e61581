import type { ReviewLine } from "../../lib/queries/reviews.ts";
import { links } from "../links.ts";
import { Badge } from "../ui/badge.tsx";
import { ButtonLink } from "../ui/button.tsx";
import { Link } from "../ui/link.tsx";
import { formatNoun, formatRows } from "../ui/quantities.ts";
import { Status } from "../ui/status.tsx";
import { Age } from "../ui/time.tsx";

/** Plans that wait for a decision: who asked, why, since when, and what speaks against it. Made for a phone too. */
export function ReviewList({ rows }: { readonly rows: readonly ReviewLine[] }) {
  return (
    <ul className="divide-y divide-line">
      {rows.map((row) => (
        <li key={row.id} className="flex flex-wrap items-start gap-x-4 gap-y-2 px-3 py-2.5">
          <div className="min-w-0 flex-1 basis-72">
            <p>
              <Link href={links.operation(row.id)} className="link font-medium break-words">
                {row.summary}
              </Link>
            </p>
            {row.reason !== null && <p className="break-words">“{row.reason}”</p>}
            <p className="flex flex-wrap gap-x-3 text-ink-soft">
              <span>
                asked by {row.requestedBy}, planned <Age at={row.since} />
              </span>
              {row.rows !== null && <span>{formatRows(row.rows)}</span>}
              {row.reviewsNeeded > 1 && (
                <span>
                  {row.reviewsGiven} of {row.reviewsNeeded} reviews given
                </span>
              )}
            </p>
            <p className="mt-1 flex flex-wrap gap-x-3 gap-y-1">
              <Badge>{row.database}</Badge>
              {row.irreversible && <Status tone="bad">part of it cannot be taken back</Status>}
              {row.byException && <Status tone="warn">by exception from the policy</Status>}
              {row.warnings > 0 && (
                <Status tone="warn">{formatNoun(row.warnings, "warning", "warnings")}</Status>
              )}
            </p>
          </div>
          {row.why === null ? (
            <ButtonLink href={links.operationReview(row.id)} variant="primary" prefetch={false}>
              Review…
            </ButtonLink>
          ) : (
            <p className="max-w-60 text-ink-soft">{row.why}</p>
          )}
        </li>
      ))}
    </ul>
  );
}
