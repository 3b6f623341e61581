/**
 * `hashBytesExtended` for the seeds 0 and 42 at once. Every step of the hash waits for the one before; two that do not
 * know of each other keep the processor busy, and the words are loaded once.
 */
import { INITIAL, viewOf } from "./hash-bytes.ts";

const SEED = 42;
/** Bytes of a round of the mix. */
const ROUND = 12;

/** Words of the tail that lies at `at`, behind which no further round does; `lastWords` leaves them here. */
let tail0 = 0;
let tail1 = 0;
let tail2 = 0;

/**
 * Up to 11 bytes as three words, zeros behind them. Whole words are read where the buffer has them, and what does not
 * belong to the tail is cut off.
 */
function lastWords(bytes: Uint8Array, words: DataView, at: number, left: number): void {
  if (at + ROUND <= bytes.length) {
    const w0 = words.getInt32(at, true);
    const w1 = words.getInt32(at + 4, true);
    tail0 = left < 4 ? w0 & ((1 << (left << 3)) - 1) : w0;
    tail1 = left < 4 ? 0 : left < 8 ? w1 & ((1 << ((left - 4) << 3)) - 1) : w1;
    tail2 = left < 8 ? 0 : words.getInt32(at + 8, true) & ((1 << ((left - 8) << 3)) - 1);
    return;
  }
  tail0 = 0;
  tail1 = 0;
  tail2 = 0;
  for (let k = left - 1; k >= 0; k--) {
    const byte = bytes[at + k] as number;
    if (k >= 8) tail2 |= byte << ((k - 8) << 3);
    else if (k >= 4) tail1 |= byte << ((k - 4) << 3);
    else tail0 |= byte << (k << 3);
  }
}

/**
 * Hashes `bytes[start, end)` as `hashtextextended` does. Allocates nothing.
 *
 * @param out receives [low 32 bits, high 32 bits] for the seed 0, then for 42
 */
export function hashBoth(bytes: Uint8Array, start: number, end: number, out: Int32Array): void {
  const words = viewOf(bytes);
  let left = end - start;
  let a = (INITIAL + left) | 0;
  let b = a;
  let c = a;
  // The other seed is mixed in before the first byte: a, b and c are equal still.
  let d = (c << 4) | (c >>> 28);
  let f = (c + c + SEED) | 0;
  let e = (c + SEED - d) ^ ((d << 6) | (d >>> 26));
  d = (d + f) | 0;
  f = (f - e) ^ ((e << 8) | (e >>> 24));
  e = (e + d) | 0;
  d = (d - f) ^ ((f << 16) | (f >>> 16));
  f = (f + e) | 0;
  e = (e - d) ^ ((d << 19) | (d >>> 13));
  d = (d + f) | 0;
  f = (f - e) ^ ((e << 4) | (e >>> 28));
  e = (e + d) | 0;
  let i = start;
  for (; left >= ROUND; left -= ROUND, i += ROUND) {
    const w0 = words.getInt32(i, true);
    const w1 = words.getInt32(i + 4, true);
    const w2 = words.getInt32(i + 8, true);
    a = (a + w0) | 0;
    d = (d + w0) | 0;
    b = (b + w1) | 0;
    e = (e + w1) | 0;
    c = (c + w2) | 0;
    f = (f + w2) | 0;
    a = (a - c) ^ ((c << 4) | (c >>> 28));
    d = (d - f) ^ ((f << 4) | (f >>> 28));
    c = (c + b) | 0;
    f = (f + e) | 0;
    b = (b - a) ^ ((a << 6) | (a >>> 26));
    e = (e - d) ^ ((d << 6) | (d >>> 26));
    a = (a + c) | 0;
    d = (d + f) | 0;
    c = (c - b) ^ ((b << 8) | (b >>> 24));
    f = (f - e) ^ ((e << 8) | (e >>> 24));
    b = (b + a) | 0;
    e = (e + d) | 0;
    a = (a - c) ^ ((c << 16) | (c >>> 16));
    d = (d - f) ^ ((f << 16) | (f >>> 16));
    c = (c + b) | 0;
    f = (f + e) | 0;
    b = (b - a) ^ ((a << 19) | (a >>> 13));
    e = (e - d) ^ ((d << 19) | (d >>> 13));
    a = (a + c) | 0;
    d = (d + f) | 0;
    c = (c - b) ^ ((b << 4) | (b >>> 28));
    f = (f - e) ^ ((e << 4) | (e >>> 28));
    b = (b + a) | 0;
    e = (e + d) | 0;
  }
  lastWords(bytes, words, i, left);
  a = (a + tail0) | 0;
  d = (d + tail0) | 0;
  b = (b + tail1) | 0;
  e = (e + tail1) | 0;
  // The lowest byte of c belongs to the length.
  c = (c + (tail2 << 8)) | 0;
  f = (f + (tail2 << 8)) | 0;
  c = ((c ^ b) - ((b << 14) | (b >>> 18))) | 0;
  f = ((f ^ e) - ((e << 14) | (e >>> 18))) | 0;
  a = ((a ^ c) - ((c << 11) | (c >>> 21))) | 0;
  d = ((d ^ f) - ((f << 11) | (f >>> 21))) | 0;
  b = ((b ^ a) - ((a << 25) | (a >>> 7))) | 0;
  e = ((e ^ d) - ((d << 25) | (d >>> 7))) | 0;
  c = ((c ^ b) - ((b << 16) | (b >>> 16))) | 0;
  f = ((f ^ e) - ((e << 16) | (e >>> 16))) | 0;
  a = ((a ^ c) - ((c << 4) | (c >>> 28))) | 0;
  d = ((d ^ f) - ((f << 4) | (f >>> 28))) | 0;
  b = ((b ^ a) - ((a << 14) | (a >>> 18))) | 0;
  e = ((e ^ d) - ((d << 14) | (d >>> 18))) | 0;
  c = ((c ^ b) - ((b << 24) | (b >>> 8))) | 0;
  f = ((f ^ e) - ((e << 24) | (e >>> 8))) | 0;
  out[0] = c;
  out[1] = b;
  out[2] = f;
  out[3] = e;
}
