/** Ids as they stand inside other values, where the platform file says that they do: arrays, json, texts. Pure. */
import { isJson } from "../../tenancy/column-types.ts";
import { placeholderOf, splitPattern } from "../../tenancy/pattern-parts.ts";
import { type PathStep, parseJsonPath } from "../codec/json-path.ts";

/** `{"a","b"}`: an id's quotes and backslashes are escaped as JSON escapes them. */
export function arrayOf(...values: readonly string[]): string {
  return `{${values.map((value) => JSON.stringify(value)).join(",")}}`;
}

export interface Placed {
  /** As the platform file writes it: `$.items[*].projectId`. */
  readonly path: string;
  readonly value: string | number;
}

/** One document that holds each of them where its path leads to. */
export function documentWith(places: readonly Placed[]): string {
  let document: unknown = {};
  for (const { path, value } of places) document = put(document, parseJsonPath(path) ?? [], value);
  return JSON.stringify(document);
}

function put(node: unknown, [step, ...rest]: readonly PathStep[], value: unknown): unknown {
  if (step === undefined) return value;
  if (step === "every") {
    const [first, ...more] = Array.isArray(node) ? node : [undefined];
    return [put(first, rest, value), ...more];
  }
  const object = typeof node === "object" && node !== null && !Array.isArray(node) ? node : {};
  return { ...object, [step.key]: put((object as Record<string, unknown>)[step.key], rest, value) };
}

/**
 * A text of the pattern's form. In a json column it stands as it is where that can be part of a document, else in a
 * string of one.
 *
 * @param idOf the id for a placeholder's column, as the pattern writes it
 * @param baseType of the column: `pg_catalog.jsonb`
 * @returns null where json can hold no such text
 */
export function textOf(
  pattern: string,
  idOf: (column: string) => string | null,
  { baseType, isArray }: { readonly baseType: string; readonly isArray: boolean },
): string | null {
  let text = "";
  for (const part of splitPattern(pattern)) {
    const column = placeholderOf(part);
    const written = part === "*" ? "made" : column === null ? part : idOf(column);
    if (written === null) return null;
    text += written;
  }
  if (isArray) return arrayOf(text);
  if (!isJson(baseType)) return text;
  return [`{${text}}`, text, JSON.stringify({ text })].find(isDocument) ?? null;
}

/** A number alone would be one, and is not what a pattern's author has before him. */
function isDocument(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
