/**
 * Where in a sample of rows something stands that may be an id: a whole value, an element of an array, a place inside
 * json, a part of a text. Pure.
 */
import type { Column } from "../../catalog/catalog.ts";
import { isInteger, isJson, isText, isUuid } from "../../tenancy/column-types.ts";

/** One place of a column, and the distinct values that a sample has there. */
export interface Place {
  readonly column: string;
  /** Inside json: `$.items[*].ownerId`. */
  readonly path: string | null;
  /** Elements of an array. */
  readonly each: boolean;
  /** The id is a part of a longer text. */
  readonly inside: boolean;
  readonly values: Map<string, Surroundings[]>;
}

/** What stands around an id in a text that holds it; empty for whole values. */
export interface Surroundings {
  readonly before: string;
  readonly after: string;
}

/** More distinct values than this say nothing new. */
const MOST_VALUES = 200;
/** Of a json value deeper than this nobody writes a path. */
const MOST_DEPTH = 8;
const MOST_PLACES = 200;
/** So many texts with one id show what changes around it and what does not. */
const MOST_TEXTS = 4;

const WHOLE: Surroundings = { before: "", after: "" };
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** What an application makes of letters and digits: cuid, nanoid, ksuid, and with a prefix. */
const TOKEN = /[A-Za-z0-9][A-Za-z0-9_-]{9,63}/g;

export interface PlaceGatherer {
  /** @param text the value's text; of an array its json */
  add(column: Column, text: string): void;
  places(): Place[];
}

export function gatherPlaces(): PlaceGatherer {
  const places = new Map<string, Place>();
  const put = (
    column: string,
    value: string,
    {
      path = null,
      each = false,
      around = null,
    }: { path?: string | null; each?: boolean; around?: (() => Surroundings) | null } = {},
  ) => {
    // A path begins with a dollar, and a column's name is what is left.
    const name = `${each ? "[]" : ""}${around === null ? "" : "~"}${path ?? ""} ${column}`;
    let place = places.get(name);
    if (place === undefined) {
      if (places.size >= MOST_PLACES) return;
      place = { column, path, each, inside: around !== null, values: new Map() };
      places.set(name, place);
    }
    const texts = place.values.get(value);
    if (texts === undefined && place.values.size >= MOST_VALUES) return;
    // Only what is kept is cut out: most words of a text are none that is.
    if (texts === undefined) place.values.set(value, [around?.() ?? WHOLE]);
    else if (around !== null && texts.length < MOST_TEXTS) texts.push(around());
  };
  const walk = (column: string, value: unknown, path: string, depth: number) => {
    if (depth > MOST_DEPTH) return;
    if (Array.isArray(value)) for (const each of value) walk(column, each, `${path}[*]`, depth + 1);
    else if (typeof value === "object" && value !== null) {
      for (const [key, each] of Object.entries(value)) walk(column, each, path + step(key), depth + 1);
    } else if (typeof value === "string" && isLikeId(value)) put(column, value, { path });
    else if (typeof value === "number" && Number.isSafeInteger(value) && /id(?:\[\*\])?$/i.test(path))
      put(column, String(value), { path });
  };
  const seen = new Set<string>();
  return {
    add(column, text) {
      const type = column.elementType ?? column.baseType;
      if (column.elementType === null && (isUuid(type) || isInteger(type))) return put(column.name, text);
      // What was seen says nothing new, and taking it apart takes longest.
      const value = `${column.name} ${text}`;
      if (seen.has(value)) return;
      seen.add(value);
      if (isJson(column.baseType)) return walk(column.name, parsed(text), "$", 0);
      if (column.elementType !== null) {
        const list = parsed(text);
        for (const element of Array.isArray(list) ? list.flat(3) : [])
          if (element !== null) put(column.name, String(element), { each: true });
        return;
      }
      if (!isText(type)) return;
      put(column.name, text);
      for (const form of [UUID, TOKEN])
        for (const match of text.matchAll(form))
          if (match[0].length < text.length)
            put(column.name, match[0], {
              around: () => ({
                before: text.slice(0, match.index),
                after: text.slice(match.index + match[0].length),
              }),
            });
    },
    places: () => [...places.values()],
  };
}

function isLikeId(value: string): boolean {
  return value.length >= 10 && value.length <= 64 && /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(value);
}

function step(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? `.${key}` : `['${key.replaceAll(/['\\]/g, "\\$&")}']`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut off at the sample's length: what would be found in it others show too.
    return null;
  }
}

/**
 * A pattern for ids that stand inside of texts: the whole form where all begin alike, else what stands next to them
 * everywhere. Null where nothing does, so that no pattern would tell the id from its surroundings.
 */
export function patternOf(
  target: string,
  surroundings: readonly Surroundings[],
): { readonly pattern: string; readonly each: boolean } | null {
  const literal = (text: string) => (/[{}*]/.test(text) ? null : text);
  const [first] = surroundings;
  if (first === undefined) return null;
  const begins = surroundings.every(({ before }) => before === first.before);
  const after = common(surroundings.map((each) => each.after));
  const ends = surroundings.every((each) => each.after === after);
  if (begins && first.before.length <= 40 && literal(first.before) !== null) {
    const tail = ends ? after : `${after.slice(0, 1)}*`;
    if (literal(tail.replace(/\*$/, "")) !== null && (tail === "" || /^[^A-Za-z0-9_-]/.test(tail)))
      return { pattern: `${first.before}{${target}}${tail}`, each: false };
  }
  const before = reversed(common(surroundings.map((each) => reversed(each.before)))).slice(-20);
  const next = after.slice(0, 20);
  if (before === "" || literal(before) === null || literal(next) === null) return null;
  return { pattern: `${before}{${target}}${next}`, each: true };
}

function common(texts: readonly string[]): string {
  return texts.reduce((left, right) => {
    let at = 0;
    while (at < left.length && left[at] === right[at]) at++;
    return left.slice(0, at);
  });
}

function reversed(text: string): string {
  return [...text].reverse().join("");
}
