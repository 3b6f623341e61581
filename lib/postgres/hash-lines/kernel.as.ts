/**
 * The hash of hash-bytes.ts for the seeds 0 and 42 over every line of a piece of memory, summed: WebAssembly, written in
 * AssemblyScript (its documentation, "Built-ins"). `npm run kernels` makes kernel.ts of it.
 *
 * Two lines are hashed at a time, each with both seeds: four lanes of a vector that do not know of each other. Lanes 0
 * and 2 have the seeds 0 and 42 of one line, lanes 1 and 3 of the other; whichever line comes to its end makes room for
 * the next one, so that lines of any lengths keep all lanes busy.
 */

/** Bytes that a call takes at the most. */
export const CAPACITY: i32 = 64 * 1024;
/** Vectors are read whole: so many bytes are looked at behind the last one, and what they are does not matter. */
const BEHIND: i32 = 16;

/** Where the bytes are put. */
export const BYTES: usize = memory.data(CAPACITY + BEHIND, 16);
/**
 * What came of them: the sums for the seeds 0 and 42, 64 bits each; then, 32 bits each, the length of the longest line,
 * and where the last whole one ends, its newline included.
 */
export const RESULT: usize = memory.data(24, 16);
/** Where each line ends: the place of its newline. */
const ENDS: usize = memory.data(4 * CAPACITY, 16);

/** Of 16 bytes from `ONES + 12 - n` the first n are ones. */
const ONES: usize = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

const NEWLINE: i8 = 0x0a;
const INITIAL: i32 = 0x9e3779b9 + 3923095;
const SEED: i32 = 42;
/** Bytes of a round of the mix. */
const ROUND: i32 = 12;
/** More rounds than any line has. */
const IDLE: i32 = i32.MAX_VALUE;

/** The other seed's state before the first byte, of the line that begins. */
let d: i32 = 0;
let e: i32 = 0;
let f: i32 = 0;

@inline
function begin(initial: i32): void {
  let a = initial;
  let b = initial + SEED;
  let c = initial;
  a = (a - c) ^ rotl(c, 4);
  c += b;
  b = (b - a) ^ rotl(a, 6);
  a += c;
  c = (c - b) ^ rotl(b, 8);
  b += a;
  a = (a - c) ^ rotl(c, 16);
  c += b;
  b = (b - a) ^ rotl(a, 19);
  a += c;
  c = (c - b) ^ rotl(b, 4);
  b += a;
  d = a;
  e = b;
  f = c;
}

@inline
function rotate(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits));
}

/** (x - y) ^ (y rotated by so many bits): a step of the mix. */
@inline
function mixed(x: v128, y: v128, bits: i32): v128 {
  return v128.xor(i32x4.sub(x, y), rotate(y, bits));
}

/** (x ^ y) - (y rotated by so many bits): a step of the end. */
@inline
function ended(x: v128, y: v128, bits: i32): v128 {
  return i32x4.sub(v128.xor(x, y), rotate(y, bits));
}

/** Both hashes of a line, of which `left` bytes behind its last whole round are at `tail`. */
@inline
function hashes(a: v128, b: v128, c: v128, tail: usize, left: i32, second: bool): v128 {
  const words = v128.and(v128.load(tail), v128.load(ONES + ROUND - left));
  a = i32x4.add(a, i32x4.shuffle(words, words, 0, 0, 0, 0));
  b = i32x4.add(b, i32x4.shuffle(words, words, 1, 1, 1, 1));
  // The lowest byte of c belongs to the length.
  c = i32x4.add(c, i32x4.shl(i32x4.shuffle(words, words, 2, 2, 2, 2), 8));
  c = ended(c, b, 14);
  a = ended(a, c, 11);
  b = ended(b, a, 25);
  c = ended(c, b, 16);
  a = ended(a, c, 4);
  b = ended(b, a, 14);
  c = ended(c, b, 24);
  return second ? i32x4.shuffle(c, b, 1, 5, 3, 7) : i32x4.shuffle(c, b, 0, 4, 2, 6);
}

