/** Whether a bundle that is refused for the schema would fit once it is upgraded. Pure. */

/** Other differences than age: an upgrade would not settle them. */
const OTHERWISE: ReadonlySet<string> = new Set([
  "ledger-only-in-bundle",
  "ledger-checksum-differs",
  "ledger-tool-differs",
  "other-platform",
]);

/** @param codes of the findings of an import's or a restore's plan */
export function upgradeHelps(codes: readonly string[]): boolean {
  return codes.includes("ledger-only-in-target") && !codes.some((code) => OTHERWISE.has(code));
}
