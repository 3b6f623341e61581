/** Rows as a bundle's lines again, and the digest of the lines as the seal has it (without the newline). */
import { keyPrefixes } from "./line-scanner.ts";
import type { RowWriter, RowWriterContext } from "./row-writer.ts";
import { putBytes, putJson } from "./value-text.ts";

const NULL = Buffer.from("null");

export function createJsonRows(context: RowWriterContext): RowWriter {
  const { columns, scanner, view, blocks, transforms, omit, sums } = context;
  const { starts, ends } = scanner;
  if (context.appended.length > 0) throw new Error("a line has no name for an appended column");
  const written = columns.flatMap((_, column) => (omit[column] === 1 ? [] : [column]));
  const prefixes = keyPrefixes(written.map((column) => (columns[column] as { name: string }).name));
  const whole = written.length === columns.length;
  let row = Buffer.alloc(64 * 1024);
  let length = 0;

  function room(bytes: number): void {
    if (row.length - length >= bytes + 16) return;
    const larger = Buffer.allocUnsafeSlow((length + bytes + 16) * 2);
    row.copy(larger, 0, 0, length);
    row = larger;
  }

  function finish(bytes: Buffer, start: number, end: number): void {
    sums?.add(bytes, start, end - 1);
    blocks.room(end - start);
    blocks.at = putBytes(bytes, start, end, blocks.target, blocks.at);
  }

  function putChanged(value: Buffer | null, literal: boolean): void {
    if (value === null) {
      length = putBytes(NULL, 0, 4, row, length);
    } else if (literal) {
      length = putBytes(value, 0, value.length, row, length);
    } else {
      row[length++] = 0x22;
      length = putJson(value, 0, value.length, row, length);
      row[length++] = 0x22;
    }
  }

  /** Nothing to rebuild: the line goes on as it is. */
  if (whole && transforms.every((transform) => transform === null)) return finish;

  return (source, lineStart, lineEnd) => {
    const line = lineEnd - lineStart;
    length = 0;
    room(line);
    if (written.length === 0) row[length++] = 0x7b;
    for (let i = 0; i < written.length; i++) {
      const column = written[i] as number;
      const prefix = prefixes[i] as Buffer;
      const literal = columns[column]?.encoding === "literal";
      const transform = transforms[column];
      const changed = transform ? transform(view, column) : undefined;
      if (changed) room(6 * changed.length + line);
      length = putBytes(prefix, 0, prefix.length, row, length);
      const start = starts[column] as number;
      if (changed !== undefined) putChanged(changed, literal);
      else if (start === -1) putChanged(null, literal);
      // A string goes on with its quotes and its escapes.
      else if (literal) length = putBytes(source, start, ends[column] as number, row, length);
      else length = putBytes(source, start - 1, (ends[column] as number) + 1, row, length);
    }
    row[length++] = 0x7d;
    row[length++] = 0x0a;
    finish(row, 0, length);
  };
}
