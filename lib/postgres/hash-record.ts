/**
 * Postgres' own 64-bit hash of a record, `hash_record_extended(ROW(…), seed)`, so that a digest of rows computed
 * while they pass through Node can be asked of the server in SQL, which then prints no value as text: two to four
 * times cheaper there than `hashtextextended(ROW(…)::text, seed)`.
 *
 * A record's hash is that of its fields, in order: 31 times what came before, plus the field's own; NULL is 0
 * (src/backend/utils/adt/rowtypes.c). A field's is its type's (src/common/hashfn.c). All modulo 2^64.
 */
import { hashBytesExtended, INITIAL, uint64ToDecimal } from "./hash-bytes.ts";

/**
 * Order-free digest of records: the sums modulo 2^64 of their hashes, and of the hashes of these as `hashint8extended`
 * makes them with the seed 42. Two sums, because one of 64 bits alone could be met by accident in a big fleet; the
 * second from the first hash, because a record's own costs the server a pass over its fields.
 */
export interface RecordSums {
  /** The fields of one record, in order. */
  null(): void;
  /** int2, int4, bool (0 and 1), date: hashed as 32 bits. */
  word(value: number): void;
  /** int8 and timestamps: as the two halves of 64 bits, of which Postgres makes one word before it hashes. */
  words(low: number, high: number): void;
  /** uuid: its bytes as four little-endian words. */
  uuid(first: number, second: number, third: number, fourth: number): void;
  /** text under a deterministic collation, bytea. */
  bytes(bytes: Uint8Array, start: number, end: number): void;
  /** The record is complete. */
  end(): void;
  /** Both sums as unsigned decimals. */
  sums(): [string, string];
}

/** What the seed makes of a, b and c for a piece of this length, before its first byte is read. */
function start(length: number, seed: number): Int32Array {
  let a = (INITIAL + length) | 0;
  let b = a;
  let c = a;
  if (seed !== 0) {
    b = (b + seed) | 0;
    a = (a - c) ^ ((c << 4) | (c >>> 28));
    c = (c + b) | 0;
    b = (b - a) ^ ((a << 6) | (a >>> 26));
    a = (a + c) | 0;
    c = (c - b) ^ ((b << 8) | (b >>> 24));
    b = (b + a) | 0;
    a = (a - c) ^ ((c << 16) | (c >>> 16));
    c = (c + b) | 0;
    b = (b - a) ^ ((a << 19) | (a >>> 13));
    a = (a + c) | 0;
    c = (c - b) ^ ((b << 4) | (b >>> 28));
    b = (b + a) | 0;
  }
  return Int32Array.of(a, b, c);
}

const WORD = start(4, 0);
const WORD_42 = start(4, 42);
const UUID = start(16, 0);

/** A fresh digest: no records, sums "0" and "0". */
export function createRecordSums(): RecordSums {
  /** The record so far, the sum of records, the sum of their hashes' hashes: low and high half of each. */
  const state = new Int32Array(6);
  /** Low and high half of the hash that was finished last. */
  const hash = new Uint32Array(2);

  /** 31 times the record so far, plus a hash. Products of 32 bits by 31 are exact in a double. */
  function follow(low: number, high: number): void {
    const sum = ((state[0] as number) >>> 0) * 31 + (low >>> 0);
    state[0] = sum | 0;
    state[1] = (Math.imul(state[1] as number, 31) + ((sum / 0x100000000) | 0) + high) | 0;
  }

  /** Bob Jenkins' last mix. */
  function finish(a0: number, b0: number, c0: number): void {
    let c = ((c0 ^ b0) - ((b0 << 14) | (b0 >>> 18))) | 0;
    let a = ((a0 ^ c) - ((c << 11) | (c >>> 21))) | 0;
    let b = ((b0 ^ a) - ((a << 25) | (a >>> 7))) | 0;
    c = ((c ^ b) - ((b << 16) | (b >>> 16))) | 0;
    a = ((a ^ c) - ((c << 4) | (c >>> 28))) | 0;
    b = ((b ^ a) - ((a << 14) | (a >>> 18))) | 0;
    c = ((c ^ b) - ((b << 24) | (b >>> 8))) | 0;
    hash[0] = c;
    hash[1] = b;
  }

  function word(value: number): void {
    finish(((WORD[0] as number) + value) | 0, WORD[1] as number, WORD[2] as number);
    follow(hash[0] as number, hash[1] as number);
  }

  function uuid(w0: number, w1: number, w2: number, w3: number): void {
    let a = ((UUID[0] as number) + w0) | 0;
    let b = ((UUID[1] as number) + w1) | 0;
    let c = ((UUID[2] as number) + w2) | 0;
    a = (a - c) ^ ((c << 4) | (c >>> 28));
    c = (c + b) | 0;
    b = (b - a) ^ ((a << 6) | (a >>> 26));
    a = (a + c) | 0;
    c = (c - b) ^ ((b << 8) | (b >>> 24));
    b = (b + a) | 0;
    a = (a - c) ^ ((c << 16) | (c >>> 16));
    c = (c + b) | 0;
    b = (b - a) ^ ((a << 19) | (a >>> 13));
    a = (a + c) | 0;
    c = (c - b) ^ ((b << 4) | (b >>> 28));
    b = (b + a) | 0;
    finish((a + w3) | 0, b, c);
    follow(hash[0] as number, hash[1] as number);
  }

  function addToSum(at: number, low: number, high: number): void {
    const sum = ((state[at] as number) >>> 0) + (low >>> 0);
    state[at] = sum | 0;
    state[at + 1] = ((state[at + 1] as number) + high + (sum > 0xffffffff ? 1 : 0)) | 0;
  }

  /** The two halves of 64 bits as Postgres folds them before it hashes. */
  const folded = (low: number, high: number) => low ^ (high >= 0 ? high : ~high);

  return {
    null: () => follow(0, 0),
    word,
    words: (low, high) => word(folded(low, high)),
    uuid,
    bytes(bytes, from, to) {
      hashBytesExtended(bytes, from, to, 0, hash);
      follow(hash[0] as number, hash[1] as number);
    },
    end() {
      const low = state[0] as number;
      const high = state[1] as number;
      addToSum(2, low, high);
      const value = folded(low, high);
      finish(((WORD_42[0] as number) + value) | 0, WORD_42[1] as number, WORD_42[2] as number);
      addToSum(4, hash[0] as number, hash[1] as number);
      state[0] = 0;
      state[1] = 0;
    },
    sums: () => [
      uint64ToDecimal(Uint32Array.from(state.subarray(2, 4))),
      uint64ToDecimal(Uint32Array.from(state.subarray(4, 6))),
    ],
  };
}
