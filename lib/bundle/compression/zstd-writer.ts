/**
 * zstd as one frame, streaming, level 1. No workers: `ZSTD_c_nbWorkers` breaks the stream in Node 24 ("stream.push()
 * after EOF"), and one thread is faster than COPY gives.
 */
import { constants, createZstdCompress } from "node:zlib";
import { PIECE_BYTES } from "../limits.ts";
import { createBufferPool, createPieceCutter } from "../streams/pieces.ts";
import { createWriteTo } from "../streams/write-to.ts";
import type { Compressor, Deliver } from "./compression.ts";

/** Compresses what is written; one piece is compressed while the next is filled. */
export function createZstdWriter(deliver: Deliver): Compressor {
  const stream = createZstdCompress({
    chunkSize: PIECE_BYTES,
    params: {
      [constants.ZSTD_c_compressionLevel]: 1,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  });
  const write = createWriteTo(stream);
  const pumped = (async () => {
    for await (const bytes of stream) await deliver(bytes as Buffer);
  })();
  pumped.catch(() => undefined);

  const pool = createBufferPool(PIECE_BYTES);
  let previous: Promise<void> = Promise.resolve();
  const cutter = createPieceCutter(PIECE_BYTES, pool, async (buffer, length) => {
    await previous;
    previous = write(buffer.subarray(0, length)).then(() => pool.give(buffer));
    previous.catch(() => undefined);
  });

  /** When delivering fails, the stream is destroyed and a write only says that; the reason is the pump's. */
  async function withReason(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      await pumped;
      throw error;
    }
  }

  return {
    write: (chunk) => withReason(cutter.write(chunk)),
    end: () =>
      withReason(
        cutter.end().then(async () => {
          await previous;
          stream.end();
          await pumped;
        }),
      ),
    async abort() {
      stream.destroy();
      await pumped.catch(() => undefined);
    },
  };
}
