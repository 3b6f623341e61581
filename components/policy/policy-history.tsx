import type { PolicyPast } from "../../lib/queries/policies.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Age } from "../ui/time.tsx";
import { changeInWords } from "./rules.model.ts";

export interface PolicyHistoryProps {
  readonly past: readonly PolicyPast[];
  readonly platforms: readonly { readonly id: string; readonly name: string }[];
}

/** Who changed which rule from what to what, and why; the latest first. */
export function PolicyHistory({ past, platforms }: PolicyHistoryProps) {
  if (past.length === 0)
    return <EmptyState title="As it came">Nobody has changed the policy: the defaults hold.</EmptyState>;
  const nameOf = (id: string | null) =>
    id === null ? "" : `${platforms.find((each) => each.id === id)?.name ?? "a former platform"}: `;
  return (
    <ol className="divide-y divide-line">
      {past.map(({ at, by, reason, changes }) => (
        <li key={at.toISOString()} className="px-3 py-2">
          <p>
            <span className="font-medium">{by}</span>{" "}
            <span className="text-ink-soft">
              <Age at={at} />
            </span>
            {reason !== null && <span className="break-words"> “{reason}”</span>}
          </p>
          <ul className="text-ink-soft">
            {changes.map((change) => (
              <li key={`${change.platformId} ${change.rule}`} className="break-words">
                {nameOf(change.platformId)}
                {changeInWords(change)}
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}
