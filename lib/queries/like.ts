/** A pattern for ILIKE that finds the text itself anywhere: `%`, `_` and `\` of a search are letters. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
