import { formatDuration } from "../ui/quantities.ts";
import { Bytes, Rows } from "../ui/quantity.tsx";
import type { PlanSize as Size } from "./effects.model.ts";

/** How much it is about; an estimate says that it is one. */
export function PlanSize({ size }: { readonly size: Size }) {
  if (size.rows === null && size.bytes === null) return null;
  return (
    <span>
      {!size.exact && (
        <span title="Estimated from the planner's statistics: the tenant is alive, its rows change.">≈ </span>
      )}
      {size.rows !== null && <Rows value={size.rows} />}
      {size.rows !== null && size.bytes !== null && " · "}
      {size.bytes !== null && <Bytes value={size.bytes} />}
      {size.seconds !== null && ` · about ${formatDuration(size.seconds)}`}
      {!size.exact && <span className="text-ink-soft"> estimated</span>}
    </span>
  );
}
