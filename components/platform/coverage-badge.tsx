import type { Coverage } from "../../lib/queries/coverage.ts";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { Status } from "../ui/status.tsx";

/** Beside a plan that rests on the model: what the last look found that the model leaves open. Nothing where nothing is. */
export function CoverageBadge({
  platform,
  coverage: { blocks, warns },
}: {
  readonly platform: string;
  readonly coverage: Coverage;
}) {
  if (blocks + warns === 0) return null;
  const counts = [blocks > 0 && `${blocks} block`, warns > 0 && `${warns} warn`].filter(Boolean).join(", ");
  return (
    <Link href={links.platform(platform)} title="What the model leaves open, as the last look found it">
      <Status tone={blocks > 0 ? "bad" : "warn"} boxed>
        Coverage: {counts}
      </Status>
    </Link>
  );
}
