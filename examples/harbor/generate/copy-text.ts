/**
 * Rows as COPY text in pieces of about 64 KB, so that memory stays flat however many rows there are.
 * PostgreSQL documentation, COPY, Text Format.
 */

export type Field = string | number | boolean | null;
export type Row = readonly Field[];

const PIECE = 64 * 1024;
const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Encodes the rows; `onRow` is called for each. */
export async function* copyText(rows: Iterable<Row>, onRow: () => void): AsyncGenerator<Buffer> {
  let text = "";
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) {
      text += i === 0 ? fieldText(row[i]) : `\t${fieldText(row[i])}`;
    }
    text += "\n";
    onRow();
    if (text.length >= PIECE) {
      yield Buffer.from(text);
      text = "";
    }
  }
  if (text.length > 0) yield Buffer.from(text);
}

function fieldText(field: Field | undefined): string {
  if (field === null || field === undefined) return "\\N";
  if (typeof field === "boolean") return field ? "t" : "f";
  if (typeof field === "number") return String(field);
  return SPECIAL.test(field)
    ? field.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] as string)
    : field;
}
