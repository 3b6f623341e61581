/** How many findings the last look at a database has left about the model and what it covers. Pure. */
import { z } from "zod";
import type { Severity } from "../findings/finding.ts";

export interface Coverage {
  readonly blocks: number;
  readonly warns: number;
}

/** As much of `databases.health` as is counted here. */
const Health = z.object({ findings: z.array(z.object({ severity: z.enum(["blocks", "warns", "notes"]) })) });

/** @param health as the records keep it; nothing where nobody has looked yet */
export function coverageOf(health: unknown): Coverage {
  const findings = Health.safeParse(health).data?.findings ?? [];
  const howMany = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { blocks: howMany("blocks"), warns: howMany("warns") };
}
