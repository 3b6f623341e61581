import type { ComparisonState } from "../../lib/queries/comparison.ts";
import { Status, type Tone } from "../ui/status.tsx";

const TONES: Readonly<Record<Exclude<ComparisonState, "done">, Tone>> = {
  waiting: "idle",
  running: "live",
  failed: "bad",
  cancelled: "idle",
};

const WORDS: Readonly<Record<Exclude<ComparisonState, "done">, string>> = {
  waiting: "waiting for a worker",
  running: "being compared",
  failed: "could not be made",
  cancelled: "called off",
};

/** How far it is, or what it came to. */
export function ComparisonStatus({
  state,
  equal,
  boxed = false,
}: {
  readonly state: ComparisonState;
  readonly equal: boolean | null;
  readonly boxed?: boolean;
}) {
  if (state === "done")
    return (
      <Status tone={equal === true ? "ok" : "warn"} boxed={boxed}>
        {equal === true ? "equal" : "different"}
      </Status>
    );
  return (
    <Status tone={TONES[state]} boxed={boxed}>
      {WORDS[state]}
    </Status>
  );
}
