/** What a transform sees of the line at hand: values as plain bytes, unescaped only when asked for. */
import type { RowView } from "../field-transform.ts";
import { ESCAPED, type LineScanner } from "./line-scanner.ts";
import { unescapeJson } from "./value-text.ts";

const EMPTY = Buffer.alloc(0);

/** A view over the scanner's spans; `source` must be set to the bytes that were scanned. */
export function createRowView(scanner: LineScanner): RowView & { source: Buffer } {
  const { starts, ends, flags } = scanner;
  return {
    source: EMPTY,
    isNull: (column) => starts[column] === -1,
    bytes(column) {
      const start = starts[column] as number;
      if (start === -1) return EMPTY;
      const end = ends[column] as number;
      if (((flags[column] as number) & ESCAPED) === 0) return this.source.subarray(start, end);
      const plain = Buffer.allocUnsafe(end - start);
      return plain.subarray(0, unescapeJson(this.source, start, end, plain, 0));
    },
  };
}
