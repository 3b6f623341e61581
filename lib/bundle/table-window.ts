/**
 * Some rows of one table of a bundle, without reading the rest. The seal says where each part stands in the archive
 * (tar is headers, contents and padding, nothing else), and for gzip the lengths of its members say where that is in
 * the file. zstd is one frame, and no index exists over an encrypted file: there, what stands before is decrypted,
 * decompressed and dropped.
 *
 * Nothing is proved here. What is shown of a file that was verified once is what stands in it now.
 */
import { openFile } from "./archive-stream.ts";
import { type Compression, MAGIC_BYTES } from "./compression/compression.ts";
import { readGzip } from "./compression/gzip-reader.ts";
import { readZstd } from "./compression/zstd-reader.ts";
import { isAge } from "./encryption/decrypt.ts";
import { PIECE_BYTES } from "./limits.ts";
import type { Seal } from "./manifest.ts";
import { parsePartName, type Section } from "./members.ts";
import { refused, WHOLE_BUNDLE } from "./refused.ts";
import type { BundleSource } from "./stores/store.ts";
import { createByteReader } from "./streams/byte-reader.ts";
import { BLOCK_BYTES, paddingOf } from "./tar/header.ts";
import { createTarReader } from "./tar/reader.ts";

export interface TableWindow {
  readonly section: Section;
  readonly ordinal: number;
  /** Rows of the table before the first one that is wanted. */
  readonly skip: number;
  readonly take: number;
}

/** A row's line as it stands in the file, or how long it is where that is more than anybody wants to see. */
export type WindowLine = { readonly text: string } | { readonly tooLong: number };

export interface TableWindowOptions {
  /** Bytes of a line that are kept. */
  readonly lineBytes: number;
  /** Ends it, wherever it is: the reason is thrown. */
  readonly signal: AbortSignal;
}

interface Place {
  readonly name: string;
  /** Where the part's header begins in the archive. */
  readonly at: number;
  readonly bytes: number;
  /** Of the table, before this part. */
  readonly rowsBefore: number;
  readonly rows: number;
}

/** The parts of one table and where they stand, by the seal alone. */
export function partPlaces(seal: Seal, section: Section, ordinal: number): Place[] {
  const places: Place[] = [];
  let at = 0;
  let rowsBefore = 0;
  for (const { name, bytes, rows } of seal.members) {
    const address = parsePartName(name);
    if (address?.section === section && address.ordinal === ordinal) {
      places.push({ name, at, bytes, rowsBefore, rows });
      rowsBefore += rows;
    }
    at += BLOCK_BYTES + bytes + paddingOf(bytes);
  }
  return places;
}

/** What the records know of the file. */
export interface WindowContents {
  readonly seal: Seal;
  readonly compression: Compression;
  /** Compressed lengths of the gzip members (`Verification.pieces`); null reads from the file's start. */
  readonly pieces: Uint32Array | null;
}

/**
 * @throws Refusal `bundle-file-changed` where the file is not the one that the seal is of, and what the decompressor
 *   refuses
 */
export async function readTableWindow(
  source: BundleSource,
  { seal, ...file }: WindowContents,
  window: TableWindow,
  { lineBytes, signal }: TableWindowOptions,
): Promise<WindowLine[]> {
  const parts = partPlaces(seal, window.section, window.ordinal);
  const first = parts.findIndex(({ rowsBefore, rows }) => rowsBefore + rows > window.skip);
  if (first < 0 || window.take < 1) return [];
  const { at, rowsBefore } = parts[first]!;
  const last = parts.at(-1)!;
  const take = Math.min(window.take, last.rowsBefore + last.rows - window.skip);
  const bytes = createByteReader(interruptible(archiveFrom(source, file, at), signal));
  const tar = createTarReader(bytes);
  const lines = createLineWindow(window.skip - rowsBefore, take, lineBytes);
  try {
    for (const part of parts.slice(first)) {
      const header = await tar.next();
      if (header?.name !== part.name || header.size !== part.bytes) throw changed();
      for await (const chunk of tar.content()) if (lines.push(chunk)) return lines.taken;
    }
    throw changed();
  } finally {
    await bytes.cancel();
  }
}

/** The archive from this place on. */
async function* archiveFrom(
  source: BundleSource,
  { compression, pieces }: Omit<WindowContents, "seal">,
  at: number,
): AsyncGenerator<Buffer> {
  if (isAge(await source.read(0, MAGIC_BYTES))) {
    const opened = await openFile(source);
    yield* dropping(at, opened.compression === "zstd" ? readZstd(opened.bytes) : readGzip(opened.bytes));
    return;
  }
  const whole = pieces === null ? 0 : Math.min(Math.floor(at / PIECE_BYTES), pieces.length);
  const from = pieces === null ? 0 : pieces.subarray(0, whole).reduce((sum, length) => sum + length, 0);
  const file = source.stream(from);
  yield* dropping(at - whole * PIECE_BYTES, compression === "zstd" ? readZstd(file) : readGzip(file));
}

/** What stands behind so many bytes. */
async function* dropping(bytes: number, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let drop = bytes;
  for await (const piece of pieces) {
    if (drop < piece.length) yield piece.subarray(drop);
    drop = Math.max(0, drop - piece.length);
  }
}

async function* interruptible(chunks: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    yield chunk;
  }
}

interface LineWindow {
  /** True once all that was wanted is there. */
  push(chunk: Buffer): boolean;
  readonly taken: WindowLine[];
}

const NEWLINE = 0x0a;

/** Skips so many lines, then keeps so many; of a long one its length alone. */
function createLineWindow(skip: number, take: number, lineBytes: number): LineWindow {
  const taken: WindowLine[] = [];
  let left = skip;
  let kept: Buffer[] = [];
  let length = 0;

  function endLine(): void {
    if (left > 0) left -= 1;
    else
      taken.push(length > lineBytes ? { tooLong: length } : { text: Buffer.concat(kept).toString("utf8") });
    kept = [];
    length = 0;
  }

  return {
    taken,
    push(chunk) {
      for (let from = 0; from < chunk.length && taken.length < take; ) {
        const newline = chunk.indexOf(NEWLINE, from);
        const end = newline < 0 ? chunk.length : newline;
        length += end - from;
        if (length > lineBytes) kept = [];
        else if (left === 0) kept.push(chunk.subarray(from, end));
        if (newline >= 0) endLine();
        from = end + 1;
      }
      return taken.length >= take;
    },
  };
}

function changed() {
  return refused(
    "bundle-file-changed",
    WHOLE_BUNDLE,
    "The file in the store is not the one that was verified.",
    "Verify the bundle: that says what is wrong with it.",
  );
}
