/**
 * Names and order of a bundle's members: the manifest, the parts of the common rows (`reference/`), the parts of
 * the tenant's own rows (`data/`), the seal.
 *
 * The common rows stand first because an import reads the file in one pass: an owned row that points at a common
 * one can only be written once that one has been found on the other side.
 */
import type { Manifest } from "./manifest.ts";

export type Section = "reference" | "data";

export const MANIFEST_NAME = "manifest.json";
export const SEAL_NAME = "seal.json";

/** Sections in the order in which they stand in the file. */
export const SECTIONS: readonly Section[] = ["reference", "data"];

/** Parts of one table count from 1, in six digits. */
const LAST_PART = 999_999;

export interface PartAddress {
  readonly section: Section;
  /** The table's ordinal in the manifest's list for this section, from 1. */
  readonly ordinal: number;
  /** The part's number within the table, from 1. */
  readonly part: number;
}

/** `data/3/000001.jsonl` */
export function partName({ section, ordinal, part }: PartAddress): string {
  return `${section}/${ordinal}/${String(part).padStart(6, "0")}.jsonl`;
}

/** The address that a member's name gives, null where it is not exactly a part's name. */
export function parsePartName(name: string): PartAddress | null {
  const match = /^(reference|data)\/([1-9][0-9]{0,5})\/([0-9]{6})\.jsonl$/.exec(name);
  if (!match) return null;
  return { section: match[1] as Section, ordinal: Number(match[2]), part: Number(match[3]) };
}

/** How many tables the manifest lists for a section. */
export function tableCount(manifest: Manifest, section: Section): number {
  return section === "data" ? manifest.tables.length : manifest.reference.length;
}

export interface PartSequence {
  /** What is wrong with this part standing here, as the rest of a sentence; null where it is in order. */
  next(address: PartAddress): string | null;
}

/** The rule for the order of parts, held by the writer and demanded by the reader. */
export function createPartSequence(manifest: Manifest): PartSequence {
  let last: PartAddress = { section: "reference", ordinal: 0, part: 0 };
  return {
    next(address) {
      const { section, ordinal, part } = address;
      if (ordinal > tableCount(manifest, section)) return "belongs to no table of the manifest";
      const behind = SECTIONS.indexOf(section) - SECTIONS.indexOf(last.section);
      if (behind < 0 || (behind === 0 && ordinal < last.ordinal)) return "stands behind a later table";
      const expected = behind === 0 && ordinal === last.ordinal ? last.part + 1 : 1;
      if (part !== expected) return `is not the part that comes next (${expected})`;
      if (part > LAST_PART) return `is beyond the last part that a table may have (${LAST_PART})`;
      last = address;
      return null;
    },
  };
}