function findEnds(length: i32): i32 {
  const newlines = i8x16.splat(NEWLINE);
  let count: i32 = 0;
  for (let at: i32 = 0; at < length; at += 16) {
    let found = i8x16.bitmask(i8x16.eq(v128.load(BYTES + at), newlines));
    if (length - at < 16) found &= (1 << (length - at)) - 1;
    for (; found != 0; found &= found - 1) {
      store<i32>(ENDS + (count << 2), at + ctz(found));
      count++;
    }
  }
  return count;
}

/** Hashes all whole lines of the first `length` bytes, without their newlines, and gives how many there were. */
export function hashLines(length: i32): i32 {
  const count = findEnds(length);
  let longest: i32 = 0;
  let sums = v128.splat<i64>(0);
  let a = v128.splat<i32>(0);
  let b = a;
  let c = a;
  // Of each of both lines: where its next round is, how many there are, and the bytes behind them; no line: -1 bytes.
  let at0: usize = BYTES;
  let rounds0: i32 = 0;
  let left0: i32 = -1;
  let at1: usize = BYTES;
  let rounds1: i32 = 0;
  let left1: i32 = -1;
  let next: i32 = 0;
  let start: i32 = 0;
  for (;;) {
    while (rounds0 == 0) {
      if (left0 >= 0) sums = i64x2.add(sums, hashes(a, b, c, at0, left0, false));
      at0 = BYTES + start;
      if (next == count) {
        rounds0 = IDLE;
        left0 = -1;
        break;
      }
      const size = load<i32>(ENDS + (next++ << 2)) - start;
      start += size + 1;
      longest = max(longest, size);
      rounds0 = size / ROUND;
      left0 = size - rounds0 * ROUND;
      begin(INITIAL + size);
      a = i32x4.replace_lane(i32x4.replace_lane(a, 0, INITIAL + size), 2, d);
      b = i32x4.replace_lane(i32x4.replace_lane(b, 0, INITIAL + size), 2, e);
      c = i32x4.replace_lane(i32x4.replace_lane(c, 0, INITIAL + size), 2, f);
    }
    while (rounds1 == 0) {
      if (left1 >= 0) sums = i64x2.add(sums, hashes(a, b, c, at1, left1, true));
      at1 = BYTES + start;
      if (next == count) {
        rounds1 = IDLE;
        left1 = -1;
        break;
      }
      const size = load<i32>(ENDS + (next++ << 2)) - start;
      start += size + 1;
      longest = max(longest, size);
      rounds1 = size / ROUND;
      left1 = size - rounds1 * ROUND;
      begin(INITIAL + size);
      a = i32x4.replace_lane(i32x4.replace_lane(a, 1, INITIAL + size), 3, d);
      b = i32x4.replace_lane(i32x4.replace_lane(b, 1, INITIAL + size), 3, e);
      c = i32x4.replace_lane(i32x4.replace_lane(c, 1, INITIAL + size), 3, f);
    }
    if (left0 < 0 && left1 < 0) break;
    const rounds = min(rounds0, rounds1);
    rounds0 -= rounds;
    rounds1 -= rounds;
    for (let round: i32 = 0; round < rounds; round++) {
      const words0 = v128.load(at0);
      const words1 = v128.load(at1);
      at0 += ROUND;
      at1 += ROUND;
      const low = i32x4.shuffle(words0, words1, 0, 4, 1, 5);
      const high = i32x4.shuffle(words0, words1, 2, 6, 3, 7);
      a = i32x4.add(a, i32x4.shuffle(low, low, 0, 1, 0, 1));
      b = i32x4.add(b, i32x4.shuffle(low, low, 2, 3, 2, 3));
      c = i32x4.add(c, i32x4.shuffle(high, high, 0, 1, 0, 1));
      a = mixed(a, c, 4);
      c = i32x4.add(c, b);
      b = mixed(b, a, 6);
      a = i32x4.add(a, c);
      c = mixed(c, b, 8);
      b = i32x4.add(b, a);
      a = mixed(a, c, 16);
      c = i32x4.add(c, b);
      b = mixed(b, a, 19);
      a = i32x4.add(a, c);
      c = mixed(c, b, 4);
      b = i32x4.add(b, a);
    }
  }
  v128.store(RESULT, sums);
  store<i32>(RESULT, longest, 16);
  store<i32>(RESULT, start, 20);
  return count;
}
