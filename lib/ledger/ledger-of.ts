import { ledgerFingerprint } from "./fingerprint.ts";
import type { AppliedMigration, Ledger } from "./ledger.ts";

/** A ledger of what was applied, in the tool's order; the last one is its version. */
export function ledgerOf(
  tool: string,
  applied: readonly AppliedMigration[],
  failed: readonly string[] = [],
): Ledger {
  return {
    tool,
    applied,
    version: applied.at(-1)?.version ?? null,
    fingerprint: ledgerFingerprint(applied),
    failed,
  };
}
