/** Where a value stands on the ways of a column's rules, worked out once: nothing is allocated for a row. */
import type { PathStep } from "./json-path.ts";
import type { IdMapper } from "./malformed.ts";

export interface JsonRule {
  readonly path: readonly PathStep[];
  /** Sees a string unescaped and a number as it stands. null becomes json's null; a number stays a number. */
  readonly map: IdMapper;
}

export interface Way {
  /** The mappers of rules that end here, for a string or a number. */
  readonly ends: readonly IdMapper[];
  /** On into an object's members; a key that is not among them leads nowhere. */
  readonly keys: readonly { readonly key: Buffer; readonly next: Way }[];
  /** On into an array's elements; null leads nowhere. */
  readonly elements: Way | null;
}

/** How far a rule has come: how many of its steps are done. */
interface Place {
  readonly rule: JsonRule;
  readonly done: number;
  /** Inside an array that a key has looked into: it looks into no second one. */
  readonly unwrapped: boolean;
}

/** The way at the outermost value. */
export function wayOf(rules: readonly JsonRule[]): Way {
  return wayAt(rules.map((rule) => ({ rule, done: 0, unwrapped: false })));
}

/** Ends: every step goes on in a path, but for the one look into an array. */
function wayAt(places: readonly Place[]): Way {
  const self = places.map(pastEvery);
  const keys = new Set(self.map(keyOf).filter((key) => key !== null));
  const elements = places.flatMap(intoElement);
  return {
    ends: self.filter(({ rule, done }) => done === rule.path.length).map(({ rule }) => rule.map),
    keys: [...keys].map((key) => ({
      key: Buffer.from(key),
      next: wayAt(self.filter((place) => keyOf(place) === key).map(onward)),
    })),
    elements: elements.length === 0 ? null : wayAt(elements),
  };
}

function keyOf({ rule, done }: Place): string | null {
  const step = rule.path[done];
  return step === undefined || step === "every" ? null : step.key;
}

function onward({ rule, done }: Place): Place {
  return { rule, done: done + 1, unwrapped: false };
}

/** An element is reached by `[*]`, or looked into by a key that stands before an array. */
function intoElement(place: Place): Place[] {
  const step = place.rule.path[place.done];
  if (step === undefined) return [];
  if (step === "every") return [onward(place)];
  return place.unwrapped ? [] : [{ ...place, unwrapped: true }];
}

/** What is no array is its own only element. */
function pastEvery(place: Place): Place {
  return place.rule.path[place.done] === "every" ? pastEvery(onward(place)) : place;
}
