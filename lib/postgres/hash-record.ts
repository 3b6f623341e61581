/**
 * Postgres' own 64-bit hash of a record, `hash_record_extended(ROW(…), seed)`, so that a digest of rows computed
 * while they pass through Node can be asked of the server in SQL, which then prints no value as text: two to four
 * times cheaper there than `hashtextextended(ROW(…)::text, seed)`.
 *
 * A record's hash is that of its fields, in order: 31 times what came before, plus the field's own; NULL is 0
 * (src/backend/utils/adt/rowtypes.c). A field's is its type's (src/common/hashfn.c). All modulo 2^64.
 */
import { hashBoth } from "./hash-both.ts";
import { uint64ToDecimal } from "./hash-bytes.ts";

const SEEDS = [0, 42] as const;

/** 0x9e3779b9 (the golden ratio) plus Postgres' addition of 3923095. */
const INITIAL = 0x9e3779b9 + 3923095;

/** Order-free digest of records: how many, and the sums modulo 2^64 of their hashes with the seeds 0 and 42. */
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
  /** Unsigned decimals for the seeds 0 and 42. */
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

const WORD = SEEDS.map((seed) => start(4, seed));
const UUID = SEEDS.map((seed) => start(16, seed));

/** A fresh digest: no records, sums "0" and "0". */
export function createRecordSums(): RecordSums {
  /** Per seed: low and high half of the record so far, then of the sum. */
  const state = new Int32Array(8);
  const hash = new Int32Array(4);
  const zero = WORD[0] as Int32Array;
  const fortyTwo = WORD[1] as Int32Array;
  const uuidZero = UUID[0] as Int32Array;
  const uuidFortyTwo = UUID[1] as Int32Array;

  /** 31 times what stands at `at`, plus a hash. Products of 32 bits by 31 are exact in a double. */
  function follow(at: number, low: number, high: number): void {
    const sum = ((state[at] as number) >>> 0) * 31 + (low >>> 0);
    state[at] = sum | 0;
    state[at + 1] = (Math.imul(state[at + 1] as number, 31) + ((sum / 0x100000000) | 0) + high) | 0;
  }

  /** Bob Jenkins' last mix. */
  function finish(at: number, a0: number, b0: number, c0: number): void {
    let c = ((c0 ^ b0) - ((b0 << 14) | (b0 >>> 18))) | 0;
    let a = ((a0 ^ c) - ((c << 11) | (c >>> 21))) | 0;
    let b = ((b0 ^ a) - ((a << 25) | (a >>> 7))) | 0;
    c = ((c ^ b) - ((b << 16) | (b >>> 16))) | 0;
    a = ((a ^ c) - ((c << 4) | (c >>> 28))) | 0;
    b = ((b ^ a) - ((a << 14) | (a >>> 18))) | 0;
    c = ((c ^ b) - ((b << 24) | (b >>> 8))) | 0;
    follow(at, c, b);
  }

  function word(value: number): void {
    finish(0, ((zero[0] as number) + value) | 0, zero[1] as number, zero[2] as number);
    finish(4, ((fortyTwo[0] as number) + value) | 0, fortyTwo[1] as number, fortyTwo[2] as number);
  }

  function fourWords(at: number, from: Int32Array, w0: number, w1: number, w2: number, w3: number): void {
    let a = ((from[0] as number) + w0) | 0;
    let b = ((from[1] as number) + w1) | 0;
    let c = ((from[2] as number) + w2) | 0;
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
    finish(at, (a + w3) | 0, b, c);
  }

  function addToSum(at: number): void {
    const low = ((state[at + 2] as number) >>> 0) + ((state[at] as number) >>> 0);
    state[at + 2] = low | 0;
    state[at + 3] = ((state[at + 3] as number) + (state[at + 1] as number) + (low > 0xffffffff ? 1 : 0)) | 0;
    state[at] = 0;
    state[at + 1] = 0;
  }

  return {
    null() {
      follow(0, 0, 0);
      follow(4, 0, 0);
    },
    word,
    words: (low, high) => word(low ^ (high >= 0 ? high : ~high)),
    uuid(first, second, third, fourth) {
      fourWords(0, uuidZero, first, second, third, fourth);
      fourWords(4, uuidFortyTwo, first, second, third, fourth);
    },
    bytes(bytes, from, to) {
      hashBoth(bytes, from, to, hash);
      follow(0, hash[0] as number, hash[1] as number);
      follow(4, hash[2] as number, hash[3] as number);
    },
    end() {
      addToSum(0);
      addToSum(4);
    },
    sums: () => [
      uint64ToDecimal(Uint32Array.from(state.subarray(2, 4))),
      uint64ToDecimal(Uint32Array.from(state.subarray(6, 8))),
    ],
  };
}
