/**
 * Reads a JSON document of a bundle. Its bytes must be the canonical form of what they say (RFC 8785), which
 * settles duplicate names, numbers that a reader would round, and white space: two readers cannot differ.
 */
import { isUtf8 } from "node:buffer";
import type { z } from "zod";
import { canonicalJson } from "../canonical/json.ts";
import { refused } from "./refused.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The document as the schema's value. Refuses `bundle-json` (no canonical JSON, or nested deeper than `depth`)
 * and `bundle-shape` (JSON of another shape), naming the document and the path in it, never a value.
 */
export function readCanonicalJson<Schema extends z.ZodType>(
  where: string,
  bytes: Buffer,
  schema: Schema,
  depth: number,
): z.infer<Schema> {
  if (deeperThan(bytes, depth)) throw refused("bundle-json", where, `Its JSON nests deeper than ${depth}.`);
  const value = parse(where, bytes);
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const path = issue && issue.path.length > 0 ? ` at ${issue.path.map(String).join(".")}` : "";
  throw refused("bundle-shape", where, `It is not of the shape that this version reads${path}.`);
}

function parse(where: string, bytes: Buffer): unknown {
  let value: unknown;
  let canonical: string;
  try {
    if (!isUtf8(bytes)) throw new TypeError("not UTF-8");
    value = JSON.parse(bytes.toString("utf8"));
    canonical = canonicalJson(value);
  } catch (cause) {
    // The parser's message quotes the text: it stays in the cause.
    throw refused("bundle-json", where, "It is no JSON that can be read exactly.", undefined, cause);
  }
  if (!Buffer.from(canonical, "utf8").equals(bytes)) {
    throw refused("bundle-json", where, "Its JSON is not in canonical form (RFC 8785).");
  }
  return value;
}

/** Whether arrays and objects nest deeper than `depth`, without parsing: parsers differ in what depth they bear. */
function deeperThan(bytes: Buffer, depth: number): boolean {
  let level = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === QUOTE) {
      for (i++; i < bytes.length && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++level > depth) return true;
    } else if (byte === 0x5d || byte === 0x7d) level--;
  }
  return false;
}
