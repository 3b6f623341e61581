/**
 * Counts and digests JSON Lines as they pass: rows, bytes, and the two sums of the server's own hash over each
 * line, so that the database can be asked for the same digest.
 */
import { createHashSums } from "../postgres/hash-sums.ts";

const NEWLINE = 0x0a;

export interface LineDigest {
  /** Takes the next bytes; lines may run over any number of chunks. Throws what `tooLong` gives. */
  update(chunk: Buffer): void;
  readonly rows: number;
  /** Bytes taken, newlines included. */
  readonly bytes: number;
  /** Whether the last byte taken ended a line (true before the first). */
  readonly atLineEnd: boolean;
  /** Sums modulo 2^64 for the seeds 0 and 42, unsigned decimals; "0" and "0" without `hash`. */
  sums(): [string, string];
}

export interface LineDigestOptions {
  /** Whether lines are hashed at all, or only counted. */
  readonly hash: boolean;
  /** Bytes that a line may have without its newline. */
  readonly lineBytes: number;
  /** The error for a longer one. */
  readonly tooLong: () => Error;
}

/** Memory: the line that is still open, at most `lineBytes`. */
export function createLineDigest({ hash, lineBytes, tooLong }: LineDigestOptions): LineDigest {
  const sums = createHashSums();
  let open: Buffer[] = [];
  let openBytes = 0;
  let rows = 0;
  let bytes = 0;

  /** Takes every whole line from `start` on; gives where the last one ends, behind its newline. */
  function wholeLines(chunk: Buffer, start: number): number {
    if (!hash) return countLines(chunk, start);
    const before = sums.count;
    const end = sums.addLines(chunk, start);
    if (sums.longestLine > lineBytes) throw tooLong();
    rows += sums.count - before;
    return end;
  }

  function countLines(chunk: Buffer, first: number): number {
    for (let start = first; ; ) {
      const newline = chunk.indexOf(NEWLINE, start);
      if (newline < 0) return start;
      if (newline - start > lineBytes) throw tooLong();
      rows++;
      start = newline + 1;
    }
  }

  /** Only hashing needs the line's bytes together; the chunk is its giver's again. */
  function keep(piece: Buffer): void {
    if (hash) open.push(Buffer.from(piece));
  }

  /** Ends the line that began in an earlier chunk; gives where the next one starts, or keeps collecting. */
  function continueLine(chunk: Buffer): number {
    const newline = chunk.indexOf(NEWLINE);
    const end = newline < 0 ? chunk.length : newline;
    openBytes += end;
    if (openBytes > lineBytes) throw tooLong();
    keep(chunk.subarray(0, end));
    if (newline < 0) return chunk.length;
    if (hash) sums.add(Buffer.concat(open, openBytes), 0, openBytes);
    rows++;
    open = [];
    openBytes = 0;
    return newline + 1;
  }

  let atLineEnd = true;
  return {
    update(chunk) {
      if (chunk.length === 0) return;
      bytes += chunk.length;
      const first = atLineEnd ? 0 : continueLine(chunk);
      atLineEnd = chunk[chunk.length - 1] === NEWLINE;
      const start = wholeLines(chunk, first);
      if (start >= chunk.length) return;
      openBytes = chunk.length - start;
      if (openBytes > lineBytes) throw tooLong();
      keep(chunk.subarray(start));
    },
    get rows() {
      return rows;
    },
    get bytes() {
      return bytes;
    },
    get atLineEnd() {
      return atLineEnd;
    },
    sums: () => sums.sums(),
  };
}
