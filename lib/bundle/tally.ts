/**
 * What writer and reader both compute while parts pass: each member's rows, bytes and SHA-256, each table's
 * order-free digest. The writer puts it into the seal, the reader compares it with the seal.
 */
import { createHash } from "node:crypto";
import type { BundleLimits } from "./limits.ts";
import { createLineDigest, type LineDigest } from "./line-digest.ts";
import type { Manifest, Seal, TableDigest } from "./manifest.ts";
import { type PartAddress, partName, SECTIONS, type Section, tableCount } from "./members.ts";
import { refused } from "./refused.ts";

/** `{"a":1}` and its newline. */
const SHORTEST_ROW = 8;

export type SealedMember = Seal["members"][number];

/**
 * How much a pass over a bundle proves. `digests`: every member by its SHA-256 and each table by its order-free digest. `members`: without the digests, where
 * an earlier pass over the same file has compared them. `none`: nothing but the form and the seal's own signature, where
 * another pass over the same file proves the rest before anything made of it is believed.
 */
export type ReaderProof = "digests" | "members" | "none";

export interface Tally {
  /** Notes a member that holds no rows: the manifest. */
  document(name: string, bytes: Buffer): void;
  /** The part that the next bytes belong to. */
  begin(address: PartAddress): void;
  /** Refuses (`bundle-line-too-long`) a line beyond the limit. */
  update(chunk: Buffer): void;
  /**
   * Closes the part and gives what it came to. It is not well formed when its last line has no newline, or when
   * its lines are too short to be rows: millions of empty lines cost a reader much and a forger nothing.
   */
  end(): { member: SealedMember; wellFormed: boolean };
  /** Members in the order in which they passed. */
  readonly members: readonly SealedMember[];
  /** Every table of the manifest, common ones first; sums are "0" for tables without rows and where none were hashed. */
  tables(): TableDigest[];
  totals(): Seal["totals"];
}

/** @param proof what is hashed: lines and members, only members, or nothing; counts are kept in any case */
export function createTally(manifest: Manifest, proof: ReaderProof, limits: BundleLimits): Tally {
  const members: SealedMember[] = [];
  const digestOf = new Map<string, LineDigest>();
  let hash = createHash("sha256");
  let name = "";
  let lines: LineDigest = digestFor("data", 1);
  let before = { rows: 0, bytes: 0 };

  function digestFor(section: Section, ordinal: number): LineDigest {
    const key = `${section}/${ordinal}`;
    const known = digestOf.get(key);
    if (known) return known;
    const tooLong = () => lineTooLong(name, limits);
    const fresh = createLineDigest({ hash: proof === "digests", lineBytes: limits.lineBytes, tooLong });
    digestOf.set(key, fresh);
    return fresh;
  }

  return {
    document(documentName, bytes) {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      members.push({ name: documentName, rows: 0, bytes: bytes.length, sha256 });
    },
    begin(address) {
      name = partName(address);
      hash = createHash("sha256");
      lines = digestFor(address.section, address.ordinal);
      before = { rows: lines.rows, bytes: lines.bytes };
    },
    update(chunk) {
      if (proof !== "none") hash.update(chunk);
      lines.update(chunk);
    },
    end() {
      const member = {
        name,
        rows: lines.rows - before.rows,
        bytes: lines.bytes - before.bytes,
        sha256: hash.digest("hex"),
      };
      members.push(member);
      return { member, wellFormed: lines.atLineEnd && member.bytes >= member.rows * SHORTEST_ROW };
    },
    members,
    tables() {
      return SECTIONS.flatMap((section) =>
        Array.from({ length: tableCount(manifest, section) }, (_, index): TableDigest => {
          const { rows, bytes, sums } = digestFor(section, index + 1);
          return { section, ordinal: index + 1, rows, bytes, sums: sums() };
        }),
      );
    },
    totals() {
      const sum = (of: (member: SealedMember) => number) =>
        members.reduce((total, member) => total + of(member), 0);
      return { members: members.length, rows: sum((m) => m.rows), bytes: sum((m) => m.bytes) };
    },
  };
}

function lineTooLong(where: string, limits: BundleLimits) {
  return refused(
    "bundle-line-too-long",
    where,
    `A row is longer than the ${limits.lineBytes} bytes that a line may have.`,
    "Raise the limit of a line on both sides, up to Postgres's own 1 GB, or shorten the value.",
  );
}
