/**
 * How far an export came, for the next one where its process dies: the tables that are whole in the unfinished file,
 * with a hash of their lines. Only of a tenant whose fence has stood since then they still are what the database holds.
 */
import { createHash, type Hash } from "node:crypto";
import { z } from "zod";
import type { Manifest } from "../../bundle/manifest.ts";
import { openBundle } from "../../bundle/reader.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import type { BundleWriter } from "../../bundle/writer.ts";
import { canonicalJson } from "../../canonical/json.ts";
import { Refusal } from "../../findings/finding.ts";
import { type Standing, sameStanding } from "../fence/standing.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A table that has rows. */
const wholeTable = z.strictObject({
  ordinal: z.int().min(1),
  parts: z.int().min(1),
  rows: z.int().min(1),
  bytes: z.int().min(1),
  /** Of its lines, in the file's order. */
  sha256,
});

export const unfinishedSchema = z.strictObject({
  fence: z.strictObject({ epoch: z.string(), since: z.string(), mark: z.string() }),
  /** Of everything in the manifest that another moment would not change. */
  manifest: sha256,
  /** The last table, by its place in load order, up to which all are whole. */
  through: z.int().min(0),
  tables: z.array(wholeTable),
});

export type Unfinished = z.infer<typeof unfinishedSchema>;
type WholeTable = z.infer<typeof wholeTable>;

/** Where an export can go on after its process died; without, it always begins anew. */
export interface GoingOn {
  /** Whether an earlier attempt was begun. */
  readonly again: boolean;
  /** What that one has kept. */
  readonly kept: Unfinished | null;
  readonly keep: (unfinished: Unfinished) => Promise<void>;
}

/** Two exports of equal hashes write a table of equal rows as equal lines. */
export function manifestHash(manifest: Manifest): string {
  const { tables, source, request: _request, ...same } = manifest;
  const { systemIdentifier, databaseOid } = source;
  const described = tables.map(({ estimatedRows: _rows, estimatedBytes: _bytes, ...table }) => table);
  const text = canonicalJson({ ...same, tables: described, source: { systemIdentifier, databaseOid } });
  return createHash("sha256").update(text).digest("hex");
}

/** What of an unfinished file is taken over. */
export interface TakenOver {
  readonly source: BundleSource;
  readonly through: number;
  readonly tables: readonly WholeTable[];
}

/**
 * Reads the unfinished file as far as it goes. Null, and the file closed, where no table in it is whole, or where what
 * was kept is of another moment: another fence, other tables, another version.
 */
export async function wholeTables(
  source: BundleSource,
  kept: Unfinished,
  now: { readonly standing: Standing; readonly manifest: string },
  signal: AbortSignal,
): Promise<TakenOver | null> {
  const same = sameStanding(kept.fence, now.standing) && kept.manifest === now.manifest;
  const found = same ? await tablesIn(source, kept.through, signal) : [];
  const at = kept.tables.findIndex((table, index) => !sameTable(table, found[index]));
  const through = at === -1 ? kept.through : kept.tables[at]!.ordinal - 1;
  const tables = at === -1 ? kept.tables : kept.tables.slice(0, at);
  if (same && tables.length > 0) return { source, through, tables };
  await source.close();
  return null;
}

function sameTable(a: WholeTable, b: WholeTable | undefined): boolean {
  return b !== undefined && canonicalJson(a) === canonicalJson(b);
}

async function tablesIn(source: BundleSource, through: number, signal: AbortSignal): Promise<WholeTable[]> {
  const notes = createNotes();
  try {
    for await (const part of partsThrough(source, through)) {
      signal.throwIfAborted();
      notes.add(part.ordinal, part.chunks, part.rows);
    }
  } catch (error) {
    // It ends somewhere; what was read so far is held against what was kept.
    if (!(error instanceof Refusal)) throw error;
  }
  return notes.tables();
}

interface TakenPart {
  readonly ordinal: number;
  readonly chunks: readonly Buffer[];
  readonly rows: number;
}

/** The data parts of an unfinished file up to this table; rejects where the file ends before it has them all. */
async function* partsThrough(source: BundleSource, through: number): AsyncGenerator<TakenPart> {
  const bundle = await openBundle(source, { proof: "members" });
  try {
    for await (const { section, ordinal, chunks } of bundle.parts()) {
      if (section === "reference") continue;
      if (ordinal > through) return;
      const pieces: Buffer[] = [];
      // A chunk may be used again once the next is asked for.
      for await (const chunk of chunks) pieces.push(Buffer.from(chunk));
      yield { ordinal, chunks: pieces, rows: pieces.reduce((rows, piece) => rows + newlines(piece), 0) };
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
 * Writes the tables that are taken over into the new file, as they are.
 *
 * @throws Refusal `bundle-changed` where the file is not any more what was read of it before
 */
export async function writeTakenOver(
  { source, through, tables }: TakenOver,
  writer: Pick<BundleWriter, "addPart">,
  onPart: (part: { readonly rows: number; readonly bytes: number }) => void,
): Promise<void> {
  const notes = createNotes();
  for await (const { ordinal, chunks, rows } of partsThrough(source, through)) {
    notes.add(ordinal, chunks, rows);
    await writer.addPart("data", ordinal, chunks, rows);
    onPart({ rows, bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0) });
  }
  const written = notes.tables();
  if (written.length === tables.length && tables.every((table, at) => sameTable(table, written[at]))) return;
  throw new Refusal({
    code: "bundle-changed",
    severity: "blocks",
    where: source.name,
    what: "The unfinished file changed while it was read.",
    todo: "Retry the run: it begins anew.",
  });
}

/** Notes what becomes of each table as its parts go by. */
function createNotes() {
  const whole: WholeTable[] = [];
  let open: (Omit<WholeTable, "sha256"> & { hash: Hash }) | null = null;
  const close = () => {
    if (open === null) return;
    const { hash, ...counts } = open;
    whole.push({ ...counts, sha256: hash.digest("hex") });
    open = null;
  };
  return {
    /** Gives whether the part is the first of a table. */
    add(ordinal: number, chunks: readonly Buffer[], rows: number): boolean {
      const first = open?.ordinal !== ordinal;
      if (first) close();
      open ??= { ordinal, parts: 0, rows: 0, bytes: 0, hash: createHash("sha256") };
      open = {
        ...open,
        parts: open.parts + 1,
        rows: open.rows + rows,
        bytes: open.bytes + chunks.reduce((sum, chunk) => sum + chunk.length, 0),
      };
      for (const chunk of chunks) open.hash.update(chunk);
      return first;
    },
    /** Those before the one whose parts came last. */
    before: (): readonly WholeTable[] => [...whole],
    /** All, the last one taken for whole. */
    tables(): WholeTable[] {
      close();
      return whole;
    },
  };
}

/** The same writer; each time that a table's first part comes, those before it are whole and that is kept. */
export function keepingTables(
  writer: BundleWriter,
  facts: Pick<Unfinished, "fence" | "manifest">,
  keep: GoingOn["keep"],
): BundleWriter {
  const notes = createNotes();
  return {
    ...writer,
    async addPart(section, ordinal, chunks, rows) {
      if (section === "data" && notes.add(ordinal, chunks, rows) && notes.before().length > 0)
        await keep({ ...facts, through: ordinal - 1, tables: [...notes.before()] });
      await writer.addPart(section, ordinal, chunks, rows);
    },
  };
}
