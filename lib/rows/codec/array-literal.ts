/**
 * The ids in an array's text (PostgreSQL documentation, 8.15.6 Array Input and Output Syntax): any number of
 * dimensions, bounds in front, quoted elements. Only replaced elements are printed anew; the rest is untouched.
 */
import { type IdMapper, MALFORMED, type Mapped } from "./malformed.ts";
import { createSplice } from "./splice.ts";

const OPEN = 0x7b;
const CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** array_isspace: the six of ASCII, whatever the locale. */
function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

/**
 * Maps every element that is not NULL, as its plain text, in order.
 *
 * @param delimiter the element type's (`;` for box, else a comma)
 */
export function mapArrayLiteral(text: Buffer, map: IdMapper, delimiter = COMMA): Mapped {
  const body = bodyOf(text);
  if (body < 0) return MALFORMED;
  const splice = createSplice(text);
  let depth = 0;
  let at = body;
  do {
    while (isSpace(text[at])) at++;
    const byte = text[at];
    if (byte === undefined) return MALFORMED;
    if (byte === OPEN) {
      depth++;
      at++;
    } else if (byte === CLOSE) {
      depth--;
      at++;
    } else if (byte === delimiter) {
      at++;
    } else {
      const end = byte === QUOTE ? endOfQuoted(text, at) : endOfPlain(text, at, delimiter);
      if (end < 0) return MALFORMED;
      const element = byte === QUOTE ? unescaped(text, at + 1, end - 1) : plainElement(text, at, end);
      const mapped = element === null ? undefined : map(element);
      if (mapped !== undefined) {
        const room = mapped === null ? 4 : 2 * mapped.length + 2;
        splice.replace(at, end, room, (target, to) => putElement(mapped, target, to, delimiter));
      }
      at = end;
    }
  } while (depth > 0);
  while (isSpace(text[at])) at++;
  return at === text.length ? splice.finish() : MALFORMED;
}

/** Where the first brace stands, behind bounds such as `[0:1][-2:3]=`; -1 where there is none. */
function bodyOf(text: Buffer): number {
  let at = 0;
  while (isSpace(text[at])) at++;
  if (text[at] === 0x5b) {
    const equals = text.indexOf(0x3d, at);
    if (equals < 0 || !/^(\s*\[[-+\d:\s]+\])+\s*$/.test(text.toString("latin1", at, equals))) return -1;
    at = equals + 1;
    while (isSpace(text[at])) at++;
  }
  return text[at] === OPEN ? at : -1;
}

function endOfQuoted(text: Buffer, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === BACKSLASH) at++;
    else if (text[at] === QUOTE) return at + 1;
  }
  return -1;
}

/** An unquoted element ends in front of the white space that trails it. */
function endOfPlain(text: Buffer, start: number, delimiter: number): number {
  let end = start;
  for (let at = start; at < text.length; at++) {
    const byte = text[at];
    if (byte === delimiter || byte === CLOSE) return end;
    if (byte === QUOTE || byte === OPEN) return -1;
    if (byte === BACKSLASH) at++;
    if (byte === BACKSLASH || !isSpace(byte)) end = at + 1;
  }
  return -1;
}

/** Null for an unquoted NULL of any case. */
function plainElement(text: Buffer, start: number, end: number): Buffer | null {
  if (end - start === 4 && isNull(text.subarray(start, end))) return null;
  return unescaped(text, start, end);
}

function isNull(text: Buffer): boolean {
  return text.length === 4 && text.toString("latin1").toLowerCase() === "null";
}

function unescaped(text: Buffer, start: number, end: number): Buffer {
  const inside = text.subarray(start, end);
  if (!inside.includes(BACKSLASH)) return inside;
  const plain = Buffer.allocUnsafe(inside.length);
  let to = 0;
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === BACKSLASH) i++;
    plain[to++] = inside[i] as number;
  }
  return plain.subarray(0, to);
}

/** As array_out prints: quoted when empty, when it reads NULL, or for braces, quotes, delimiter, white space. */
function putElement(value: Buffer | null, target: Buffer, start: number, delimiter: number): number {
  if (value === null) return start + target.write("NULL", start, "latin1");
  let quoted = value.length === 0 || isNull(value);
  for (const byte of value) {
    quoted ||= byte === QUOTE || byte === BACKSLASH || byte === OPEN || byte === CLOSE || byte === delimiter;
    quoted ||= isSpace(byte);
  }
  if (!quoted) return start + value.copy(target, start);
  let at = start;
  target[at++] = QUOTE;
  for (const byte of value) {
    if (byte === QUOTE || byte === BACKSLASH) target[at++] = BACKSLASH;
    target[at++] = byte;
  }
  target[at++] = QUOTE;
  return at;
}
