/**
 * Reads a JSON document of a bundle. Its bytes must be the canonical form of what they say (RFC 8785), which
 * settles duplicate names, numbers that a reader would round, and white space: two readers cannot differ.
 */
import { isUtf8 } from "node:buffer";
import type { z } from "zod";
import { canonicalJson } from "../canonical/json.ts";
import type { BundleLimits } from "./limits.ts";
import { refused } from "./refused.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** How deep it may nest, and how many values it may hold. */
export type JsonLimits = Pick<BundleLimits, "jsonDepth" | "jsonValues">;

/**
 * The document as the schema's value. Refuses `bundle-json` (no canonical JSON, or beyond the limits)
 * and `bundle-shape` (JSON of another shape), naming the document and the path in it, never a value.
 */
export function readCanonicalJson<Schema extends z.ZodType>(
  where: string,
  bytes: Buffer,
  schema: Schema,
  limits: JsonLimits,
): z.infer<Schema> {
  const beyond = beyondLimits(bytes, limits);
  if (beyond !== null) throw refused("bundle-json", where, `Its JSON ${beyond}.`);
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

/**
 * What is too much about it, without parsing: parsers differ in what depth they bear, and 16 MiB of empty arrays, 16 KB
 * when compressed, were 0.9 GB when parsed. A value more is a comma or an opening bracket more.
 */
function beyondLimits(bytes: Buffer, { jsonDepth, jsonValues }: JsonLimits): string | null {
  let level = 0;
  let values = 1;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === QUOTE) {
      for (i++; i < bytes.length && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      if (++level > jsonDepth) return `nests deeper than ${jsonDepth}`;
      values++;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) level--;
    else if (byte === COMMA) values++;
    if (values > jsonValues) return `holds more than ${jsonValues} values`;
  }
  return null;
}
