/**
 * Postgres input text of values that have parts. PostgreSQL documentation, 8.15.2 Array Value Input and 8.16.2
 * Constructing Composite Values: a quoted part escapes its quotes and backslashes.
 */

/** `{"a","b c"}`; numbers and uuids may be given as they are, quoting does no harm. */
export function arrayLiteral(elements: readonly (string | number | null)[]): string {
  return `{${elements.map((element) => (element === null ? "NULL" : quoted(String(element)))).join(",")}}`;
}

/** `("a",,"b")`; null is an empty place. */
export function rowLiteral(fields: readonly (string | null)[]): string {
  return `(${fields.map((field) => (field === null ? "" : quoted(field))).join(",")})`;
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** The text search vector that `to_tsvector('simple', text)` gives for words of plain letters and digits. */
export function searchVector(text: string): string {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.map((word, place) => `'${word}':${place + 1}`).join(" ");
}
