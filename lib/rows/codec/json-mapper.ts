/**
 * The ids in a json value's text: strings and numbers at given paths are replaced, everything else stays byte
 * for byte, a json column's white space, key order and duplicate keys included (every duplicate is mapped).
 */
import { codePointAt, escapeLength } from "./json-escapes.ts";
import type { PathStep } from "./json-path.ts";
import { endOfString, endOfValue, endOfWord, skipSpace } from "./json-tokens.ts";
import { type IdMapper, MALFORMED, type Mapped } from "./malformed.ts";
import { createSplice, type Splice } from "./splice.ts";
import { putJson, unescapeJson } from "./value-text.ts";

export interface JsonRule {
  readonly path: readonly PathStep[];
  /** Sees a string unescaped and a number as it stands. null becomes json's null; a number stays a number. */
  readonly map: IdMapper;
}

/** How far a rule has come on the way to a value: the rule, and how many of its steps are done. */
interface Place {
  readonly rule: JsonRule;
  readonly done: number;
  /** Inside an array that a key has looked into: it looks into no second one. */
  readonly unwrapped: boolean;
}

const NULL = Buffer.from("null");

/** A mapper for one column's rules, in one pass. Where two rules meet at a value, the first that changes it wins. */
export function createJsonMapper(rules: readonly JsonRule[]): (text: Buffer) => Mapped {
  const start = rules.map((rule): Place => ({ rule, done: 0, unwrapped: false }));
  return (text) => {
    const splice = createSplice(text);
    const end = mapValue(text, skipSpace(text, 0), start, splice);
    if (end < 0 || skipSpace(text, end) !== text.length) return MALFORMED;
    return splice.finish();
  };
}

/** Maps the value at `at` and gives the place past it, or -1. Recurses only along the paths. */
function mapValue(text: Buffer, at: number, places: readonly Place[], splice: Splice): number {
  if (places.length === 0) return endOfValue(text, at);
  const first = text[at];
  if (first === 0x5b) return mapArray(text, at, places.flatMap(intoElements), splice);
  const self = places.map(pastEvery);
  if (first === 0x7b) return mapObject(text, at, self, splice);
  const end = first === 0x22 ? endOfString(text, at) : endOfWord(text, at);
  if (end < 0) return -1;
  const isString = first === 0x22;
  const isNumber = first === 0x2d || ((first as number) >= 0x30 && (first as number) <= 0x39);
  if (!isString && !isNumber) return end;
  const reached = self.filter((place) => place.done === place.rule.path.length);
  if (reached.length === 0) return end;
  const value = isString ? plainString(text, at + 1, end - 1) : text.subarray(at, end);
  if (value === null) return end;
  for (const { rule } of reached) {
    const mapped = rule.map(value);
    if (mapped === undefined) continue;
    const quoted = isString && mapped !== null;
    splice.replace(at, end, mapped === null ? 4 : 6 * mapped.length + 2, (target, to) =>
      quoted ? putQuoted(mapped, target, to) : to + (mapped ?? NULL).copy(target, to),
    );
    break;
  }
  return end;
}

/** An element is reached by `[*]`, or looked into by a key that stands before an array. */
function intoElements(place: Place): Place[] {
  const step = place.rule.path[place.done];
  if (step === undefined) return [];
  if (step === "every") return [{ rule: place.rule, done: place.done + 1, unwrapped: false }];
  return place.unwrapped ? [] : [{ ...place, unwrapped: true }];
}

/** What is no array is its own only element. */
function pastEvery(place: Place): Place {
  let { done } = place;
  while (place.rule.path[done] === "every") done++;
  return done === place.done ? place : { rule: place.rule, done, unwrapped: false };
}

function mapArray(text: Buffer, start: number, places: readonly Place[], splice: Splice): number {
  let at = skipSpace(text, start + 1);
  if (text[at] === 0x5d) return at + 1;
  for (;;) {
    at = mapValue(text, at, places, splice);
    if (at < 0) return -1;
    at = skipSpace(text, at);
    if (text[at] === 0x5d) return at + 1;
    if (text[at] !== 0x2c) return -1;
    at = skipSpace(text, at + 1);
  }
}

function mapObject(text: Buffer, start: number, places: readonly Place[], splice: Splice): number {
  let at = skipSpace(text, start + 1);
  if (text[at] === 0x7d) return at + 1;
  for (;;) {
    if (text[at] !== 0x22) return -1;
    const end = endOfString(text, at);
    if (end < 0) return -1;
    const key = plainString(text, at + 1, end - 1)?.toString("utf8");
    at = skipSpace(text, end);
    if (text[at] !== 0x3a) return -1;
    const inside = places.flatMap((place): Place[] => {
      const step = place.rule.path[place.done];
      const isKey = step !== undefined && step !== "every" && step.key === key;
      return isKey ? [{ rule: place.rule, done: place.done + 1, unwrapped: false }] : [];
    });
    at = mapValue(text, skipSpace(text, at + 1), inside, splice);
    if (at < 0) return -1;
    at = skipSpace(text, at);
    if (text[at] === 0x7d) return at + 1;
    if (text[at] !== 0x2c) return -1;
    at = skipSpace(text, at + 1);
  }
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
