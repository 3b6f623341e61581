/**
 * The one place where identifiers and literals become SQL text. Identifiers from a catalog are data: whatever
 * a stranger's schema is called, it is quoted here. Values are always parameters, except in COPY, which takes
 * none: there `quoteLiteral` is the way.
 *
 * Quoting rules: PostgreSQL documentation, 4.1.1 Identifiers and Key Words, 4.1.2 Constants.
 */
import pg from "pg";

/** Always quoted, for SQL: `order` → `"order"`. */
export function quoteIdentifier(name: string): string {
  return pg.escapeIdentifier(name);
}

/** Always quoted, for SQL: `public`, `order` → `"public"."order"`. */
export function quoteQualified(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** A list of columns for SQL: `"a", "b"`, each with the alias in front where one is given. */
export function quoteColumns(columns: readonly string[], alias?: string): string {
  const prefix = alias === undefined ? "" : `${quoteIdentifier(alias)}.`;
  return columns.map((column) => prefix + quoteIdentifier(column)).join(", ");
}

/** A string constant, safe under any `standard_conforming_strings`. Only for statements without parameters. */
export function quoteLiteral(value: string): string {
  return pg.escapeLiteral(value);
}

const PLAIN = /^[a-z_][a-z0-9_]*$/;

/**
 * The name by which people and the platform file know a table: `public.orders`, or `public."Order Items"` where
 * a part is not plain lower case. Unambiguous whatever the parts contain, hence also the key of every map.
 */
export function qualifiedName(schema: string, name: string): string {
  return `${displayPart(schema)}.${displayPart(name)}`;
}

/** The same for a column: `public.orders.id`. */
export function qualifiedColumn(table: string, column: string): string {
  return `${table}.${displayPart(column)}`;
}

function displayPart(part: string): string {
  return PLAIN.test(part) ? part : `"${part.replaceAll('"', '""')}"`;
}

/**
 * Reads a dotted name back into its parts: `public."Order Items".id` → `["public", "Order Items", "id"]`.
 * Returns null where the text is no such name (an open quote, an empty part).
 */
export function parseQualified(text: string): string[] | null {
  const parts: string[] = [];
  const part = /\s*(?:"((?:[^"]|"")+)"|([^".\s][^".]*?))\s*(\.|$)/y;
  for (;;) {
    const match = part.exec(text);
    if (match === null) return null;
    parts.push(match[1] !== undefined ? match[1].replaceAll('""', '"') : (match[2] as string));
    if (match[3] === "") return parts;
    if (part.lastIndex >= text.length) return null;
  }
}
