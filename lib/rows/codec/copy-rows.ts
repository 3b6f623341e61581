/**
 * Rows as COPY text, and in the same pass what the database hashes of them: values of the types that it hashes
 * cheaply each for itself, all others together as record text, `ROW(a, b, …)::text`.
 *
 * record_out: fields in parentheses, parted by commas; NULL is empty; quoted where needed, `"` and `\` doubled
 * (PostgreSQL documentation, 8.16.6 Composite Type Input and Output Syntax). bool prints `t` and `f`.
 */
import { QUOTES } from "./byte-tables.ts";
import { createFieldHash, type FieldHash } from "./field-hash.ts";
import { ESCAPED } from "./line-scanner.ts";
import type { RowWriter, RowWriterContext } from "./row-writer.ts";
import {
  putBytes,
  putCopy,
  putCopyFromJson,
  putRecord,
  putRecordFromJson,
  unescapeJson,
} from "./value-text.ts";

const TAB = 0x09;
const COMMA = 0x2c;
const TRUE = Buffer.from("t");
const FALSE = Buffer.from("f");

export function createCopyRows(context: RowWriterContext): RowWriter {
  const { scanner, view, blocks, transforms, appended, omit, records } = context;
  const { starts, ends, flags } = scanner;
  const count = context.columns.length;
  const literal = Uint8Array.from(context.columns, (column) => (column.encoding === "literal" ? 1 : 0));
  /** Per column, appended ones behind: its hash, or null where it goes into the record text. */
  const hashes = Array.from({ length: count + appended.length }, (_, column): FieldHash | null => {
    const kind = context.hashed[column] ?? null;
    return kind === null || records === null ? null : createFieldHash(kind, records);
  });
  const anyText = records !== null && hashes.some((hash, column) => hash === null && omit[column] !== 1);
  let record = Buffer.alloc(anyText ? 64 * 1024 : 0);
  let plain = Buffer.alloc(1024);
  let length = 0;
  let fields = 0;
  let texts = 0;

  /** Room in both texts for `bytes` more and for what separates fields. */
  function room(bytes: number): void {
    blocks.room(bytes + 16);
    if (!anyText || record.length - length >= bytes + 16) return;
    const larger = Buffer.allocUnsafeSlow((length + bytes + 16) * 2);
    record.copy(larger, 0, 0, length);
    record = larger;
  }

  function separate(): void {
    if (fields++ > 0) blocks.target[blocks.at++] = TAB;
  }

  /** Only fields of the record text call this. */
  function separateText(): void {
    if (texts++ > 0) record[length++] = COMMA;
  }

  function putNull(hash: FieldHash | null): void {
    blocks.target[blocks.at++] = 0x5c;
    blocks.target[blocks.at++] = 0x4e;
    if (hash !== null) records!.null();
    else if (anyText) separateText();
  }

  function putChanged(value: Buffer | null, hash: FieldHash | null): void {
    if (value === null) {
      putNull(hash);
      return;
    }
    blocks.at = putCopy(value, 0, value.length, blocks.target, blocks.at);
    if (hash !== null) {
      hash(value, 0, value.length);
    } else if (anyText) {
      separateText();
      length = putRecord(value, 0, value.length, record, length);
    }
  }

  function putLiteral(source: Buffer, start: number, end: number, hash: FieldHash | null): void {
    const first = source[start] as number;
    const isBoolean = first > 0x60;
    if (isBoolean) blocks.target[blocks.at++] = first;
    else blocks.at = putBytes(source, start, end, blocks.target, blocks.at);
    if (hash !== null) {
      hash(source, start, end);
    } else if (anyText) {
      separateText();
      length = putBytes(source, start, isBoolean ? start + 1 : end, record, length);
    }
  }

  function putText(source: Buffer, start: number, end: number, flag: number, hash: FieldHash | null): void {
    const escaped = (flag & ESCAPED) !== 0;
    blocks.at = escaped
      ? putCopyFromJson(source, start, end, blocks.target, blocks.at)
      : putBytes(source, start, end, blocks.target, blocks.at);
    if (hash !== null) {
      if (escaped) hashUnescaped(source, start, end, hash);
      else hash(source, start, end);
      return;
    }
    if (!anyText) return;
    separateText();
    const quoted = (flag & QUOTES) !== 0 || start === end;
    if (quoted) record[length++] = 0x22;
    length = escaped
      ? putRecordFromJson(source, start, end, record, length)
      : putBytes(source, start, end, record, length);
    if (quoted) record[length++] = 0x22;
  }

  function hashUnescaped(source: Buffer, start: number, end: number, hash: FieldHash): void {
    if (plain.length < end - start) plain = Buffer.allocUnsafeSlow(2 * (end - start));
    hash(plain, 0, unescapeJson(source, start, end, plain, 0));
  }

  return (source, lineStart, lineEnd) => {
    const line = lineEnd - lineStart;
    length = 0;
    fields = 0;
    texts = 0;
    // Neither text is longer than the line, as long as no value is changed.
    room(line);
    if (anyText) record[length++] = 0x28;
    for (let column = 0; column < count; column++) {
      if (omit[column] === 1) continue;
      const start = starts[column] as number;
      const transform = transforms[column] ?? null;
      const hash = hashes[column] as FieldHash | null;
      let changed: Buffer | null | undefined;
      if (transform !== null) {
        changed = transform(view, column);
        if (changed !== undefined && literal[column] === 1) changed = booleanLetter(changed);
        if (changed) room(2 * changed.length + line);
      }
      separate();
      if (changed !== undefined) putChanged(changed, hash);
      else if (start === -1) putNull(hash);
      else if (literal[column] === 1) putLiteral(source, start, ends[column] as number, hash);
      else putText(source, start, ends[column] as number, flags[column] as number, hash);
    }
    for (let at = 0; at < appended.length; at++) {
      const bytes = (appended[at] as () => Buffer | null)();
      room(2 * (bytes?.length ?? 0) + line);
      separate();
      putChanged(bytes, hashes[count + at] as FieldHash | null);
    }
    blocks.target[blocks.at++] = 0x0a;
    if (records === null) return;
    if (anyText) {
      record[length++] = 0x29;
      records.bytes(record, 0, length);
    }
    records.end();
  };
}

/** bool's output function prints one letter. */
function booleanLetter(value: Buffer | null): Buffer | null {
  if (value === null) return null;
  if (value.length === 4 && value[0] === 0x74) return TRUE;
  return value.length === 5 && value[0] === 0x66 ? FALSE : value;
}
