/** What a transform sees of the line at hand: values as plain bytes, unescaped only when asked for. */
import type { RowView } from "../field-transform.ts";
import { ESCAPED, type LineScanner } from "./line-scanner.ts";
import { unescapeJson } from "./value-text.ts";

const EMPTY = Buffer.alloc(0);

/** Ids are shorter. */
const SHORT = 64;

/** A view over the scanner's spans; `source` must be set to the bytes that were scanned. */
export function createRowView(scanner: LineScanner): RowView & { source: Buffer } {
  const { starts, ends, flags } = scanner;
  const shorts: (ShortValue | undefined)[] = Array.from(starts, () => undefined);
  return {
    source: EMPTY,
    isNull: (column) => starts[column] === -1,
    bytes(column) {
      const start = starts[column] as number;
      if (start === -1) return EMPTY;
      const end = ends[column] as number;
      if (((flags[column] as number) & ESCAPED) !== 0) {
        const plain = Buffer.allocUnsafe(end - start);
        return plain.subarray(0, unescapeJson(this.source, start, end, plain, 0));
      }
      if (end - start > SHORT) return this.source.subarray(start, end);
      let short = shorts[column];
      if (short === undefined) {
        short = createShortValue();
        shorts[column] = short;
      }
      return short(this.source, start, end);
    },
  };
}

/** Copies a value into the same few bytes each time and gives a view of them. */
type ShortValue = (source: Buffer, start: number, end: number) => Buffer;

/** Of a column alone: the values of one line are good at the same time. A view made for each value is its garbage. */
function createShortValue(): ShortValue {
  const bytes = Buffer.alloc(SHORT);
  const views = Array.from({ length: SHORT + 1 }, (_, length) => bytes.subarray(0, length));
  return (source, start, end) => {
    const length = end - start;
    for (let at = 0; at < length; at++) bytes[at] = source[start + at] as number;
    return views[length] as Buffer;
  };
}
