import type { Liveness } from "../../lib/engine/liveness.ts";
import { Status } from "../ui/status.tsx";
import { Age } from "../ui/time.tsx";

/** The verdict on a run: moves, slow by what, stalled since when and holding what, or waiting for what. */
export function LivenessStatus({ liveness }: { readonly liveness: Liveness }) {
  switch (liveness.verdict) {
    case "not running":
      return null;
    case "moving":
      return <Status tone="live">moving</Status>;
    case "slow":
      return (
        <Status tone="warn" className="whitespace-normal">
          slow: {liveness.signal}
        </Status>
      );
    case "waiting":
      return (
        <Status tone="idle" className="whitespace-normal">
          waits since <Age at={liveness.since} />: {liveness.why}
        </Status>
      );
    case "stalled":
      return (
        <Status tone="bad" className="whitespace-normal">
          stalled, last heard of <Age at={liveness.since} />, holds {liveness.holding}
        </Status>
      );
  }
}
