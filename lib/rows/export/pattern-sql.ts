/** Ids inside text, found by the database: the platform file's pattern as a regular expression. */
import { qualifiedColumn } from "../../postgres/identifiers.ts";

/**
 * The regular expression whose only group is the placeholder of `target` in the pattern. A placeholder reaches
 * up to the next literal character, `*` to the end of whatever it may. With `each` it may stand anywhere in the text.
 * PostgreSQL documentation, 9.7.3.
 */
export function patternRegex(
  pattern: string,
  target: { readonly table: string; readonly columns: readonly string[] },
  each = false,
): string {
  const wanted = qualifiedColumn(target.table, target.columns[0]!);
  const parts = pattern.split(/(\{[^}]+\}|\*)/).filter((part) => part !== "");
  const expression = parts
    .map((part, index) => {
      if (part === "*") return ".*";
      if (!part.startsWith("{")) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
      const next = parts[index + 1];
      const run =
        next === undefined || next === "*" || next.startsWith("{")
          ? "[^/:]+"
          : `[^${classEscape(next[0]!)}]+`;
      return part.slice(1, -1) === wanted ? `(${run})` : run;
    })
    .join("");
  return each ? expression : `^${expression}$`;
}

function classEscape(character: string): string {
  return /[\]\\^-]/.test(character) ? `\\${character}` : character;
}
