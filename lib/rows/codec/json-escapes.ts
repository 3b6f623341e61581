/** The `\u` escapes of JSON strings (RFC 8259, 7), read from and written to bytes. */
import { HEX_VALUES } from "./byte-tables.ts";

/** Four hexadecimal digits at `at`, or -1. */
export function codeUnitAt(source: Uint8Array, at: number): number {
  const a = HEX_VALUES[source[at] as number] as number;
  const b = HEX_VALUES[source[at + 1] as number] as number;
  const c = HEX_VALUES[source[at + 2] as number] as number;
  const d = HEX_VALUES[source[at + 3] as number] as number;
  return (a | b | c | d) > 15 ? -1 : (a << 12) | (b << 8) | (c << 4) | d;
}

/**
 * The code point of the escape whose four digits start at `at`; the second half of a surrogate pair is read
 * along (see `escapeLength`). -1 where the digits are none, a half stands alone, or it is U+0000, which no
 * Postgres text can hold.
 */
export function codePointAt(source: Uint8Array, at: number): number {
  const unit = codeUnitAt(source, at);
  if (unit < 0xd800 || unit > 0xdfff) return unit === 0 ? -1 : unit;
  if (unit > 0xdbff || source[at + 4] !== 0x5c || source[at + 5] !== 0x75) return -1;
  const low = codeUnitAt(source, at + 6);
  if (low < 0xdc00 || low > 0xdfff) return -1;
  return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

/** How many bytes after `\u` the escape of this code point takes: 4, or 10 for a pair. */
export function escapeLength(codePoint: number): number {
  return codePoint > 0xffff ? 10 : 4;
}

/** Writes a code point as UTF-8 and gives the place after it. */
export function putCodePoint(codePoint: number, target: Uint8Array, at: number): number {
  if (codePoint < 0x80) {
    target[at] = codePoint;
    return at + 1;
  }
  if (codePoint < 0x800) {
    target[at] = 0xc0 | (codePoint >> 6);
    target[at + 1] = 0x80 | (codePoint & 63);
    return at + 2;
  }
  if (codePoint < 0x10000) {
    target[at] = 0xe0 | (codePoint >> 12);
    target[at + 1] = 0x80 | ((codePoint >> 6) & 63);
    target[at + 2] = 0x80 | (codePoint & 63);
    return at + 3;
  }
  target[at] = 0xf0 | (codePoint >> 18);
  target[at + 1] = 0x80 | ((codePoint >> 12) & 63);
  target[at + 2] = 0x80 | ((codePoint >> 6) & 63);
  target[at + 3] = 0x80 | (codePoint & 63);
  return at + 4;
}
