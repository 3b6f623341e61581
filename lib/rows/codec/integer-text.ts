/** Integers and bytes as Postgres prints them. */
import { HEX_VALUES } from "./byte-tables.ts";

const MINUS = 0x2d;

/** So many characters are a number that a double surely holds. */
export const EXACT_LENGTH = 15;

/** As near as a double comes to it; NaN where the text is no integer as Postgres prints it. */
export function integerAt(text: Uint8Array, start: number, end: number): number {
  const negative = text[start] === MINUS;
  const first = negative ? start + 1 : start;
  // "0" alone begins with one, and nothing is "-0".
  if (first === end || (text[first] === 0x30 && (end > first + 1 || negative))) return Number.NaN;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = (text[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

/** Values of the digits that Postgres prints; 4096 elsewhere, which stays visible when others are added. */
const LOWER_HEX = Uint16Array.from(HEX_VALUES, (value, byte) =>
  value > 15 || (byte > 0x40 && byte < 0x5b) ? 4096 : value,
);

/**
 * The bytes of `\x00ff` as bytea's output function prints them (`bytea_output = hex`), written at `at`; gives the
 * place after, or -1 where the text is something else.
 */
export function putHexBytes(
  text: Buffer,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): number {
  if (((end - start) & 1) === 1 || end - start < 2 || text[start] !== 0x5c || text[start + 1] !== 0x78)
    return -1;
  let to = at;
  let bad = 0;
  for (let from = start + 2; from < end; from += 2) {
    const high = LOWER_HEX[text[from] as number] as number;
    const byte = (high << 4) | (LOWER_HEX[text[from + 1] as number] as number);
    bad |= byte;
    target[to++] = byte;
  }
  return bad > 255 ? -1 : to;
}
