/** Ids inside text, found by the database: the platform file's pattern as a regular expression. */
import { parseQualified, qualifiedColumn } from "../../postgres/identifiers.ts";
import { placeholderOf, splitPattern } from "../../tenancy/pattern-parts.ts";

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
  const parts = splitPattern(pattern);
  const expression = parts
    .map((part, index) => {
      if (part === "*") return ".*";
      const column = placeholderOf(part);
      if (column === null) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
      const next = parts[index + 1];
      const run =
        next === undefined || next === "*" || placeholderOf(next) !== null
          ? "[^/:]+"
          : `[^${classEscape(next[0]!)}]+`;
      return sameColumn(column, wanted) ? `(${run})` : run;
    })
    .join("");
  return each ? expression : `^${expression}$`;
}

/** Whatever quotes the file's author chose. */
function sameColumn(written: string, wanted: string): boolean {
  return JSON.stringify(parseQualified(written)) === JSON.stringify(parseQualified(wanted));
}

function classEscape(character: string): string {
  return /[\]\\^-]/.test(character) ? `\\${character}` : character;
}
