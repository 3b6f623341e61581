/** Order-free digests of pieces of bytes, as the server can be asked for them. */

import { hashBoth } from "./hash-both.ts";
import { uint64ToDecimal } from "./hash-bytes.ts";

/**
 * Order-free digest of a set of pieces: how many there were, and the sums modulo 2^64 of their hashes with the
 * seeds 0 and 42. Two independent sums, because one of 64 bits alone could be met by accident in a big fleet.
 */
export interface HashSums {
  add(bytes: Uint8Array, start: number, end: number): void;
  readonly count: number;
  /** Unsigned decimals for the seeds 0 and 42. */
  sums(): [string, string];
}

/** A fresh digest: no pieces, sums "0" and "0". */
export function createHashSums(): HashSums {
  /** Low and high half for the seed 0, then for 42. */
  const sums = new Uint32Array(4);
  const hash = new Int32Array(4);
  let count = 0;
  return {
    add(bytes, start, end) {
      hashBoth(bytes, start, end, hash);
      const first = (sums[0] as number) + ((hash[0] as number) >>> 0);
      sums[0] = first;
      sums[1] = (sums[1] as number) + (hash[1] as number) + (first > 0xffffffff ? 1 : 0);
      const second = (sums[2] as number) + ((hash[2] as number) >>> 0);
      sums[2] = second;
      sums[3] = (sums[3] as number) + (hash[3] as number) + (second > 0xffffffff ? 1 : 0);
      count++;
    },
    get count() {
      return count;
    },
    sums: () => [uint64ToDecimal(sums.subarray(0, 2)), uint64ToDecimal(sums.subarray(2, 4))],
  };
}
