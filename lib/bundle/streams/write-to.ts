import type { Writable } from "node:stream";

/**
 * Gives a function that writes one chunk and resolves when it has been taken in; the next may be written before that.
 * Rejects when the stream fails or is destroyed: zlib's streams drop a write's callback when their native side reports an
 * error, so the callback alone would leave its caller waiting for ever.
 */
export function createWriteTo(stream: Writable): (chunk: Buffer) => Promise<void> {
  const waiting = new Set<(error: Error) => void>();
  let closed: Error | null = null;
  stream.once("close", () => {
    closed = stream.errored ?? new Error("the stream was closed while it was written to");
    for (const fail of waiting) fail(closed);
  });
  return (chunk) =>
    new Promise<void>((resolve, reject) => {
      if (closed !== null) return reject(closed);
      waiting.add(reject);
      stream.write(chunk, (error) => {
        waiting.delete(reject);
        if (error) reject(error);
        else resolve();
      });
    });
}
