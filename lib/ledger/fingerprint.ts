import { canonicalHash } from "../canonical/json.ts";
import type { AppliedMigration } from "./ledger.ts";

type Applied = Pick<AppliedMigration, "version" | "checksum">;

/**
 * The migration fingerprint: SHA-256 (hex) over the canonical JSON of the ordered applied [version, checksum]
 * pairs, the checksum empty where the tool keeps none. Equal fingerprints mean the same files in the same order;
 * names are left out, some tools derive them from the file's name.
 */
export function ledgerFingerprint(applied: readonly Applied[]): string {
  return canonicalHash(applied.map(({ version, checksum }) => [version, checksum]));
}

/** A database that is further ahead of a bundle than this is not told from one that went another way. */
const EARLIER_KEPT = 200;

/** Digits that are kept of a fingerprint where it is only compared with others of the same platform. */
const BEGINNING = 16;

/** The fingerprints that a ledger had before its last migration, before that one, and so on: their beginnings. */
export function earlierFingerprints(applied: readonly Applied[]): string[] {
  const lengths = Array.from(
    { length: Math.min(applied.length, EARLIER_KEPT) },
    (_, n) => applied.length - 1 - n,
  );
  return lengths.map((length) => beginningOf(ledgerFingerprint(applied.slice(0, length))));
}

/** Whether that is all of them: there may be more than are kept. */
export function areAllEarlier(earlier: readonly string[]): boolean {
  return earlier.length < EARLIER_KEPT;
}

/** How many migrations ago a ledger with these `earlier` had this fingerprint; null where it never had. */
export function migrationsSince(fingerprint: string, earlier: readonly string[]): number | null {
  const at = earlier.indexOf(beginningOf(fingerprint));
  return at === -1 ? null : at + 1;
}

function beginningOf(fingerprint: string): string {
  return fingerprint.slice(0, BEGINNING);
}
