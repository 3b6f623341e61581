/** Whole lines out of chunks that are cut anywhere. */

const NEWLINE = 0x0a;

/** Calls `each` with every line as a range of a buffer that ends, past the range, with the line's newline. */
export async function forEachLine(
  chunks: AsyncIterable<Buffer>,
  each: (buffer: Buffer, start: number, end: number) => void,
): Promise<void> {
  let open: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    let end = chunk.indexOf(NEWLINE);
    if (open.length > 0 && end !== -1) {
      const line = Buffer.concat([...open, chunk.subarray(0, end + 1)]);
      each(line, 0, line.length - 1);
      open = [];
      start = end + 1;
      end = chunk.indexOf(NEWLINE, start);
    }
    while (end !== -1) {
      each(chunk, start, end);
      start = end + 1;
      end = chunk.indexOf(NEWLINE, start);
    }
    // The chunk may be used again by whoever gave it.
    if (start < chunk.length) open.push(Buffer.from(chunk.subarray(start)));
  }
  if (open.length > 0) throw new Error("the last line has no newline");
}
