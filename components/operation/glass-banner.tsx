import type { GlassView } from "../../lib/queries/operation-parts.ts";
import { Banner } from "../ui/banner.tsx";
import { Time } from "../ui/time.tsx";

/** Somebody went past the reviewers: who, why, whom they skipped. Stands out wherever the operation is shown. */
export function GlassBanner({ glass }: { readonly glass: GlassView }) {
  return (
    <Banner tone="bad" className="mb-3">
      <p className="font-semibold">
        Glass broken by {glass.by}, <Time at={glass.at} />
      </p>
      <p className="text-ink">“{glass.reason}”</p>
      <p className="text-ink">
        {glass.skipped.length === 0
          ? "There was nobody else who could have reviewed it."
          : `Skipped, and told: ${glass.skipped.join(", ")}.`}
      </p>
      <p className="text-ink">
        {glass.note === null ? (
          <>
            The after-action note is due <Time at={glass.noteDueAt} />.
          </>
        ) : (
          <>After-action note: “{glass.note}”</>
        )}
      </p>
    </Banner>
  );
}
