/** Searches for a text anywhere in others. */
import { and, type SQL, sql } from "drizzle-orm";

/** A pattern for ILIKE that finds the text itself anywhere: `%`, `_` and `\` of a search are letters. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}

/** The same by an index (`foundBy` of the schema) that leads to what may hold it; `holds` then decides. */
export function foundIn(parts: SQL, text: string, holds: SQL | undefined): SQL | undefined {
  return and(sql`${parts} @> text_parts(${text}, least(3, char_length(lower(${text}))))`, holds);
}
