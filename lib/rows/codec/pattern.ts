/**
 * Ids inside a text of a known form: `env:{public.projects.id}:{public.environments.id}:*`,
 * `orgs/{public.organizations.id}/*`. A placeholder reaches up to the next literal's first character (at the end,
 * or before a `*`, up to the next `/` or `:`); a `*` takes whatever may follow. The database follows patterns by
 * the same rule (`patternRegex` in rows/export).
 */
import { placeholderOf, splitPattern } from "../../tenancy/pattern-parts.ts";
import type { IdMapper } from "./malformed.ts";

export type PatternPart =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "any" }
  /** The qualified column that the braces name. */
  | { readonly kind: "placeholder"; readonly column: string };

/** The parts of a pattern; null where a brace stays open or it has no placeholder. */
export function parsePattern(pattern: string): PatternPart[] | null {
  const parts = splitPattern(pattern).map((text): PatternPart => {
    if (text === "*") return { kind: "any" };
    const column = placeholderOf(text);
    return column === null ? { kind: "literal", text } : { kind: "placeholder", column };
  });
  const open = parts.some((part) => part.kind === "literal" && /[{}]/.test(part.text));
  return !open && parts.some((part) => part.kind === "placeholder") ? parts : null;
}

/**
 * A mapper for one pattern: the text with its ids replaced, undefined where the text has not the pattern's form
 * or nothing changes. A column without a mapper keeps its ids.
 *
 * A text has no NULL: where a mapper gives null, the whole value becomes null.
 *
 * @param mappers by the placeholder's column as the pattern writes it
 */
export function createPatternMapper(
  parts: readonly PatternPart[],
  mappers: Readonly<Record<string, IdMapper>>,
): PatternMapper {
  const form = new RegExp(
    `^${parts.map((part, i) => `(${expression(part, parts[i + 1])})`).join("")}$`,
    "su",
  );
  return (value) => {
    const match = form.exec(value.toString("utf8"));
    if (match === null) return undefined;
    let changed = false;
    const pieces: Buffer[] = [];
    for (const [i, part] of parts.entries()) {
      const old = Buffer.from(match[i + 1] as string);
      const mapped = part.kind === "placeholder" ? mappers[part.column]?.(old) : undefined;
      if (mapped === null) return null;
      changed ||= mapped !== undefined;
      // The mapper's result may be a view that its next call overwrites.
      pieces.push(mapped === undefined ? old : Buffer.from(mapped));
    }
    return changed ? Buffer.concat(pieces) : undefined;
  };
}

export type PatternMapper = (value: Buffer) => Buffer | null | undefined;

/**
 * The same for a pattern that stands anywhere in a text, any number of times: mentions in a document, addresses in
 * a comment. What stands between them is kept byte by byte, and so is an id that nobody has.
 */
export function createPatternsMapper(
  parts: readonly PatternPart[],
  mappers: Readonly<Record<string, IdMapper>>,
): PatternMapper {
  const form = new RegExp(parts.map((part, i) => `(${expression(part, parts[i + 1])})`).join(""), "gsu");
  return (value) => {
    let changed = false;
    const text = value.toString("utf8").replaceAll(form, (...match: string[]) =>
      parts
        .map((part, i) => {
          const old = match[i + 1] as string;
          const mapped = part.kind === "placeholder" ? mappers[part.column]?.(Buffer.from(old)) : null;
          if (mapped === null || mapped === undefined) return old;
          changed = true;
          return mapped.toString("utf8");
        })
        .join(""),
    );
    return changed ? Buffer.from(text) : undefined;
  };
}

function expression(part: PatternPart, next: PatternPart | undefined): string {
  if (part.kind === "any") return ".*";
  if (part.kind === "literal") return part.text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  if (next?.kind !== "literal") return "[^\\/:]+";
  const [first = ""] = next.text;
  return `[^${/[\]\\^-]/.test(first) ? "\\" : ""}${first}]+`;
}
