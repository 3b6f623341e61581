/**
 * Rows as COPY text, and in the same pass as record text for the digest: `ROW(a, b, …)::text` of what is
 * written, so that the database can compute the same from its table.
 *
 * record_out: fields in parentheses, parted by commas; NULL is empty; quoted where needed, `"` and `\` doubled
 * (PostgreSQL documentation, 8.16.6 Composite Type Input and Output Syntax). bool prints `t` and `f`.
 */
import { QUOTES } from "./byte-tables.ts";
import { ESCAPED } from "./line-scanner.ts";
import type { RowWriter, RowWriterContext } from "./row-writer.ts";
import { putBytes, putCopy, putCopyFromJson, putRecord, putRecordFromJson } from "./value-text.ts";

const TAB = 0x09;
const COMMA = 0x2c;
const TRUE = Buffer.from("t");
const FALSE = Buffer.from("f");

export function createCopyRows(context: RowWriterContext): RowWriter {
  const { scanner, view, blocks, transforms, appended, omit, sums } = context;
  const { starts, ends, flags } = scanner;
  const count = context.columns.length;
  const literal = Uint8Array.from(context.columns, (column) => (column.encoding === "literal" ? 1 : 0));
  let record = Buffer.alloc(sums === null ? 0 : 64 * 1024);
  let length = 0;
  let fields = 0;

  /** Room in both texts for `bytes` more and for what separates fields. */
  function room(bytes: number): void {
    blocks.room(bytes + 16);
    if (sums === null || record.length - length >= bytes + 16) return;
    const larger = Buffer.allocUnsafeSlow((length + bytes + 16) * 2);
    record.copy(larger, 0, 0, length);
    record = larger;
  }

  function separate(): void {
    if (fields++ === 0) return;
    blocks.target[blocks.at++] = TAB;
    if (sums !== null) record[length++] = COMMA;
  }

  function putNull(): void {
    blocks.target[blocks.at++] = 0x5c;
    blocks.target[blocks.at++] = 0x4e;
  }

  function putChanged(value: Buffer | null): void {
    if (value === null) {
      putNull();
      return;
    }
    blocks.at = putCopy(value, 0, value.length, blocks.target, blocks.at);
    if (sums !== null) length = putRecord(value, 0, value.length, record, length);
  }

  function putLiteral(source: Buffer, start: number, end: number): void {
    const first = source[start] as number;
    if (first > 0x60) {
      blocks.target[blocks.at++] = first;
      if (sums !== null) record[length++] = first;
      return;
    }
    blocks.at = putBytes(source, start, end, blocks.target, blocks.at);
    if (sums !== null) length = putBytes(source, start, end, record, length);
  }

  function putText(source: Buffer, start: number, end: number, flag: number): void {
    const escaped = (flag & ESCAPED) !== 0;
    blocks.at = escaped
      ? putCopyFromJson(source, start, end, blocks.target, blocks.at)
      : putBytes(source, start, end, blocks.target, blocks.at);
    if (sums === null) return;
    const quoted = (flag & QUOTES) !== 0 || start === end;
    if (quoted) record[length++] = 0x22;
    length = escaped
      ? putRecordFromJson(source, start, end, record, length)
      : putBytes(source, start, end, record, length);
    if (quoted) record[length++] = 0x22;
  }

  return (source, lineStart, lineEnd) => {
    const line = lineEnd - lineStart;
    length = 0;
    fields = 0;
    // Neither text is longer than the line, as long as no value is changed.
    room(line);
    record[length++] = 0x28;
    for (let column = 0; column < count; column++) {
      if (omit[column] === 1) continue;
      const start = starts[column] as number;
      const transform = transforms[column] ?? null;
      let changed: Buffer | null | undefined;
      if (transform !== null) {
        changed = transform(view, column);
        if (changed !== undefined && literal[column] === 1) changed = booleanLetter(changed);
        if (changed) room(2 * changed.length + line);
      }
      separate();
      if (changed !== undefined) putChanged(changed);
      else if (start === -1) putNull();
      else if (literal[column] === 1) putLiteral(source, start, ends[column] as number);
      else putText(source, start, ends[column] as number, flags[column] as number);
    }
    for (const value of appended) {
      const bytes = value();
      room(2 * (bytes?.length ?? 0) + line);
      separate();
      putChanged(bytes);
    }
    blocks.target[blocks.at++] = 0x0a;
    if (sums === null) return;
    record[length++] = 0x29;
    sums.add(record, 0, length);
  };
}

/** bool's output function prints one letter. */
function booleanLetter(value: Buffer | null): Buffer | null {
  if (value === null) return null;
  if (value.length === 4 && value[0] === 0x74) return TRUE;
  return value.length === 5 && value[0] === 0x66 ? FALSE : value;
}
