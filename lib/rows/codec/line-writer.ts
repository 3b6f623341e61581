/**
 * COPY text into a bundle's lines: the one place that a row passes on its way out of a database, the transcoder
 * turned round. Bytes in, bytes out; the server writes every value by its output function and nothing more,
 * which costs it half of what `row_to_json` does.
 */
import type { ManifestColumn } from "../../bundle/manifest.ts";
import { HEX_DIGITS, JSON_ESCAPES } from "./byte-tables.ts";
import { keyPrefixes } from "./line-scanner.ts";

export interface LineWriter {
  /**
   * Writes the rows of `source[start, end)`, whole ones, as lines into `target` from `to` on, and stops before
   * the first whose line would reach beyond `limit`. The target has `LINE_MARGIN` bytes more than that.
   * What became of it stands in the fields below.
   */
  write(source: Uint8Array, start: number, end: number, target: Uint8Array, to: number, limit: number): void;
  /** Where the first row begins that was not written; the end where all were. */
  readonly at: number;
  /** The end of the last line written. */
  readonly to: number;
  /** How many were written. */
  readonly rows: number;
}

/** A column's name has at most 63 bytes, each of which an escape makes six; what stands around it, and a value's byte. */
export const LINE_MARGIN = 512;

const TAB = 0x09;
const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CLOSE = 0x7d;
const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const NULL = Buffer.from("null");

/** 1 for bytes that a JSON string does not hold as they are, and for the backslash that begins COPY's escapes. */
const SPECIAL = Uint8Array.from(JSON_ESCAPES, (letter) => (letter === 0 ? 0 : 1));

/** What COPY's letter after a backslash stands for (PostgreSQL documentation, COPY, Text Format); 0 for no escape. */
const COPY_UNESCAPES = new Uint8Array(256);
for (const [letter, character] of ["b\b", "f\f", "n\n", "r\r", "t\t", "v\v", "\\\\"]) {
  COPY_UNESCAPES[(letter as string).charCodeAt(0)] = (character as string).charCodeAt(0);
}

/** A writer for rows of these columns, in the order in which COPY gives them. */
export function createLineWriter(columns: readonly Pick<ManifestColumn, "name" | "encoding">[]): LineWriter {
  const count = columns.length;
  const literal = Uint8Array.from(columns, (column) => (column.encoding === "literal" ? 1 : 0));
  const prefixes = keyPrefixes(columns.map((column) => column.name));
  const prefixBytes = Buffer.concat(prefixes);
  const prefixEnds = new Int32Array(count);
  for (let column = 0, end = 0; column < count; column++) {
    end += (prefixes[column] as Buffer).length;
    prefixEnds[column] = end;
  }
  let rowEnd = 0;

  /** One line; -1 where it would reach beyond the limit. Its row ends at `rowEnd`. */
  function putLine(
    source: Uint8Array,
    start: number,
    target: Uint8Array,
    begin: number,
    limit: number,
  ): number {
    let at = start;
    let to = begin;
    let key = 0;
    if (count === 0) {
      target[to++] = 0x7b;
      at++;
    }
    for (let column = 0; column < count; column++) {
      if (to > limit) return -1;
      for (const end = prefixEnds[column] as number; key < end; key++)
        target[to++] = prefixBytes[key] as number;
      let byte = source[at] as number;
      if (byte === BACKSLASH && source[at + 1] === 0x4e) {
        to = putWord(NULL, target, to);
        at += 3;
      } else if (literal[column] === 1) {
        // Of integers the first byte is a digit or a minus.
        if (byte === 0x74 || byte === 0x66) {
          to = putWord(byte === 0x74 ? TRUE : FALSE, target, to);
          at += 2;
        } else {
          for (at++; byte !== TAB && byte !== NEWLINE; byte = source[at++] as number) target[to++] = byte;
        }
      } else {
        target[to++] = QUOTE;
        for (;;) {
          byte = source[at++] as number;
          if (SPECIAL[byte] === 0) {
            target[to++] = byte;
            if (to > limit) return -1;
            continue;
          }
          if (byte === TAB || byte === NEWLINE) break;
          if (byte === BACKSLASH) byte = COPY_UNESCAPES[source[at++] as number] as number;
          to = putEscape(byte, target, to);
          if (to > limit) return -1;
        }
        target[to++] = QUOTE;
      }
    }
    target[to++] = CLOSE;
    target[to++] = NEWLINE;
    rowEnd = at;
    return to > limit ? -1 : to;
  }

  const writer = {
    at: 0,
    to: 0,
    rows: 0,
    write(source: Uint8Array, start: number, end: number, target: Uint8Array, begin: number, limit: number) {
      let at = start;
      let to = begin;
      let rows = 0;
      while (at < end) {
        const next = putLine(source, at, target, to, limit);
        if (next === -1) break;
        at = rowEnd;
        to = next;
        rows++;
      }
      writer.at = at;
      writer.to = to;
      writer.rows = rows;
    },
  };
  return writer;
}

function putWord(word: Uint8Array, target: Uint8Array, at: number): number {
  for (let i = 0; i < word.length; i++) target[at + i] = word[i] as number;
  return at + word.length;
}

/** As Postgres' escape_json does: `\u00XX` for control characters without a letter. */
function putEscape(byte: number, target: Uint8Array, at: number): number {
  const letter = JSON_ESCAPES[byte] as number;
  target[at] = BACKSLASH;
  target[at + 1] = letter;
  if (letter !== 0x75) return at + 2;
  target[at + 2] = 0x30;
  target[at + 3] = 0x30;
  target[at + 4] = HEX_DIGITS[byte >> 4] as number;
  target[at + 5] = HEX_DIGITS[byte & 15] as number;
  return at + 6;
}
