/**
 * Postgres' own 64-bit hash of bytes, `hashtextextended(text, seed)` under a deterministic collation, so that
 * a digest computed while bytes pass through Node can be asked of the server in SQL and compared.
 *
 * The algorithm is Bob Jenkins' lookup3 with Postgres' initial value and its seeding, as
 * `hash_bytes_extended` (src/common/hashfn.c) runs it on a little-endian machine. The result does not depend
 * on the machine that runs this code.
 *
 * The server gives a signed bigint. Sums here are unsigned and modulo 2^64; in SQL that is
 * `(sum(hashtextextended(x, 0)) % 18446744073709551616 + 18446744073709551616) % 18446744073709551616`
 * (sum over bigint is numeric: it cannot overflow).
 */

/** 0x9e3779b9 (the golden ratio) plus Postgres' addition of 3923095. */
export const INITIAL = 0x9e3779b9 + 3923095;

/** Bytes of a round of the mix. */
const ROUND = 12;

interface Viewed {
  buffer: Uint8Array;
  view: DataView;
}

const NOTHING = new Uint8Array();
let last: Viewed = { buffer: NOTHING, view: new DataView(NOTHING.buffer) };
let before: Viewed = { buffer: NOTHING, view: new DataView(NOTHING.buffer) };

/**
 * Unaligned word loads need a DataView; callers hash many pieces of one buffer, or of two in turn (what is read and
 * what is written), so those two are kept.
 */
export function viewOf(buffer: Uint8Array): DataView {
  if (last.buffer !== buffer) {
    const other = before;
    before = last;
    last = other;
    if (other.buffer !== buffer) {
      other.buffer = buffer;
      other.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    }
  }
  return last.view;
}

/**
 * Hashes `bytes[start, end)` as `hashtextextended` does. Allocates nothing; measured 1.5 GB/s on pieces of 40
 * bytes, 3 GB/s on long ones, so two seeds are simply two calls.
 *
 * @param seed an integer, 0 ≤ seed < 2^32
 * @param out receives [low 32 bits, high 32 bits]
 */
export function hashBytesExtended(
  bytes: Uint8Array,
  start: number,
  end: number,
  seed: number,
  out: Uint32Array,
): void {
  const words = viewOf(bytes);
  let left = end - start;
  let a = (INITIAL + left) | 0;
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
  let i = start;
  for (; left >= ROUND; left -= ROUND, i += ROUND) {
    a = (a + words.getInt32(i, true)) | 0;
    b = (b + words.getInt32(i + 4, true)) | 0;
    c = (c + words.getInt32(i + 8, true)) | 0;
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
  // The tail: up to 11 bytes; the lowest byte of c belongs to the length.
  if (i + ROUND <= bytes.length) {
    // Whole words are there to be read, and what does not belong to the tail is cut off.
    const w0 = words.getInt32(i, true);
    const w1 = words.getInt32(i + 4, true);
    a = (a + (left < 4 ? w0 & ((1 << (left << 3)) - 1) : w0)) | 0;
    if (left >= 4) b = (b + (left < 8 ? w1 & ((1 << ((left - 4) << 3)) - 1) : w1)) | 0;
    if (left >= 8) c = (c + ((words.getInt32(i + 8, true) & ((1 << ((left - 8) << 3)) - 1)) << 8)) | 0;
  } else {
    for (let k = left - 1; k >= 0; k--) {
      const byte = bytes[i + k] as number;
      if (k >= 8) c = (c + (byte << ((k - 7) << 3))) | 0;
      else if (k >= 4) b = (b + (byte << ((k - 4) << 3))) | 0;
      else a = (a + (byte << (k << 3))) | 0;
    }
  }
  c = ((c ^ b) - ((b << 14) | (b >>> 18))) | 0;
  a = ((a ^ c) - ((c << 11) | (c >>> 21))) | 0;
  b = ((b ^ a) - ((a << 25) | (a >>> 7))) | 0;
  c = ((c ^ b) - ((b << 16) | (b >>> 16))) | 0;
  a = ((a ^ c) - ((c << 4) | (c >>> 28))) | 0;
  b = ((b ^ a) - ((a << 14) | (a >>> 18))) | 0;
  c = ((c ^ b) - ((b << 24) | (b >>> 8))) | 0;
  out[0] = c;
  out[1] = b;
}

/** [low, high] as an unsigned decimal. */
export function uint64ToDecimal(value: Uint32Array): string {
  return ((BigInt(value[1] as number) << 32n) | BigInt(value[0] as number)).toString();
}
