/** Cuts a stream of lines into parts of a bounded size, each of whole lines. */

/** Uncompressed bytes at which a part ends: large enough to compress well, small enough to hold several. */
export const PART_TARGET = 8 * 1024 * 1024;

export interface Part {
  /** Slices of what came in; nothing is copied. */
  readonly chunks: readonly Buffer[];
  readonly rows: number;
  readonly bytes: number;
}

const NEWLINE = 0x0a;

/**
 * A part ends with the last whole line of the chunk that brings it to the target, so it is over it by less than
 * one chunk.
 */
export async function* cutParts(lines: AsyncIterable<Buffer>, target = PART_TARGET): AsyncGenerator<Part> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let rows = 0;
  for await (const chunk of lines) {
    const last = chunk.lastIndexOf(NEWLINE);
    rows += countLines(chunk);
    if (bytes + chunk.length < target || last === -1) {
      chunks.push(chunk);
      bytes += chunk.length;
      continue;
    }
    chunks.push(chunk.subarray(0, last + 1));
    yield { chunks, rows, bytes: bytes + last + 1 };
    chunks = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : [];
    bytes = chunk.length - last - 1;
    rows = 0;
  }
  if (bytes > 0) yield { chunks, rows, bytes };
}

function countLines(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
