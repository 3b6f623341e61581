import type { BUNDLE_STATES } from "../../lib/records/schema/bundles.ts";
import { Status, type Tone } from "../ui/status.tsx";

export type BundleState = (typeof BUNDLE_STATES)[number];

const TONES: Readonly<Record<BundleState, Tone>> = {
  writing: "live",
  quarantined: "warn",
  ready: "ok",
  refused: "bad",
  missing: "bad",
  expired: "idle",
};

/** A bundle's state: its hue, its word. */
export function BundleStatus({
  state,
  boxed = false,
}: {
  readonly state: BundleState;
  readonly boxed?: boolean;
}) {
  return (
    <Status tone={TONES[state]} boxed={boxed}>
      {state}
    </Status>
  );
}
