/** What is fetched as the body of an answer: read as fast as it is taken, and no faster. */
import type { BundleSource } from "../../bundle/stores/store.ts";
import type { ByteRange } from "./byte-range.ts";
import type { DownloadRecord } from "./download-record.ts";

export interface Fetched {
  readonly chunks: AsyncIterator<Buffer>;
  /** How many bytes it has; null where nobody knows before its end. */
  readonly length: number | null;
  close(): Promise<void>;
}

/** A part of a stored bundle. */
export function fetchedFile(source: BundleSource, { start, end }: ByteRange): Fetched {
  return {
    chunks: source.stream(start, end + 1)[Symbol.asyncIterator](),
    length: end - start + 1,
    close: () => source.close(),
  };
}

export interface DownloadStreamOptions {
  readonly record: DownloadRecord;
  /** Whether the person may still fetch it: asked for as long as it takes. */
  readonly stillAllowed: () => Promise<boolean>;
  /** How soon a revocation ends it. Milliseconds. */
  readonly askEvery?: number;
  /** Between two signs of life, also while nobody takes anything. Milliseconds. */
  readonly beatEvery?: number;
}

/**
 * Closes what is fetched and ends the record in each of its ends: all sent, the client gone, no longer allowed, or the
 * file shorter than it said. `Readable.toWeb` throws when a client goes away, so the iterator is wrapped here.
 */
export function downloadStream(
  { chunks, length, close: closeSource }: Fetched,
  { record, stillAllowed, askEvery = 5_000, beatEvery = 30_000 }: DownloadStreamOptions,
): ReadableStream<Uint8Array> {
  let sent = 0;
  let askedAt = performance.now();
  let closing: Promise<void> | null = null;
  let givenUp = false;
  const beating = setInterval(() => {
    // What cannot be recorded now is recorded the next time; a sweep waits for longer than that.
    const beat = record.beat(sent).catch(() => true);
    void beat.then((alive) => {
      givenUp = !alive;
    });
  }, beatEvery);
  beating.unref();

  const close = (state: "complete" | "aborted") => {
    closing ??= (async () => {
      clearInterval(beating);
      try {
        await chunks.return?.();
      } finally {
        await closeSource();
        await record.end(state, sent);
      }
    })();
    return closing;
  };

  async function next(): Promise<Buffer | null> {
    if (givenUp) throw new Error("the download was ended for want of a sign of life");
    if (performance.now() - askedAt > askEvery) {
      if (!(await stillAllowed())) throw new Error("the download is not allowed any more");
      askedAt = performance.now();
    }
    const { value, done } = await chunks.next();
    if (!done) return value;
    if (length !== null && sent !== length) throw new Error("the file is shorter than it was");
    return null;
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await next();
          if (chunk === null) {
            await close("complete");
            controller.close();
            return;
          }
          sent += chunk.length;
          controller.enqueue(chunk);
        } catch (error) {
          await close("aborted").catch(() => undefined);
          controller.error(error);
        }
      },
      cancel: () => close("aborted"),
    },
    // Nothing is read before it is asked for: memory stays flat, and what was read was also taken.
    { highWaterMark: 0 },
  );
}
