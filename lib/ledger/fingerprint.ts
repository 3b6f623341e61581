import { canonicalHash } from "../canonical/json.ts";
import type { AppliedMigration } from "./ledger.ts";

/**
 * The migration fingerprint: SHA-256 (hex) over the canonical JSON of the ordered applied [version, checksum]
 * pairs, the checksum empty where the tool keeps none. Equal fingerprints mean the same files in the same order;
 * names are left out, some tools derive them from the file's name.
 */
export function ledgerFingerprint(
  applied: readonly Pick<AppliedMigration, "version" | "checksum">[],
): string {
  return canonicalHash(applied.map(({ version, checksum }) => [version, checksum]));
}
