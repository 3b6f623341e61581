/**
 * Rows as COPY's binary form, and in the same pass what the database hashes of them. The server parses no text then.
 *
 * PostgreSQL documentation, COPY, Binary Format: a head, tuples of a field count and fields with their lengths in
 * front, -1 as the end and as the length of NULL.
 */
import { MOST_BESIDE } from "./binary-fields.ts";
import { ESCAPED } from "./line-scanner.ts";
import type { OutputBlocks } from "./output-blocks.ts";
import type { RowWriter, RowWriterContext } from "./row-writer.ts";
import { unescapeJson } from "./value-text.ts";

/** Signature, flags, and the length of what may be added to the head. */
const HEAD = Buffer.concat([Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"), Buffer.alloc(8)]);

export function putBinaryStart(blocks: OutputBlocks): void {
  blocks.room(HEAD.length);
  HEAD.copy(blocks.target, blocks.at);
  blocks.at += HEAD.length;
}

export function putBinaryEnd(blocks: OutputBlocks): void {
  blocks.room(2);
  blocks.at = blocks.target.writeInt16BE(-1, blocks.at);
}

/** A field's length and what stands beside its bytes. */
const FIELD = 4 + MOST_BESIDE;

/** Every column that is hashed must be hashed for itself: there is no record text here. */
export function createBinaryRows(context: RowWriterContext): RowWriter {
  const { scanner, view, blocks, transforms, appended, omit, records, binary, refuse } = context;
  const { starts, ends, flags } = scanner;
  const count = context.columns.length;
  const written = count + appended.length - omit.reduce((sum, one) => sum + one, 0);
  const beside = 2 + written * FIELD;
  let plain = Buffer.alloc(1024);

  function putNull(): void {
    blocks.at = blocks.target.writeInt32BE(-1, blocks.at);
    records?.null();
  }

  /** A value of plain text; the place in front of it is its length's. */
  function putValue(column: number, source: Buffer, start: number, end: number): void {
    const field = binary[column]!;
    const at = blocks.at + 4;
    const to = field.put(source, start, end, blocks.target, at);
    if (to === -1) refuse(column);
    finish(column, at, to);
    if (field.hash === null) records?.bytes(source, start, end);
  }

  function finish(column: number, at: number, to: number): void {
    blocks.target.writeInt32BE(to - at, at - 4);
    blocks.at = to;
    const { hash } = binary[column]!;
    if (records !== null) hash?.(blocks.target, at, to, records);
  }

  function putEscaped(column: number, source: Buffer, start: number, end: number): void {
    if (binary[column]!.verbatim) {
      const at = blocks.at + 4;
      finish(column, at, unescapeJson(source, start, end, blocks.target, at));
      return;
    }
    if (plain.length < end - start) plain = Buffer.allocUnsafeSlow(2 * (end - start));
    putValue(column, plain, 0, unescapeJson(source, start, end, plain, 0));
  }

  function putChanged(column: number, value: Buffer | null, line: number): void {
    if (value === null) {
      putNull();
      return;
    }
    blocks.room(2 * (value.length + line) + beside);
    putValue(column, value, 0, value.length);
  }

  return (source, lineStart, lineEnd) => {
    const line = lineEnd - lineStart;
    blocks.room(2 * line + beside);
    blocks.at = blocks.target.writeInt16BE(written, blocks.at);
    for (let column = 0; column < count; column++) {
      if (omit[column] === 1) continue;
      const start = starts[column] as number;
      const changed = transforms[column]?.(view, column);
      if (changed !== undefined) putChanged(column, changed, line);
      else if (start === -1) putNull();
      else if (((flags[column] as number) & ESCAPED) !== 0)
        putEscaped(column, source, start, ends[column] as number);
      else putValue(column, source, start, ends[column] as number);
    }
    for (let at = 0; at < appended.length; at++)
      putChanged(count + at, (appended[at] as () => Buffer | null)(), line);
    records?.end();
  };
}
