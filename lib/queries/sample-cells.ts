/** From a row's line in a bundle to what a page shows of it: nothing secret, nothing personal unasked. Pure. */
import type { ManifestColumn } from "../bundle/manifest.ts";
import type { WindowLine } from "../bundle/table-window.ts";

export type SampleCell =
  | { readonly kind: "null" }
  /** Personal, and not asked for; or never shown, like a password's hash. */
  | { readonly kind: "masked" }
  /** `length` of the whole value, in characters, where `text` is only its beginning. */
  | { readonly kind: "text"; readonly text: string; readonly length: number | null }
  | { readonly kind: "number"; readonly text: string }
  /** Indented, for reading; `length` as above. */
  | { readonly kind: "json"; readonly text: string; readonly length: number | null }
  /** The file does not hold it: it is not the one that was verified. */
  | { readonly kind: "absent" };

/** One cell for each column, or why there are none. */
export type SampleRow =
  | { readonly cells: readonly SampleCell[] }
  | { readonly tooLong: number }
  | { readonly unreadable: true };

/** Characters of a value that a page shows. */
export const SHOWN = 2_000;

type Column = Pick<ManifestColumn, "name" | "type" | "class">;

export type Shown = "always" | "when asked" | "never";

export function shownWhen(kind: ManifestColumn["class"]): Shown {
  return kind === "plain" ? "always" : kind === "personal" ? "when asked" : "never";
}

/** @param revealed whether personal columns were asked for */
export function sampleRow(line: WindowLine, columns: readonly Column[], revealed: boolean): SampleRow {
  if ("tooLong" in line) return line;
  const row = parsed(line.text);
  if (row === null) return { unreadable: true };
  return { cells: columns.map((column) => cellOf(row, column, revealed)) };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const row: unknown = JSON.parse(text);
    return typeof row === "object" && row !== null && !Array.isArray(row) ? { ...row } : null;
  } catch {
    return null;
  }
}

function cellOf(
  row: Readonly<Record<string, unknown>>,
  { name, type, class: kind }: Column,
  revealed: boolean,
): SampleCell {
  const shown = shownWhen(kind);
  if (shown === "never" || (shown === "when asked" && !revealed)) return { kind: "masked" };
  if (!Object.hasOwn(row, name)) return { kind: "absent" };
  const value = row[name];
  if (value === null) return { kind: "null" };
  if (typeof value !== "string") return { kind: "number", text: String(value) };
  if (type === "json" || type === "jsonb") return jsonCell(value);
  return /^(bigint|numeric|real|double precision|money)/.test(type)
    ? { kind: "number", text: value }
    : { kind: "text", ...elided(value) };
}

/** Indented where it is short enough to be worth reading; numbers in it stay as they are written. */
function jsonCell(text: string): SampleCell {
  if (text.length > SHOWN) return { kind: "json", ...elided(text) };
  return { kind: "json", text: indented(text), length: null };
}

/** Its own tokens with line breaks between: parsing and writing again would round numbers and drop double keys. */
function indented(text: string): string {
  let depth = 0;
  let out = "";
  for (const token of text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g) ?? []) {
    if (token === "{" || token === "[") out += `${token}\n${"  ".repeat(++depth)}`;
    else if (token === "}" || token === "]")
      out = `${out.trimEnd()}\n${"  ".repeat(Math.max(0, --depth))}${token}`;
    else if (token === ",") out += `,\n${"  ".repeat(Math.max(0, depth))}`;
    else out += token === ":" ? ": " : token;
  }
  return out.replace(/([[{])\s+([\]}])/g, "$1$2");
}

function elided(text: string): { readonly text: string; readonly length: number | null } {
  if (text.length <= SHOWN) return { text, length: null };
  return { text: text.slice(0, SHOWN).replace(/[\ud800-\udbff]$/, ""), length: text.length };
}
