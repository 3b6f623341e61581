import type { ReactNode } from "react";
import type { FinalizerLine } from "../../lib/queries/tenant-end.ts";
import { Status, type Tone } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";

export interface FinalizerListProps {
  readonly finalizers: readonly FinalizerLine[];
  /** The form by which one is confirmed; nothing for whom may not. */
  readonly confirm: (finalizer: FinalizerLine) => ReactNode;
}

/** What of the tenant lies outside the database, and whether somebody has seen to it. */
export function FinalizerList({ finalizers, confirm }: FinalizerListProps) {
  return (
    <ul className="flex flex-col gap-3">
      {finalizers.map((each) => {
        const [tone, word] = standing(each);
        return (
          <li key={each.name}>
            <div className="flex flex-wrap items-baseline gap-x-3">
              <span className="font-medium">{each.name}</span>
              <Status tone={tone}>{word}</Status>
            </div>
            <p className="text-ink-soft">{each.description}</p>
            {each.confirmed !== null && (
              <p className="text-ink-soft">
                {each.confirmed.by}, <Time at={each.confirmed.at} />: {each.confirmed.note}
              </p>
            )}
            {each.kind === "manual" && confirm(each)}
          </li>
        );
      })}
    </ul>
  );
}

function standing({ kind, confirmed, stale }: FinalizerLine): [Tone, string] {
  if (kind === "webhook") return ["idle", "called by the delete itself"];
  if (confirmed === null) return ["warn", "nobody has seen to it"];
  return stale ? ["warn", "confirmed before the fence stood: look again"] : ["ok", "seen to"];
}
