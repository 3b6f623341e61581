import { Changes } from "../../../../../components/diff/changes.tsx";
import { Findings } from "../../../../../components/ui/findings.tsx";
import { Panel } from "../../../../../components/ui/panel.tsx";
import { Status } from "../../../../../components/ui/status.tsx";
import type { SecondLook } from "../../../../../lib/queries/review.ts";

/** Whether what would be done now is still what the plan says. */
export function SinceThePlan({ look }: { readonly look: SecondLook | null }) {
  if (look === null) return null;
  switch (look.outcome) {
    case "same":
      return (
        <p className="px-1">
          <Status tone="ok">Planned again just now: it would do exactly this.</Status>
        </p>
      );
    case "changed":
      return (
        <Panel title="Changed since it was planned">
          <p className="mb-2">
            An approval would come to nothing: the worker plans again before its first write and stops. The
            person who asked can plan again; you review what comes of it.
          </p>
          <Changes changes={look.changes} />
        </Panel>
      );
    case "not possible":
      return (
        <Panel title="It cannot be planned at this moment">
          <Findings findings={look.findings} />
        </Panel>
      );
  }
}
