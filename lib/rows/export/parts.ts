/** Makes lines of COPY's rows, in parts of a bounded size, each of whole lines. */
import type { ManifestColumn } from "../../bundle/manifest.ts";
import { createLineWriter, LINE_MARGIN, type LineWriter } from "../codec/line-writer.ts";
import type { RowPlace, RowPlaces } from "../codec/row-places.ts";

/** Uncompressed bytes of a part at the most: so many parts hold any tenant, and several fit into memory. */
export const PART_TARGET = 8 * 1024 * 1024;

/** The first part of a stream; each may be so much longer than the one before. Most tables never take more memory. */
const PART_STEP = 1024 * 1024;

export interface Part {
  readonly chunks: readonly Buffer[];
  readonly rows: number;
  readonly bytes: number;
  /** The furthest of its rows, where they come with their places; null where these say nothing. */
  readonly furthest: readonly RowPlace[] | null;
}

const NEWLINE = 0x0a;

/** Two buffers for one stream of lines after another. */
export interface PartBuffers {
  filling: Buffer;
  spare: Buffer;
}

/** Memory that is not touched is not taken: a reader that meets small tables only stays small. */
export function createPartBuffers(target = PART_TARGET): PartBuffers {
  return { filling: partBuffer(target), spare: partBuffer(target) };
}

function partBuffer(limit: number): Buffer {
  return Buffer.allocUnsafeSlow(limit + LINE_MARGIN);
}

/**
 * `rows` is COPY text of these columns, cut anywhere. A part holds at most `target` bytes, or one line that is
 * longer. Two buffers take turns, so that one can be written while the next is filled: a part's bytes are good
 * until the second next part is asked for. Measured over 700 MB: a buffer for each part costs a quarter of the
 * processor time in garbage, and 80 MB of memory.
 */
export async function* cutParts(
  rows: AsyncIterable<Buffer>,
  columns: readonly Pick<ManifestColumn, "name" | "encoding">[],
  target = PART_TARGET,
  buffers = createPartBuffers(target),
  places: RowPlaces | null = null,
): AsyncGenerator<Part> {
  const writer = createLineWriter(columns, places);
  let length = 0;
  let count = 0;
  let limit = Math.min(target, PART_STEP);

  function takePart(): Part {
    const chunks = [buffers.filling.subarray(0, length)];
    const part: Part = { chunks, rows: count, bytes: length, furthest: places?.furthest() ?? null };
    const { filling, spare } = buffers;
    buffers.filling = spare.length === target + LINE_MARGIN ? spare : partBuffer(target);
    buffers.spare = filling;
    length = 0;
    count = 0;
    limit = Math.min(target, limit + PART_STEP);
    return part;
  }

  for await (const { source, start, end } of wholeRows(rows)) {
    for (let at = start; at < end; ) {
      writer.write(source, at, end, buffers.filling, length, limit);
      at = writer.at;
      length = writer.to;
      count += writer.rows;
      if (at === end) break;
      // The line that does not fit goes into the next part; one that is longer than a part so far goes alone.
      if (length > 0) yield takePart();
      else {
        at = writeLongLine(writer, source, at, buffers);
        length = writer.to;
        count = 1;
        yield takePart();
      }
    }
  }
  if (length > 0) yield takePart();
}

/** Into a buffer that grows until it has room; gives where the next row begins. */
function writeLongLine(writer: LineWriter, source: Buffer, start: number, buffers: PartBuffers): number {
  const end = source.indexOf(NEWLINE, start) + 1;
  for (let limit = 2 * (end - start); ; limit *= 2) {
    buffers.filling = partBuffer(limit);
    writer.write(source, start, end, buffers.filling, 0, limit);
    if (writer.at === end) return end;
  }
}

interface WholeRows {
  readonly source: Buffer;
  readonly start: number;
  readonly end: number;
}

/** COPY text escapes a newline inside a value: every one of them ends a row. */
async function* wholeRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<WholeRows> {
  let open: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    if (open.length > 0) {
      start = chunk.indexOf(NEWLINE) + 1;
      if (start === 0) {
        open.push(Buffer.from(chunk));
        continue;
      }
      const source = Buffer.concat([...open, chunk.subarray(0, start)]);
      open = [];
      yield { source, start: 0, end: source.length };
    }
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > start) yield { source: chunk, start, end };
    // The chunk's memory may be used again by whoever gave it.
    if (end < chunk.length) open.push(Buffer.from(chunk.subarray(end)));
  }
  if (open.length > 0) throw new Error("the last row has no newline");
}
