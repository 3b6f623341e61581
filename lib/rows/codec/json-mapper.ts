/**
 * The ids in a json value's text: strings and numbers at given paths are replaced, everything else stays byte
 * for byte, a json column's white space, key order and duplicate keys included (every duplicate is mapped).
 */
import { codePointAt, escapeLength } from "./json-escapes.ts";
import { endOfString, endOfValue, endOfWord, skipSpace } from "./json-tokens.ts";
import { type JsonRule, type Way, wayOf } from "./json-way.ts";
import { type IdMapper, MALFORMED, type Mapped } from "./malformed.ts";
import { createSplice, type Splice } from "./splice.ts";
import { putJson, unescapeJson } from "./value-text.ts";

export type { JsonRule } from "./json-way.ts";

const NULL = Buffer.from("null");

/** A mapper for one column's rules, in one pass. Where two rules meet at a value, the first that changes it wins. */
export function createJsonMapper(rules: readonly JsonRule[]): (text: Buffer) => Mapped {
  const way = wayOf(rules);
  return (text) => {
    const splice = createSplice(text);
    const end = mapValue(text, skipSpace(text, 0), way, splice);
    if (end < 0 || skipSpace(text, end) !== text.length) return MALFORMED;
    return splice.finish();
  };
}

/** Maps the value at `at` and gives the place past it, or -1. Recurses only along the ways. */
function mapValue(text: Buffer, at: number, way: Way | null, splice: Splice): number {
  if (way === null) return endOfValue(text, at);
  const first = text[at];
  if (first === 0x5b) return way.elements === null ? endOfValue(text, at) : mapArray(text, at, way, splice);
  if (first === 0x7b) return way.keys.length === 0 ? endOfValue(text, at) : mapObject(text, at, way, splice);
  const end = first === 0x22 ? endOfString(text, at) : endOfWord(text, at);
  const isNumber = first === 0x2d || (first !== undefined && first >= 0x30 && first <= 0x39);
  if (end >= 0 && way.ends.length > 0 && (first === 0x22 || isNumber)) {
    mapScalar(text, at, end, way.ends, splice);
  }
  return end;
}

function mapScalar(
  text: Buffer,
  start: number,
  end: number,
  maps: readonly IdMapper[],
  splice: Splice,
): void {
  const isString = text[start] === 0x22;
  const value = isString ? plainString(text, start + 1, end - 1) : text.subarray(start, end);
  if (value === null) return;
  for (const map of maps) {
    const mapped = map(value);
    if (mapped === undefined) continue;
    splice.replace(start, end, mapped === null ? 4 : 6 * mapped.length + 2, (target, at) =>
      isString && mapped !== null ? putQuoted(mapped, target, at) : at + (mapped ?? NULL).copy(target, at),
    );
    return;
  }
}

function mapArray(text: Buffer, start: number, way: Way, splice: Splice): number {
  let at = skipSpace(text, start + 1);
  if (text[at] === 0x5d) return at + 1;
  for (;;) {
    at = mapValue(text, at, way.elements, splice);
    if (at < 0) return -1;
    at = skipSpace(text, at);
    if (text[at] === 0x5d) return at + 1;
    if (text[at] !== 0x2c) return -1;
    at = skipSpace(text, at + 1);
  }
}

function mapObject(text: Buffer, start: number, way: Way, splice: Splice): number {
  let at = skipSpace(text, start + 1);
  if (text[at] === 0x7d) return at + 1;
  for (;;) {
    if (text[at] !== 0x22) return -1;
    const end = endOfString(text, at);
    if (end < 0) return -1;
    const next = wayOn(text, at + 1, end - 1, way);
    at = skipSpace(text, end);
    if (text[at] !== 0x3a) return -1;
    at = mapValue(text, skipSpace(text, at + 1), next, splice);
    if (at < 0) return -1;
    at = skipSpace(text, at);
    if (text[at] === 0x7d) return at + 1;
    if (text[at] !== 0x2c) return -1;
    at = skipSpace(text, at + 1);
  }
}

/** The way on through the key whose inside lies at `text[start, end)`. */
function wayOn(text: Buffer, start: number, end: number, way: Way): Way | null {
  let escaped = false;
  for (let i = start; i < end && !escaped; i++) escaped = text[i] === 0x5c;
  const plain = escaped ? plainString(text, start, end) : null;
  if (escaped && plain === null) return null;
  for (const { key, next } of way.keys) {
    if (plain === null ? equalsAt(text, start, end, key) : key.equals(plain)) return next;
  }
  return null;
}

/** A string's inside unescaped; null where it holds what only json text may (U+0000, half a surrogate pair). */
function plainString(text: Buffer, start: number, end: number): Buffer | null {
  const inside = text.subarray(start, end);
  const first = inside.indexOf(0x5c);
  if (first < 0) return inside;
  for (let at = first; at < inside.length; at++) {
    if (inside[at] !== 0x5c) continue;
    at++;
    if (inside[at] !== 0x75) continue;
    const codePoint = codePointAt(inside, at + 1);
    if (codePoint < 0) return null;
    at += escapeLength(codePoint);
  }
  const plain = Buffer.allocUnsafe(inside.length);
  return plain.subarray(0, unescapeJson(inside, 0, inside.length, plain, 0));
}

function putQuoted(value: Buffer, target: Buffer, start: number): number {
  target[start] = 0x22;
  const at = putJson(value, 0, value.length, target, start + 1);
  target[at] = 0x22;
  return at + 1;
}

function equalsAt(text: Buffer, start: number, end: number, key: Buffer): boolean {
  if (end - start !== key.length) return false;
  for (let i = 0; i < key.length; i++) if (text[start + i] !== key[i]) return false;
  return true;
}
