/** Reads a bundle's zstd: exactly one frame, all of the file. */
import { constants, createZstdDecompress, type ZstdOptions } from "node:zlib";
import { Refusal } from "../../findings/finding.ts";
import { ZSTD_WINDOW_LOG } from "../limits.ts";
import { refused, WHOLE_BUNDLE } from "../refused.ts";
import { createWriteTo } from "../streams/write-to.ts";
import { createZstdFrameWalk } from "./zstd-frame.ts";

/**
 * Bytes that are given at a time: they stay in the processor's cache until they have been hashed. With a megabyte a bundle
 * takes a sixth longer to be verified.
 */
const CHUNK_BYTES = 256 * 1024;
/** Chunks that may wait. */
const AHEAD = 8;

/**
 * The uncompressed bytes in order. Refuses (`bundle-truncated`, `bundle-corrupt`, `bundle-trailing-data`,
 * `bundle-recompressed`); memory is bounded by the window and a few pieces. All that a file holds up to where it ends is
 * given before it is refused as truncated, however fast anybody reads: who reads an unfinished file twice finds the same.
 */
export async function* readZstd(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const stream = createZstdDecompress({
    chunkSize: CHUNK_BYTES,
    // As a stream of bytes it would make one chunk of all that wait.
    readableObjectMode: true,
    readableHighWaterMark: AHEAD,
    params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
  } as ZstdOptions);
  const write = createWriteTo(stream);
  const walk = createZstdFrameWalk();
  let failure: unknown = null;
  const fed = (async () => {
    // The next chunk waits in the stream: what it holds is decompressed while somebody looks at what came of this one.
    let before = Promise.resolve();
    try {
      for await (const chunk of compressed) {
        walk.push(chunk);
        const written = write(chunk);
        written.catch(() => undefined);
        await before;
        before = written;
      }
      await before;
      walk.end();
      stream.end();
    } catch (error) {
      failure = error;
      await before.catch(() => undefined);
      // Not destroyed, which would take away what nobody has read yet.
      if (!stream.destroyed) stream.push(null);
    }
  })();
  try {
    for await (const bytes of stream) yield bytes as Buffer;
    await fed;
    if (failure !== null) throw failure;
  } catch (error) {
    if (error instanceof Refusal || !isZstdError(error)) throw error;
    throw refused(
      "bundle-corrupt",
      WHOLE_BUNDLE,
      "The file is damaged: zstd cannot read it.",
      undefined,
      error,
    );
  } finally {
    stream.destroy();
    await fed;
  }
}

function isZstdError(error: unknown): boolean {
  return /^Z(STD)?_/.test(String((error as { code?: unknown }).code ?? ""));
}
