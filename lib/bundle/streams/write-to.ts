import type { Writable } from "node:stream";

/**
 * Gives a function that writes one chunk and resolves when it has been taken in. Rejects when the stream fails or
 * is destroyed: zlib's streams drop a write's callback when their native side reports an error, so the
 * callback alone would leave its caller waiting for ever.
 */
export function createWriteTo(stream: Writable): (chunk: Buffer) => Promise<void> {
  let fail: (error: Error) => void = () => undefined;
  stream.once("close", () =>
    fail(stream.errored ?? new Error("the stream was closed while it was written to")),
  );
  return (chunk) =>
    new Promise<void>((resolve, reject) => {
      fail = reject;
      stream.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
}
