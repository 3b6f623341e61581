/**
 * One text for one value: what is hashed, signed or compared is canonical JSON after RFC 8785 (JSON
 * Canonicalization Scheme). `JSON.stringify` already writes numbers and strings the way the RFC asks (it refers
 * to ECMAScript for both); what is left is the order of names and the refusal of what has no JSON form.
 */
import { createHash } from "node:crypto";

/**
 * The canonical JSON text of a plain value: no white space, names sorted by UTF-16 code units, properties that
 * are `undefined` left out as `JSON.stringify` does. A Map counts as an object with its keys as names.
 *
 * Throws a TypeError for what JSON cannot say exactly: NaN, infinities, bigint, functions, class instances, a
 * lone surrogate, `undefined` outside a property. Such a value in a hash is a bug.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "boolean":
      return String(value);
    case "string":
      if (!value.isWellFormed()) throw new TypeError("canonical JSON: a string holds a lone surrogate");
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw new TypeError(`canonical JSON: ${value} is no JSON number`);
      return JSON.stringify(value);
    case "object":
      return value === null ? "null" : container(value);
    default:
      throw new TypeError(`canonical JSON: ${typeof value} has no JSON form`);
  }
}

/** SHA-256 over the canonical JSON text in UTF-8, as 64 lower-case hex digits. */
export function canonicalHash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value), "utf8").digest("hex");
}

function container(value: object): string {
  if (Array.isArray(value)) return array(value);
  const members = value instanceof Map ? value : new Map(plainEntries(value));
  let text = "";
  for (const name of [...members.keys()].sort()) {
    const member: unknown = members.get(name);
    if (member === undefined) continue;
    text += `${text === "" ? "" : ","}${canonicalJson(name)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

function array(values: readonly unknown[]): string {
  let text = "";
  for (let at = 0; at < values.length; at++) text += `${at === 0 ? "" : ","}${canonicalJson(values[at])}`;
  return `[${text}]`;
}

function plainEntries(value: object): [string, unknown][] {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`canonical JSON: ${value.constructor?.name ?? "an object"} is no plain value`);
  }
  return Object.entries(value);
}
