/**
 * The first half of the transcoder: where in a line each column's value lies. Strict: a line is exactly what
 * `row_to_json` prints for the manifest's columns, every column once, in order, under its exact key, without
 * white space. That is the hostile file's only way in, so nothing is repaired here.
 */
import type { ManifestColumn } from "../../bundle/manifest.ts";
import { IN_STRING, JSON_UNESCAPES, QUOTED_IN_RECORD, QUOTES, STOPS } from "./byte-tables.ts";
import { codePointAt, escapeLength } from "./json-escapes.ts";

/** Flag of a span: the string holds escapes. QUOTES is the other. */
export const ESCAPED = 2;

/** What is wrong with a line, without its values. */
export type LineFault = "key" | "literal" | "string" | "encoding" | "control" | "escape" | "end";

/** Where a line's values lie, by column. */
export interface LineSpans {
  /** Start and end of the value (a string's without its quotes); start is -1 for null. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** ESCAPED, QUOTES. */
  readonly flags: Uint8Array;
}

export interface LineScanner extends LineSpans {
  /**
   * Scans the line that starts at `at`; the bytes must hold a newline at or after it, which ends every search.
   * Gives the place after the line's newline, or -1 with `fault` and `column` set.
   */
  scan(source: Uint8Array, at: number): number;
  /** After a fault: what, and in which column (the number of columns for the line's end). */
  readonly fault: LineFault;
  readonly column: number;
}

/** The bytes in front of each column's value: `{"a":`, then `,"b":`. */
export function keyPrefixes(names: readonly string[]): Buffer[] {
  // JSON.stringify escapes keys as Postgres' escape_json does.
  return names.map((name, i) => Buffer.from(`${i === 0 ? "{" : ","}${JSON.stringify(name)}:`));
}

/** int4 has at most ten digits. */
const MOST_DIGITS = 10;

/**
 * @param leading whether lines have more columns than these, which come first: what is behind them is not looked at, and
 *   must be scanned by somebody else before anything of it is believed
 * @param spans where it puts what it finds; its own when left out
 */
export function createLineScanner(
  columns: readonly Pick<ManifestColumn, "name" | "encoding">[],
  leading = false,
  { starts, ends, flags }: LineSpans = ownSpans(columns.length),
): LineScanner {
  const count = columns.length;
  const prefixes = keyPrefixes(columns.map((column) => column.name));
  const literal = Uint8Array.from(columns, (column) => (column.encoding === "literal" ? 1 : 0));
  let fault: LineFault = "end";
  let faulty = 0;

  function fail(kind: LineFault, column: number): -1 {
    fault = kind;
    faulty = column;
    return -1;
  }

  function scan(source: Uint8Array, start: number): number {
    let at = start;
    for (let column = 0; column < count; column++) {
      const prefix = prefixes[column] as Buffer;
      const length = prefix.length;
      for (let k = 0; k < length; k++) {
        if (source[at + k] !== prefix[k]) return fail("key", column);
      }
      at += length;
      const first = source[at] as number;
      if (first === 0x22) {
        if (literal[column] === 1) return fail("encoding", column);
        at = scanString(source, at + 1, column);
      } else {
        at = scanLiteral(source, at, first, column);
      }
      if (at < 0) return -1;
    }
    if (leading) return source[at] === 0x2c ? newlineAfter(source, at) + 1 : fail("end", count);
    if (source[at] !== 0x7d || source[at + 1] !== 0x0a) return fail("end", count);
    return at + 2;
  }

  function scanString(source: Uint8Array, start: number, column: number): number {
    let at = start;
    let seen = 0;
    for (;;) {
      let bits: number;
      do {
        bits = IN_STRING[source[at++] as number] as number;
        seen |= bits;
      } while (bits < STOPS);
      const stop = source[at - 1];
      if (stop === 0x22) break;
      if (stop !== 0x5c) return fail(stop === 0x0a ? "string" : "control", column);
      seen |= ESCAPED;
      const letter = source[at] as number;
      const plain = JSON_UNESCAPES[letter] as number;
      if (plain !== 0) {
        seen |= QUOTED_IN_RECORD[plain] as number;
        at++;
      } else {
        const codePoint = letter === 0x75 ? codePointAt(source, at + 1) : -1;
        if (codePoint < 0) return fail("escape", column);
        if (codePoint < 0x80) seen |= QUOTED_IN_RECORD[codePoint] as number;
        at += 1 + escapeLength(codePoint);
      }
    }
    starts[column] = start;
    ends[column] = at - 1;
    flags[column] = seen & (QUOTES | ESCAPED);
    return at;
  }

  function scanLiteral(source: Uint8Array, start: number, first: number, column: number): number {
    if (first === 0x6e) {
      if (source[start + 1] !== 0x75 || source[start + 2] !== 0x6c || source[start + 3] !== 0x6c) {
        return fail("literal", column);
      }
      starts[column] = -1;
      flags[column] = 0;
      return start + 4;
    }
    if (literal[column] === 0) return fail("encoding", column);
    const at = first === 0x74 || first === 0x66 ? endOfBoolean(source, start) : endOfInteger(source, start);
    if (at < 0) return fail("literal", column);
    starts[column] = start;
    ends[column] = at;
    flags[column] = 0;
    return at;
  }

  return {
    scan,
    starts,
    ends,
    flags,
    get fault() {
      return fault;
    },
    get column() {
      return faulty;
    },
  };
}

function ownSpans(count: number): LineSpans {
  return { starts: new Int32Array(count), ends: new Int32Array(count), flags: new Uint8Array(count) };
}

function endOfBoolean(source: Uint8Array, at: number): number {
  if (source[at] === 0x74) {
    return source[at + 1] === 0x72 && source[at + 2] === 0x75 && source[at + 3] === 0x65 ? at + 4 : -1;
  }
  return source[at + 1] === 0x61 &&
    source[at + 2] === 0x6c &&
    source[at + 3] === 0x73 &&
    source[at + 4] === 0x65
    ? at + 5
    : -1;
}

/** `-?digits` as an int4 prints: no leading zeros, no `-0`. */
function endOfInteger(source: Uint8Array, start: number): number {
  let at = source[start] === 0x2d ? start + 1 : start;
  const digits = at;
  while ((source[at] as number) >= 0x30 && (source[at] as number) <= 0x39) at++;
  const length = at - digits;
  if (length === 0 || length > MOST_DIGITS) return -1;
  if (source[digits] === 0x30 && (length > 1 || digits > start)) return -1;
  return at;
}

/** There is one: no value holds a newline as it is. */
function newlineAfter(source: Uint8Array, at: number): number {
  return source.indexOf(0x0a, at);
}
