/**
 * A bundle's lines as CSV for a spreadsheet: RFC 4180, a header line, UTF-8 with a byte order mark, by which Excel knows
 * it. NULL is nothing, an empty text is `""`. Exact but for one thing: a text that a spreadsheet would take for a formula
 * gets an apostrophe in front (OWASP, CSV injection).
 */
import type { ManifestColumn } from "../../bundle/manifest.ts";

export const BYTE_ORDER_MARK = "\ufeff";

export interface CsvWriter {
  readonly header: string;
  /** @param line one JSON line, without its newline */
  row(line: string): string;
}

const NUMBER = /^(?:smallint|integer|bigint|numeric|real|double precision|money)\b/;
const FORMULA = /^[=+\-@\t\r]/;

/** @param omitted whether the column of this place is left out */
export function createCsvWriter(columns: readonly ManifestColumn[], omitted: readonly boolean[]): CsvWriter {
  const written = columns
    .filter((_, at) => omitted[at] !== true)
    .map(({ name, encoding, type }) => ({ name, isText: encoding === "text" && !NUMBER.test(type) }));
  return {
    header: `${written.map(({ name }) => field(name, true)).join(",")}\r\n`,
    row(line) {
      const values = JSON.parse(line) as Readonly<Record<string, string | number | boolean | null>>;
      return `${written.map(({ name, isText }) => cell(values[name]!, isText)).join(",")}\r\n`;
    },
  };
}

function cell(value: string | number | boolean | null, isText: boolean): string {
  return value === null ? "" : field(String(value), isText);
}

function field(text: string, isText: boolean): string {
  const harmless = isText && FORMULA.test(text) ? `'${text}` : text;
  return harmless === "" || /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
