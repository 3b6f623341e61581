/** Compares what a reader found with what the seal says. */
import type { Finding } from "../../findings/finding.ts";
import type { Seal, TableDigest } from "../manifest.ts";
import { partName, SEAL_NAME, type Section } from "../members.ts";
import { bundleFinding, printable } from "../refused.ts";
import type { SealedMember, Tally } from "../tally.ts";

/** At most this many findings of one kind: a hostile file must not make a long list. */
const MOST_FINDINGS = 20;

/**
 * Empty where everything agrees: members in order with rows, bytes and SHA-256; tables with counts and, where
 * the tally hashed lines, their digests; totals.
 */
export function compareSeal(seal: Seal, tally: Tally, digests: boolean): Finding[] {
  const members = compareMembers(seal.members, tally.members);
  if (members.length > 0) return members;
  const tables = compareTables(seal.tables, tally.tables(), digests);
  if (tables.length > 0) return tables;
  const found = tally.totals();
  const { members: count, rows, bytes } = seal.totals;
  if (count === found.members && rows === found.rows && bytes === found.bytes) return [];
  return [
    bundleFinding("bundle-totals-differ", SEAL_NAME, "The seal's totals are not those of its members."),
  ];
}

function compareMembers(sealed: readonly SealedMember[], found: readonly SealedMember[]): Finding[] {
  const differs = found.findIndex((member, index) => member.name !== sealed[index]?.name);
  if (differs >= 0 || sealed.length !== found.length) {
    const at = differs >= 0 ? differs : found.length;
    const where = printable(found[at]?.name ?? sealed[at]?.name ?? SEAL_NAME);
    const what = `The file's members are not those that were sealed: ${found.length} in the file, ${sealed.length} in the seal.`;
    return [bundleFinding("bundle-members-differ", where, what)];
  }
  return found
    .flatMap((member, index) => compareMember(sealed[index] as SealedMember, member))
    .slice(0, MOST_FINDINGS);
}

function compareMember(sealed: SealedMember, found: SealedMember): Finding[] {
  if (sealed.sha256 !== found.sha256) {
    return [
      bundleFinding("bundle-member-altered", found.name, "Its content is not what was sealed (SHA-256)."),
    ];
  }
  if (sealed.rows === found.rows && sealed.bytes === found.bytes) return [];
  return [
    bundleFinding("bundle-counts-differ", found.name, "The seal counts other rows or bytes than it holds."),
  ];
}

function compareTables(
  sealed: readonly TableDigest[],
  found: readonly TableDigest[],
  digests: boolean,
): Finding[] {
  const findings: Finding[] = [];
  for (
    let index = 0;
    index < Math.max(sealed.length, found.length) && findings.length < MOST_FINDINGS;
    index++
  ) {
    const fault = tableFault(sealed[index], found[index], digests);
    if (fault)
      findings.push(bundleFinding("bundle-digest-differs", tableName(found[index] ?? sealed[index]), fault));
  }
  return findings;
}

function tableFault(
  sealed: TableDigest | undefined,
  found: TableDigest | undefined,
  digests: boolean,
): string | null {
  if (!sealed || !found || sealed.section !== found.section || sealed.ordinal !== found.ordinal) {
    return "The seal does not list the manifest's tables, each once and in order.";
  }
  if (sealed.rows !== found.rows || sealed.bytes !== found.bytes) {
    return "The seal counts other rows or bytes for this table than its members hold.";
  }
  if (!digests || (sealed.sums[0] === found.sums[0] && sealed.sums[1] === found.sums[1])) return null;
  return "The seal's digest of this table is not that of its rows.";
}

/** `data/3`, the folder that the table's parts stand in. */
function tableName(table: { section: Section; ordinal: number } | undefined): string {
  if (!table) return SEAL_NAME;
  return partName({ ...table, part: 1 }).replace(/\/[^/]+$/, "");
}
