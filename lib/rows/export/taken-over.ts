/** What of an unfinished file is taken over into the next one: as much of it as is what was kept of it. */
import { createHash } from "node:crypto";
import { openBundle } from "../../bundle/reader.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { canonicalJson } from "../../canonical/json.ts";
import { Refusal } from "../../findings/finding.ts";
import type { RowPlace } from "../codec/row-places.ts";
import { addToSlices, type PartTaker, type SliceOfTable, type Slices } from "./keeping.ts";
import { type Slicing, WHOLE } from "./slices.ts";
import {
  chained,
  NO_PARTS,
  type OpenPart,
  type OpenTable,
  type Unfinished,
  type WholeTable,
} from "./unfinished.ts";

/** A data part as it stands in the file. */
export interface FilePart {
  readonly ordinal: number;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What of the table at hand is in the file. */
export interface TakenTable {
  readonly ordinal: number;
  readonly slicing: Slicing;
  /** Its parts in the file: of which slice each is, and what is known of how far it reaches. */
  readonly parts: readonly Pick<OpenPart, "slice" | "places">[];
  /** How far each slice is in the file; of one that is missing here nothing is taken over. */
  readonly given: ReadonlyMap<number, readonly RowPlace[] | "all">;
  readonly slices: Slices;
}

export interface TakenOver {
  readonly source: BundleSource;
  /** All tables up to this one are whole. */
  readonly through: number;
  readonly tables: readonly WholeTable[];
  readonly open: TakenTable | null;
  /** All that is taken of the file, to be held against these once more. */
  readonly parts: readonly FilePart[];
}

export type Held = Omit<TakenOver, "source" | "parts">;

/** What was kept, as far as the file's parts are what was kept of them. */
export function heldAgainst(kept: Unfinished, parts: readonly FilePart[]): Held {
  const of = (ordinal: number) => parts.filter((part) => part.ordinal === ordinal);
  const tables: WholeTable[] = [];
  const held = (open: TakenTable | null): Held => ({ through: tables.at(-1)?.ordinal ?? 0, tables, open });
  for (const table of kept.tables) {
    if (canonicalJson(wholeTable(table.ordinal, of(table.ordinal))) !== canonicalJson(table))
      return held(null);
    tables.push(table);
  }
  for (const table of kept.open) {
    const found = of(table.ordinal);
    const taken = takenTable(table, found);
    const all = table.settled.order.length + table.recent.length;
    if (!table.complete || taken?.parts.length !== all || found.length !== all) return held(taken);
    tables.push(wholeTable(table.ordinal, found));
  }
  return held(null);
}

function wholeTable(ordinal: number, parts: readonly FilePart[]): WholeTable {
  const sum = (of: (part: FilePart) => number) => parts.reduce((total, part) => total + of(part), 0);
  const counts = { parts: parts.length, rows: sum(({ rows }) => rows), bytes: sum(({ bytes }) => bytes) };
  return { ordinal, ...counts, sha256: chainOf(parts) };
}

const chainOf = (parts: readonly FilePart[]) =>
  parts.reduce((before, { sha256 }) => chained(before, sha256), NO_PARTS);

/** The parts at the table's beginning that are what was kept of them, and how far they reach. */
function takenTable(kept: OpenTable, found: readonly FilePart[]): TakenTable | null {
  const { ordinal, slicing, settled, recent, ended } = kept;
  const first = settled.order.length;
  if (found.length < first || chainOf(found.slice(0, first)) !== settled.sha256) return null;
  const differs = recent.findIndex(({ rows, sha256 }, at) => {
    const part = found[first + at];
    return part?.rows !== rows || part.sha256 !== sha256;
  });
  const others = differs === -1 ? recent : recent.slice(0, differs);
  const slices: Slices = new Map(settled.slices.map(({ slice, ...held }) => [slice, held]));
  const parts: Pick<OpenPart, "slice" | "places">[] = settled.order.map((slice) => ({ slice, places: [] }));
  // Of those that are kept together it is known how far all of them reach: said at the last of each slice.
  for (const [slice, { places }] of slices) parts[settled.order.lastIndexOf(slice)] = { slice, places };
  parts.push(...others);
  for (const part of others) addToSlices(slices, part);
  if (parts.length === 0) return null;
  const given = new Map<number, readonly RowPlace[] | "all">();
  for (const [slice, { places }] of slices)
    if (places !== null && places.length > 0) given.set(slice, places);
  for (const { slice, parts: all } of ended)
    if (parts.filter((part) => part.slice === slice).length === all) given.set(slice, "all");
  return { ordinal, slicing, parts, given, slices };
}

/** Encrypted, and no key is there, or none that opens it. */
const LOCKED: readonly string[] = ["bundle-encrypted", "bundle-not-for-us"];

/**
 * Reads the unfinished file's data as far as it goes, and no further than up to this table. Null where it cannot be
 * opened.
 */
export async function partsIn(
  source: BundleSource,
  last: number,
  signal: AbortSignal,
): Promise<readonly FilePart[] | null> {
  const found: FilePart[] = [];
  try {
    for await (const { chunks: _, ...part } of dataParts(source)) {
      signal.throwIfAborted();
      if (part.ordinal > last) break;
      found.push(part);
    }
  } catch (error) {
    // It ends somewhere; what was read so far is held against what was kept.
    if (!(error instanceof Refusal)) throw error;
    if (error.findings.some(({ code }) => LOCKED.includes(code))) return null;
  }
  return found;
}

/** Rejects where the file ends, as an unfinished one does. */
async function* dataParts(
  source: BundleSource,
): AsyncGenerator<FilePart & { readonly chunks: readonly Buffer[] }> {
  const bundle = await openBundle(source, { proof: "none" });
  try {
    for await (const { section, ordinal, chunks: pieces } of bundle.parts()) {
      if (section === "reference") continue;
      const chunks: Buffer[] = [];
      const hash = createHash("sha256");
      let rows = 0;
      let bytes = 0;
      for await (const piece of pieces) {
        // It may be used again once the next is asked for.
        chunks.push(Buffer.from(piece));
        hash.update(piece);
        rows += newlines(piece);
        bytes += piece.length;
      }
      yield { ordinal, rows, bytes, sha256: hash.digest("hex"), chunks };
    }
  } finally {
    await bundle.close();
  }
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}

/**
 * Writes what is taken over into the new file, part by part as it is.
 *
 * @throws Refusal `bundle-changed` where the file is not any more what was read of it before
 */
export async function writeTakenOver(
  { source, parts, open }: TakenOver,
  taker: PartTaker,
  onPart: (part: { readonly rows: number; readonly bytes: number }) => void,
): Promise<void> {
  let at = 0;
  let ofOpen = 0;
  if (parts.length > 0) {
    for await (const { chunks, ...part } of dataParts(source)) {
      const { ordinal, rows, bytes } = part;
      if (!samePart(part, parts[at++])) throw new Refusal(changed(source));
      const about = open?.ordinal === ordinal ? open.parts[ofOpen++]! : { slice: 0, places: null };
      const slicing = open?.ordinal === ordinal ? open.slicing : WHOLE;
      const of: SliceOfTable = { extent: { section: "data", ordinal }, slicing, slice: about.slice };
      if (open?.ordinal !== ordinal || open.given.has(about.slice)) {
        await taker.take({ chunks, rows, bytes, furthest: about.places }, of);
        if (open?.ordinal === ordinal && isLast(open, ofOpen - 1)) taker.ended(of);
        onPart({ rows, bytes });
      }
      if (at === parts.length) return;
    }
  }
}

/** Whether nothing of its slice comes behind it. */
function isLast({ parts, given }: TakenTable, at: number): boolean {
  const { slice } = parts[at]!;
  return given.get(slice) === "all" && !parts.slice(at + 1).some((part) => part.slice === slice);
}

function samePart(a: FilePart, b: FilePart | undefined): boolean {
  return b?.ordinal === a.ordinal && b.rows === a.rows && b.bytes === a.bytes && b.sha256 === a.sha256;
}

/** Rows that need not be read again. */
export function rowsTaken({ tables, open }: Pick<TakenOver, "tables" | "open">): number {
  const whole = tables.reduce((sum, { rows }) => sum + rows, 0);
  if (open === null) return whole;
  return [...open.slices].reduce((sum, [slice, { rows }]) => sum + (open.given.has(slice) ? rows : 0), whole);
}

function changed({ name }: BundleSource) {
  return {
    code: "bundle-changed",
    severity: "blocks",
    where: name,
    what: "The unfinished file changed while it was read.",
    todo: "Retry the run: it begins anew.",
  } as const;
}
