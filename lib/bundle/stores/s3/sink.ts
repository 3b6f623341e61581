/** A bundle on its way into a bucket: a part is filled while the one before it is sent; memory is two parts. */
import { Refusal } from "../../../findings/finding.ts";
import { createBufferPool, createPieceCutter } from "../../streams/pieces.ts";
import type { BundleSink, SideEffect } from "../store.ts";
import type { Bucket } from "./bucket.ts";
import { createPieces } from "./pieces.ts";
import { beginUpload, MOST_PARTS, PART_BYTES, type Parts, tooLarge } from "./upload.ts";

/** Straight into the file's own upload: of what is not completed nobody sees anything, this store neither. */
export async function createS3Sink(
  bucket: Bucket,
  name: string,
  sideEffect: SideEffect,
  partBytes?: number,
): Promise<BundleSink> {
  const upload = await beginUpload(bucket, name, sideEffect);
  const publish = (_count: number, bytes: number) => upload.complete(bytes);
  return sinkOf(name, { send: upload.send, publish, abort: upload.abort }, partBytes);
}

/** In pieces that can be read where the writer dies. */
export async function createPieceSink(
  bucket: Bucket,
  name: string,
  sideEffect: SideEffect,
  partBytes?: number,
): Promise<BundleSink> {
  return sinkOf(name, await createPieces(bucket, name, sideEffect), partBytes);
}

/** @param partBytes at least 5 MiB, as every service asks */
function sinkOf(name: string, parts: Parts, partBytes = PART_BYTES): BundleSink {
  const pool = createBufferPool(partBytes);
  let numbered = 0;
  let bytes = 0;
  let sending: Promise<void> = Promise.resolve();
  let state: "open" | "committing" | "published" | "aborted" = "open";
  let committing: Promise<void> | null = null;

  /** One part is sent while the next is filled. */
  const cutter = createPieceCutter(partBytes, pool, async (buffer, length) => {
    await sending;
    if (++numbered > MOST_PARTS) throw new Refusal(tooLarge(name));
    const number = numbered;
    sending = parts.send(number, buffer.subarray(0, length)).then(() => pool.give(buffer));
    // Whoever waits for it next is told.
    sending.catch(() => undefined);
  });

  async function publish(): Promise<void> {
    await cutter.end();
    await sending;
    if (numbered === 0) await parts.send(++numbered, Buffer.alloc(0));
    await parts.publish(numbered, bytes);
    state = "published";
  }

  return {
    async write(chunk) {
      await cutter.write(chunk);
      bytes += chunk.length;
    },
    async commit() {
      if (state !== "open") throw new Error("the bundle is committed or aborted already");
      state = "committing";
      committing = publish();
      await committing;
      return { bytes };
    },
    async abort() {
      // A commit under way is not pulled from under itself: it ends, one way or the other.
      await committing?.catch(() => undefined);
      if (state === "published" || state === "aborted") return;
      state = "aborted";
      await sending.catch(() => undefined);
      await parts.abort();
    },
  };
}
