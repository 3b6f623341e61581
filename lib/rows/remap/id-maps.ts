/** What maps an old id to the one that it has after the import, one map for each id source. */

import { createRepeats } from "../codec/repeats.ts";

export interface IdMap {
  /**
   * The id's text after the import, or null where it names no row that came along. The result may be a view that
   * is valid until the next call only.
   */
  map(old: Buffer): Buffer | null;
  /** An id that no row has, for what must not be NULL and names nothing; null where there is no such thing. */
  readonly nobody: Buffer | null;
}

/** Common rows and chosen keys: looked up, by the id's text. */
export function lookupMap(pairs: ReadonlyMap<string, string>, otherwise: IdMap | null = null): IdMap {
  const values = new Map([...pairs].map(([old, now]) => [old, Buffer.from(now)]));
  const repeats = createRepeats();
  let found: Buffer | undefined;
  return {
    map(old) {
      if (!repeats(old)) found = values.get(old.toString("utf8"));
      return found ?? otherwise?.map(old) ?? null;
    },
    nobody: otherwise?.nobody ?? null,
  };
}

/** Integers drawn from a sequence, by the stored map. */
export function integerIdMap(map: { get(old: number): number | null; readonly nobody: number }): IdMap {
  const text = Buffer.alloc(LONGEST_INTEGER);
  /** By length: a view for each of millions of ids would be the garbage of millions. */
  const views = Array.from({ length: LONGEST_INTEGER + 1 }, (_, length) => text.subarray(0, length));
  return {
    map(old) {
      const id = parseInteger(old);
      const fresh = id === null ? null : map.get(id);
      return fresh === null ? null : views[text.write(String(fresh), 0, "latin1")]!;
    },
    nobody: Buffer.from(String(map.nobody), "latin1"),
  };
}

/** Of a number below 2^53, with its sign. */
const LONGEST_INTEGER = 17;

const MINUS = 0x2d;
const ZERO = 0x30;
/** Digits that surely stay below 2^53. */
const SAFE_DIGITS = 15;

/** An integer's text as a number; null where it is none, or beyond what a number holds exactly. */
export function parseInteger(text: Buffer): number | null {
  const negative = text[0] === MINUS;
  const start = negative ? 1 : 0;
  if (text.length === start) return null;
  let value = 0;
  for (let at = start; at < text.length; at++) {
    const digit = text[at]! - ZERO;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  if (text.length - start > SAFE_DIGITS && !Number.isSafeInteger(value)) return null;
  return negative ? -value : value;
}
