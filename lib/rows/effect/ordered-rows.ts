/** Rows that two databases give in one order, side by side: of each side one row is held at a time. */
import type pg from "pg";
import { copyOut } from "../../postgres/copy-streams.ts";

/** COPY's text format: fields between tabs, the first of them the row's mark; PostgreSQL documentation, COPY. */
const TAB = 0x09;
const NEWLINE = 0x0a;

/** A row as the server wrote it, without its newline; good until the next one of its side is asked for. */
export interface OrderedRow {
  readonly line: Buffer;
  /** Where each field begins, the mark being the first; one more at the end. */
  readonly starts: Uint32Array;
}

export type Meeting = (before: OrderedRow | null, after: OrderedRow | null) => void;

/**
 * Tells of every row once: of both sides together where their marks are equal, alone where the other has none. Where a
 * mark repeats, as many meet as both sides have.
 *
 * @param selects what COPY reads of either side, ordered by their first column, byte by byte; null where the second has none
 * @param fields how many columns they give, the mark among them
 */
export async function meetRows(
  [before, after]: readonly [pg.ClientBase, pg.ClientBase],
  selects: readonly [string, string | null],
  fields: number,
  meet: Meeting,
  signal: AbortSignal,
): Promise<void> {
  const a = rowsOf(before, selects[0], fields);
  const b = selects[1] === null ? NO_ROWS : rowsOf(after, selects[1], fields);
  try {
    await a.next();
    await b.next();
    for (let count = 0; a.row !== null || b.row !== null; count++) {
      if ((count & 0xfff) === 0) signal.throwIfAborted();
      const order = a.row === null ? 1 : b.row === null ? -1 : compareMarks(a.row, b.row);
      meet(order <= 0 ? a.row : null, order >= 0 ? b.row : null);
      if (order <= 0 && !a.advance()) await a.next();
      if (order >= 0 && !b.advance()) await b.next();
    }
  } finally {
    // One after the other: what is left of a copy is read to its end.
    await a.close();
    await b.close();
  }
}

const compareMarks = (a: OrderedRow, b: OrderedRow) =>
  a.line.compare(b.line, b.starts[0], b.starts[1]! - 1, a.starts[0], a.starts[1]! - 1);

type Rows = ReturnType<typeof rowsOf>;

const NO_ROWS: Rows = { row: null, advance: () => false, next: async () => {}, close: async () => {} };

function rowsOf(client: pg.ClientBase, select: string, fields: number) {
  const pieces = copyOut(client, `COPY (${select}) TO STDOUT WITH (FORMAT text, ENCODING 'UTF8')`)[
    Symbol.asyncIterator
  ]();
  const starts = new Uint32Array(fields + 1);
  let piece: Buffer = Buffer.alloc(0);
  let at = 0;
  let row: OrderedRow | null = null;

  function take(): boolean {
    const end = piece.indexOf(NEWLINE, at);
    if (end === -1) return false;
    const line = piece.subarray(at, end);
    starts[0] = 0;
    let field = 1;
    for (let tab = line.indexOf(TAB); tab !== -1; tab = line.indexOf(TAB, tab + 1)) starts[field++] = tab + 1;
    starts[field] = line.length + 1;
    at = end + 1;
    row = { line, starts };
    return true;
  }

  return {
    get row(): OrderedRow | null {
      return row;
    },
    /** False where the next row has not arrived yet. */
    advance: take,
    async next(): Promise<void> {
      while (!take()) {
        // Whoever gives the pieces uses their memory again.
        const rest = Buffer.from(piece.subarray(at));
        const { value, done } = await pieces.next();
        if (done === true) {
          row = null;
          return;
        }
        piece = rest.length === 0 ? value : Buffer.concat([rest, value]);
        at = 0;
      }
    },
    async close(): Promise<void> {
      await pieces.return?.();
    },
  };
}

/** The bytes of a field as they stand in the line. */
export function fieldOf({ line, starts }: OrderedRow, field: number): Buffer {
  return line.subarray(starts[field]!, starts[field + 1]! - 1);
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The value's text; null is NULL. */
export function textOfField(field: Buffer): string | null {
  const text = field.toString("utf8");
  if (text === "\\N") return null;
  return text.includes("\\")
    ? text.replaceAll(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter)
    : text;
}
