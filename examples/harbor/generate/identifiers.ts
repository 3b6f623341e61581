/** Ids of every kind, each a function of (seed, stream, row). */
import { mix } from "./random.ts";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Eight hexadecimal digits. */
function hex32(value: number): string {
  return (
    (HEX[value >>> 24] as string) +
    (HEX[(value >>> 16) & 255] as string) +
    (HEX[(value >>> 8) & 255] as string) +
    (HEX[value & 255] as string)
  );
}

/**
 * The seed of an id's second half. `mix` goes through 32 bits, in which two tenants' ids would meet by chance as soon
 * as each has some ten thousand of a kind; two halves that have nothing to do with each other make it 64.
 */
function secondSeed(seed: number): number {
  return mix(seed, 0, 0);
}

/** A random uuid (RFC 9562, version 4). */
export function uuidV4(seed: number, stream: number, row: number): string {
  const b = mix(seed, stream, row, 101);
  const second = secondSeed(seed);
  const c = mix(second, stream, row, 102);
  return layOut(
    hex32(mix(seed, stream, row, 100)),
    hex32((b & 0xffff0fff) | 0x4000),
    hex32((c & 0x3fffffff) | 0x80000000),
    hex32(mix(second, stream, row, 103)),
  );
}

/** A uuid that sorts by time (RFC 9562, version 7); `time` in milliseconds since 1970. */
export function uuidV7(seed: number, stream: number, row: number, time: number): string {
  const low = time % 0x10000;
  const b = (low << 16) | 0x7000 | (mix(seed, stream, row, 101) & 0xfff);
  const second = secondSeed(seed);
  const c = mix(second, stream, row, 102);
  return layOut(
    hex32(Math.floor(time / 0x10000)),
    hex32(b),
    hex32((c & 0x3fffffff) | 0x80000000),
    hex32(mix(second, stream, row, 103)),
  );
}

function layOut(a: string, b: string, c: string, d: string): string {
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`;
}

/** Text of digits and letters, as the application makes its own ids and tokens. */
export function base62(seed: number, stream: number, row: number, length: number): string {
  const seeds = [seed, secondSeed(seed)] as const;
  let text = "";
  for (let i = 0; i < length; i++) text += BASE62[mix(seeds[(i & 1) as 0 | 1], stream, row, 200 + i) % 62];
  return text;
}

/** Lower-case hexadecimal digits of so many bytes, rounded up to a multiple of four. */
export function hexBytes(seed: number, stream: number, row: number, bytes: number): string {
  let text = "";
  for (let i = 0; i < bytes; i += 4) text += hex32(mix(seed, stream, row, 300 + i));
  return text;
}
