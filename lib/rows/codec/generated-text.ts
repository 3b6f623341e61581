/**
 * Fresh text ids of the kind that an application makes (`generated:` in the platform file): a bare shape such as
 * `cuid` or `nanoid:12`, or a template of literals and shapes, `inv_{base62:16}`.
 */
import { bytesFrom } from "./alphabets.ts";
import { type IdShape, idShape } from "./id-shapes.ts";

export interface TextGenerator {
  /** Whether a text could have come from this generator. */
  matches(id: string): boolean;
  /**
   * The fresh id for an old one: same shape, length and literals; the same for the same seed and old id.
   * Null where the old one has another shape: then it is no generated id, and nobody knows what would be one.
   *
   * @param seed 32 bytes, of the keyed hash of the old id
   */
  fresh(old: string, seed: Buffer): string | null;
}

/** Null where the text names no shape, or is a template without one. */
export function createTextGenerator(generator: string): TextGenerator | null {
  const bare = idShape(generator);
  const parts = bare === null ? parseTemplate(generator) : [bare];
  if (!parts?.some((part) => typeof part !== "string")) return null;
  const form = new RegExp(
    `^${parts.map((part) => `(${typeof part === "string" ? escaped(part) : part.expression})`).join("")}$`,
    "s",
  );
  return {
    matches: (id) => form.test(id),
    fresh(old, seed) {
      const match = form.exec(old);
      if (match === null) return null;
      const bytes = bytesFrom(seed);
      return parts
        .map((part, i) => (typeof part === "string" ? part : part.fresh(match[i + 1] as string, bytes)))
        .join("");
    },
  };
}

/** Literals and shapes in turn; null for an unknown shape or an open brace. */
function parseTemplate(template: string): (string | IdShape)[] | null {
  const parts: (string | IdShape)[] = [];
  for (const text of template.split(/(\{[^{}]*\})/)) {
    if (text === "") continue;
    const name = /^\{(.*)\}$/.exec(text)?.[1];
    const part = name === undefined ? text : idShape(name);
    if (part === null || (typeof part === "string" && /[{}]/.test(part))) return null;
    parts.push(part);
  }
  return parts;
}

function escaped(literal: string): string {
  return literal.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
