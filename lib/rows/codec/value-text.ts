/**
 * The second half of the transcoder: a value's bytes into COPY text, into a field of a record's text, into a
 * JSON string, each from plain bytes (a transform's result) or straight from the escaped inside of a JSON string.
 * All write at `at` into a target with enough room and give the place after. Room needed: as much as the
 * source from JSON (a record's field: two more); from plain bytes 2× for COPY, 2× + 2 for a record, 6× for JSON.
 */
import { COPY_ESCAPES, HEX_DIGITS, JSON_ESCAPES, JSON_UNESCAPES, QUOTED_IN_RECORD } from "./byte-tables.ts";
import { codePointAt, escapeLength, putCodePoint } from "./json-escapes.ts";

/** From here on a native copy is cheaper than a loop over the bytes. */
const LONG = 64;

/** Copies `source[start, end)` as it is. */
export function putBytes(source: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const length = end - start;
  if (length >= LONG) source.copy(target, at, start, end);
  else for (let i = 0; i < length; i++) target[at + i] = source[start + i] as number;
  return at + length;
}

/** The inside of a JSON string as plain bytes. */
export function unescapeJson(source: Buffer, start: number, end: number, target: Buffer, at: number): number {
  let to = at;
  for (let i = start; i < end; ) {
    const byte = source[i++] as number;
    if (byte !== 0x5c) {
      target[to++] = byte;
      continue;
    }
    const letter = source[i++] as number;
    if (letter === 0x75) {
      const codePoint = codePointAt(source, i);
      i += escapeLength(codePoint);
      to = putCodePoint(codePoint, target, to);
    } else {
      target[to++] = JSON_UNESCAPES[letter] as number;
    }
  }
  return to;
}

/** Plain bytes as COPY text (PostgreSQL documentation, COPY, Text Format). */
export function putCopy(source: Buffer, start: number, end: number, target: Buffer, at: number): number {
  let to = at;
  for (let i = start; i < end; i++) {
    const byte = source[i] as number;
    const letter = COPY_ESCAPES[byte] as number;
    if (letter === 0) {
      target[to++] = byte;
    } else {
      target[to++] = 0x5c;
      target[to++] = letter;
    }
  }
  return to;
}

/** The inside of a JSON string as COPY text: most escapes are the same two bytes in both. */
export function putCopyFromJson(
  source: Buffer,
  start: number,
  end: number,
  target: Buffer,
  at: number,
): number {
  let to = at;
  for (let i = start; i < end; ) {
    const byte = source[i++] as number;
    if (byte !== 0x5c) {
      target[to++] = byte;
      continue;
    }
    const letter = source[i++] as number;
    if (letter === 0x22 || letter === 0x2f) {
      target[to++] = letter;
    } else if (letter !== 0x75) {
      target[to++] = 0x5c;
      target[to++] = letter;
    } else {
      const codePoint = codePointAt(source, i);
      i += escapeLength(codePoint);
      const short = codePoint < 0x80 ? (COPY_ESCAPES[codePoint] as number) : 0;
      if (short === 0) {
        to = putCodePoint(codePoint, target, to);
      } else {
        target[to++] = 0x5c;
        target[to++] = short;
      }
    }
  }
  return to;
}

/** Plain bytes as a field of a record's text: quoted only where record_out quotes. */
export function putRecord(source: Buffer, start: number, end: number, target: Buffer, at: number): number {
  let quoted = start === end ? 1 : 0;
  for (let i = start; i < end && quoted === 0; i++) quoted = QUOTED_IN_RECORD[source[i] as number] as number;
  if (quoted === 0) return putBytes(source, start, end, target, at);
  let to = at;
  target[to++] = 0x22;
  for (let i = start; i < end; i++) {
    const byte = source[i] as number;
    if (byte === 0x22 || byte === 0x5c) target[to++] = byte;
    target[to++] = byte;
  }
  target[to++] = 0x22;
  return to;
}

/** The inside of a JSON string, already inside a record field's quotes: `"` and `\` doubled. */
export function putRecordFromJson(
  source: Buffer,
  start: number,
  end: number,
  target: Buffer,
  at: number,
): number {
  let to = at;
  for (let i = start; i < end; ) {
    const byte = source[i++] as number;
    if (byte !== 0x5c) {
      target[to++] = byte;
      continue;
    }
    const letter = source[i++] as number;
    let codePoint = JSON_UNESCAPES[letter] as number;
    if (letter === 0x75) {
      codePoint = codePointAt(source, i);
      i += escapeLength(codePoint);
    }
    if (codePoint === 0x22 || codePoint === 0x5c) target[to++] = codePoint;
    to = putCodePoint(codePoint, target, to);
  }
  return to;
}

/** Plain bytes as the inside of a JSON string, escaped as Postgres' escape_json does. */
export function putJson(source: Buffer, start: number, end: number, target: Buffer, at: number): number {
  let to = at;
  for (let i = start; i < end; i++) {
    const byte = source[i] as number;
    const letter = JSON_ESCAPES[byte] as number;
    if (letter === 0) {
      target[to++] = byte;
      continue;
    }
    target[to++] = 0x5c;
    target[to++] = letter;
    if (letter === 0x75) {
      target[to++] = 0x30;
      target[to++] = 0x30;
      target[to++] = HEX_DIGITS[byte >> 4] as number;
      target[to++] = HEX_DIGITS[byte & 15] as number;
    }
  }
  return to;
}
