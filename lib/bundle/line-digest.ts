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

  function line(chunk: Buffer, start: number, end: number): void {
    if (end - start > lineBytes) throw tooLong();
    if (hash) sums.add(chunk, start, end);
    rows++;
  }

  /** Ends the line that began in an earlier chunk; gives where the next one starts, or keeps collecting. */
  function continueLine(chunk: Buffer): number {
    const newline = chunk.indexOf(NEWLINE);
    const end = newline < 0 ? chunk.length : newline;
    openBytes += end;
    if (openBytes > lineBytes) throw tooLong();
    // Only hashing needs the line's bytes together.
    if (hash) open.push(chunk.subarray(0, end));
    if (newline < 0) return chunk.length;
    if (hash) line(Buffer.concat(open, openBytes), 0, openBytes);
    else rows++;
    open = [];
    openBytes = 0;
    return newline + 1;
  }

  let atLineEnd = true;
  return {
    update(chunk) {
      if (chunk.length === 0) return;
      bytes += chunk.length;
      let start = atLineEnd ? 0 : continueLine(chunk);
      atLineEnd = chunk[chunk.length - 1] === NEWLINE;
      for (;;) {
        const newline = chunk.indexOf(NEWLINE, start);
        if (newline < 0) break;
        line(chunk, start, newline);
        start = newline + 1;
      }
      if (start >= chunk.length) return;
      openBytes = chunk.length - start;
      if (openBytes > lineBytes) throw tooLong();
      if (hash) open.push(chunk.subarray(start));
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
