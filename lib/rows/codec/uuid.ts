/**
 * UUIDs between their text and their 16 bytes (PostgreSQL documentation, 8.12 UUID Type). A uuid column prints
 * lower case with hyphens; uuids that an application keeps in text, json or keys may have another form, and a
 * new one is printed in the old one's.
 */
import { HEX_VALUES } from "./byte-tables.ts";

/** How a uuid is written: bits of HYPHENS and UPPER. */
export type UuidForm = number;
export const HYPHENS = 1;
export const UPPER = 2;
/** As Postgres' uuid_out prints. */
export const CANONICAL: UuidForm = HYPHENS;

/**
 * Reads `text[start, end)`: 36 characters with hyphens at their places, or 32 without; letters of one case.
 * Gives the form and fills `into` (16 bytes), or gives -1 where this is no uuid.
 */
export function parseUuid(text: Uint8Array, start: number, end: number, into: Uint8Array): UuidForm | -1 {
  const length = end - start;
  if (length !== 36 && length !== 32) return -1;
  const hyphens = length === 36;
  let at = start;
  let bad = 0;
  let lower = 0;
  let upper = 0;
  for (let i = 0; i < 16; i++) {
    if (hyphens && (i === 4 || i === 6 || i === 8 || i === 10)) {
      if (text[at] !== 0x2d) return -1;
      at++;
    }
    const first = text[at++] as number;
    const second = text[at++] as number;
    const high = HEX_VALUES[first] as number;
    const low = HEX_VALUES[second] as number;
    bad |= high | low;
    // Bit 6 stands in letters, bit 5 in lower-case ones only.
    lower |= (first & (first << 1)) | (second & (second << 1));
    upper |= (first & ~(first << 1)) | (second & ~(second << 1));
    into[i] = (high << 4) | low;
  }
  if (bad > 15) return -1;
  const isUpper = (upper & 0x40) !== 0;
  if (isUpper && (lower & 0x40) !== 0) return -1;
  return (hyphens ? HYPHENS : 0) | (isUpper ? UPPER : 0);
}

/** The canonical text that was printed last, for a buffer of its own, and its 16 bytes. */
let printed: Uint8Array | null = null;
let printedBytes: Uint8Array | null = null;

/**
 * As `putUuid` in the canonical form, into a buffer that holds nothing else: whoever reads it before the next is printed
 * (`printedUuid`) need not parse what was bytes a moment ago.
 *
 * @param bytes not changed before the next is printed
 */
export function printUuid(bytes: Uint8Array, text: Uint8Array): void {
  putUuid(bytes, CANONICAL, text, 0);
  printed = text;
  printedBytes = bytes;
}

/** The bytes of a text that was the last to be printed; null for any other. */
export function printedUuid(text: Uint8Array): Uint8Array | null {
  return text === printed ? printedBytes : null;
}

const LOWER_DIGITS = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));
const UPPER_DIGITS = Uint8Array.from("0123456789ABCDEF", (digit) => digit.charCodeAt(0));

/** Writes 16 bytes as text in the given form and gives the place after: 36 bytes, or 32 without hyphens. */
export function putUuid(bytes: Uint8Array, form: UuidForm, target: Uint8Array, at: number): number {
  const digits = (form & UPPER) !== 0 ? UPPER_DIGITS : LOWER_DIGITS;
  const hyphens = (form & HYPHENS) !== 0;
  let to = at;
  for (let i = 0; i < 16; i++) {
    if (hyphens && (i === 4 || i === 6 || i === 8 || i === 10)) target[to++] = 0x2d;
    const byte = bytes[i] as number;
    target[to++] = digits[byte >> 4] as number;
    target[to++] = digits[byte & 15] as number;
  }
  return to;
}

/** The version digit: 4 for random, 7 for time-ordered ones (RFC 9562, 4.2). */
export function uuidVersion(bytes: Uint8Array): number {
  return (bytes[6] as number) >> 4;
}
