/**
 * COPY text into a bundle's lines: the one place that a row passes on its way out of a database, the transcoder
 * turned round. Bytes in, bytes out; the server writes every value by its output function and nothing more,
 * which costs it half of what `row_to_json` does.
 */
import type { ManifestColumn } from "../../bundle/manifest.ts";
import { HEX_DIGITS, JSON_ESCAPES } from "./byte-tables.ts";
import { keyPrefixes } from "./line-scanner.ts";
import type { RowPlaces } from "./row-places.ts";

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
/** `null` and `true` as words, the first letter in the lowest byte; `false` has one letter more. */
const NULL = 0x6c6c756e;
const TRUE = 0x65757274;
const FALS = 0x736c6166;
const E = 0x65;

/** What COPY's letter after a backslash stands for (PostgreSQL documentation, COPY, Text Format); 0 for no escape. */
const COPY_UNESCAPES = new Uint8Array(256);
for (const [letter, character] of ["b\b", "f\f", "n\n", "r\r", "t\t", "v\v", "\\\\"]) {
  COPY_UNESCAPES[(letter as string).charCodeAt(0)] = (character as string).charCodeAt(0);
}

/**
 * A writer for rows of these columns, in the order in which COPY gives them.
 *
 * @param places reads, and is told of, what stands in front of them: the rows' places, which no line carries
 */
export function createLineWriter(
  columns: readonly Pick<ManifestColumn, "name" | "encoding">[],
  places: RowPlaces | null = null,
): LineWriter {
  const count = columns.length;
  const literal = Uint8Array.from(columns, (column) => (column.encoding === "literal" ? 1 : 0));
  // What stands in front of a value, a text's quote with it, in whole words: what is too much is written over.
  const prefixes = keyPrefixes(columns.map((column) => column.name)).map((prefix, column) =>
    literal[column] === 1 ? prefix : Buffer.concat([prefix, Buffer.of(QUOTE)]),
  );
  const prefixLengths = Int32Array.from(prefixes, (prefix) => prefix.length);
  const prefixWords = prefixes.map(wordsOf);
  let read: DataView = new DataView(new ArrayBuffer(0));
  let readOf: Uint8Array | null = null;
  let lastWord = 0;
  let rowEnd = 0;

  /** Unaligned words take a view: of the memory behind the source too, whose bytes come after the last row's end. */
  function look(source: Uint8Array): void {
    if (readOf === source) return;
    readOf = source;
    read = new DataView(source.buffer, source.byteOffset);
    lastWord = read.byteLength - WORD;
  }

  /** One line; -1 where it would reach beyond the limit. Its row ends at `rowEnd`. */
  function putLine(
    source: Uint8Array,
    start: number,
    target: Uint8Array,
    begin: number,
    limit: number,
  ): number {
    const from = read;
    const into = write;
    const last = lastWord;
    const lastPair = last - WORD;
    let at = start;
    let to = begin;
    if (count === 0) {
      target[to++] = 0x7b;
      at++;
    }
    for (let column = 0; column < count; column++) {
      if (to > limit) return -1;
      const prefix = prefixWords[column] as Int32Array;
      for (let word = 0; word < prefix.length; word++)
        into.setInt32(to + word * WORD, prefix[word] as number, true);
      to += prefixLengths[column] as number;
      let byte = source[at] as number;
      if (byte === BACKSLASH && source[at + 1] === 0x4e) {
        if (literal[column] === 0) to--;
        into.setInt32(to, NULL, true);
        to += 4;
        at += 3;
      } else if (literal[column] === 1) {
        // Of integers the first byte is a digit or a minus.
        if (byte === 0x74) {
          into.setInt32(to, TRUE, true);
          to += 4;
          at += 2;
        } else if (byte === 0x66) {
          into.setInt32(to, FALS, true);
          target[to + 4] = E;
          to += 5;
          at += 2;
        } else {
          for (at++; byte !== TAB && byte !== NEWLINE; byte = source[at++] as number) target[to++] = byte;
        }
      } else {
        for (;;) {
          let word = 0;
          let special = 0;
          // Two words at once, of which both are written whatever is in them: a third less time than one by one.
          while (at <= lastPair) {
            word = from.getInt32(at, true);
            const next = from.getInt32(at + WORD, true);
            into.setInt32(to, word, true);
            into.setInt32(to + WORD, next, true);
            special = specialBytes(word);
            if (special !== 0) break;
            special = specialBytes(next);
            if (special !== 0) {
              word = next;
              at += WORD;
              to += WORD;
              break;
            }
            at += 2 * WORD;
            to += 2 * WORD;
            if (to > limit) return -1;
          }
          while (special === 0) {
            word = at <= last ? from.getInt32(at, true) : lastBytes(source, at);
            special = specialBytes(word);
            into.setInt32(to, word, true);
            if (special !== 0) break;
            at += WORD;
            to += WORD;
            if (to > limit) return -1;
          }
          const plain = (31 - Math.clz32(special & -special)) >> 3;
          at += plain + 1;
          to += plain;
          byte = (word >> (plain << 3)) & 0xff;
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

  let write: DataView = new DataView(new ArrayBuffer(0));
  let writeOf: Uint8Array | null = null;

  const writer = {
    at: 0,
    to: 0,
    rows: 0,
    write(source: Uint8Array, start: number, end: number, target: Uint8Array, begin: number, limit: number) {
      look(source);
      if (writeOf !== target) {
        writeOf = target;
        write = new DataView(target.buffer, target.byteOffset, target.byteLength);
      }
      let at = start;
      let to = begin;
      let rows = 0;
      while (at < end) {
        const row = places === null ? at : places.read(source, at);
        const next = putLine(source, row, target, to, limit);
        if (next === -1) break;
        places?.take();
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

const WORD = 4;

function wordsOf(bytes: Buffer): Int32Array {
  const padded = Buffer.alloc(Math.ceil(bytes.length / WORD) * WORD, bytes);
  padded.fill(0, bytes.length);
  return Int32Array.from({ length: padded.length / WORD }, (_, word) => padded.readInt32LE(word * WORD));
}

/** The bytes up to the source's end as a word; the row has ended before those that are missing. */
function lastBytes(source: Uint8Array, at: number): number {
  let word = 0;
  for (let byte = 0; at + byte < source.length; byte++) word |= (source[at + byte] as number) << (byte << 3);
  return word;
}

/**
 * The highest bit of each byte that ends a run of plain ones: of those that a JSON string does not hold as they are
 * (JSON_ESCAPES), and the backslash that begins COPY's escapes. Only the lowest one is sure: the ones above may have
 * been borrowed from.
 */
function specialBytes(word: number): number {
  const control = (word - 0x20202020) | 0;
  const quote = ((word ^ 0x22222222) - 0x01010101) | 0;
  const backslash = ((word ^ 0x5c5c5c5c) - 0x01010101) | 0;
  return (control | quote | backslash) & ~word & 0x80808080;
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
