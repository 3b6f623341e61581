/** Where an import is refused for its age, and an upgrade would help. Pure. */
import { links } from "../../../../components/links.ts";
import type { Finding } from "../../../../lib/findings/finding.ts";

/** Other differences than age: an upgrade would not settle them. */
const OTHERWISE = new Set([
  "ledger-only-in-bundle",
  "ledger-checksum-differs",
  "ledger-tool-differs",
  "other-platform",
]);

/** The upgrade's form with bundle and database filled in; null where it would not help. */
export function upgradeInstead(
  kind: string,
  bundle: string | null,
  database: string | undefined,
  findings: readonly Finding[],
): string | null {
  if (kind !== "import" || bundle === null || database === undefined) return null;
  const codes = findings.map(({ code }) => code);
  if (!codes.includes("ledger-only-in-target") || codes.some((code) => OTHERWISE.has(code))) return null;
  return links.newOperation({ kind: "upgrade", bundle, database });
}
