/** Order-free digests of pieces of bytes, as the server can be asked for them. */

import { hashBoth } from "./hash-both.ts";
import { uint64ToDecimal } from "./hash-bytes.ts";
import { lineHasher } from "./hash-lines/hash-lines.ts";

const NEWLINE = 0x0a;

/**
 * Order-free digest of a set of pieces: how many there were, and the sums modulo 2^64 of their hashes with the
 * seeds 0 and 42. Two independent sums, because one of 64 bits alone could be met by accident in a big fleet.
 */
export interface HashSums {
  add(bytes: Uint8Array, start: number, end: number): void;
  /**
   * Adds every whole line from `start` on, without its newline: several times as fast as one by one.
   *
   * @returns where the last one ends, behind its newline
   */
  addLines(bytes: Uint8Array, start: number): number;
  readonly count: number;
  /** Bytes of the longest line that `addLines` took. */
  readonly longestLine: number;
  /** Unsigned decimals for the seeds 0 and 42. */
  sums(): [string, string];
}

/** A fresh digest: no pieces, sums "0" and "0". */
export function createHashSums(): HashSums {
  /** Low and high half for the seed 0, then for 42. */
  const sums = new Uint32Array(4);
  const hash = new Int32Array(4);
  let count = 0;
  let longestLine = 0;

  function plus(halves: Int32Array | Uint32Array): void {
    const first = (sums[0] as number) + ((halves[0] as number) >>> 0);
    sums[0] = first;
    sums[1] = (sums[1] as number) + (halves[1] as number) + (first > 0xffffffff ? 1 : 0);
    const second = (sums[2] as number) + ((halves[2] as number) >>> 0);
    sums[2] = second;
    sums[3] = (sums[3] as number) + (halves[3] as number) + (second > 0xffffffff ? 1 : 0);
  }

  function add(bytes: Uint8Array, start: number, end: number): void {
    hashBoth(bytes, start, end, hash);
    plus(hash);
    count++;
  }

  return {
    add,
    addLines(bytes, start) {
      const hasher = lineHasher();
      let at = start;
      while (at < bytes.length) {
        const lines = hasher.hash(bytes, at);
        if (lines > 0) {
          plus(hasher.sums);
          count += lines;
          longestLine = Math.max(longestLine, hasher.longest());
          at += hasher.taken();
          continue;
        }
        // The rest, or a line that is longer than what is taken at a time.
        const newline = bytes.indexOf(NEWLINE, at);
        if (newline < 0) break;
        add(bytes, at, newline);
        longestLine = Math.max(longestLine, newline - at);
        at = newline + 1;
      }
      return at;
    },
    get count() {
      return count;
    },
    get longestLine() {
      return longestLine;
    },
    sums: () => [uint64ToDecimal(sums.subarray(0, 2)), uint64ToDecimal(sums.subarray(2, 4))],
  };
}
