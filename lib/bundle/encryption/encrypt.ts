/**
 * Encrypts a stream to age recipients. Who may open it is the library's work (header and key wrapping); the payload is
 * sealed here, a chunk at a time, in memory that does not grow.
 */
import type { Deliver } from "../compression/compression.ts";
import { collectBuffers } from "../streams/collected.ts";
import { createBufferPool, createPieceCutter } from "../streams/pieces.ts";
import { loadAge } from "./keys.ts";
import { CHUNK_BYTES, FILE_NONCE_BYTES, payloadKey, sealChunk, TAG_BYTES } from "./payload.ts";

export interface AgeWriter {
  /** Takes the bytes; they may be used again once this has resolved. */
  write(bytes: Buffer): Promise<void>;
  /** Seals the last chunk; resolves when it has been delivered. */
  end(): Promise<void>;
}

/** @param recipients as `isRecipient` takes them; at least one */
export function createAgeWriter(recipients: readonly string[], deliver: Deliver): AgeWriter {
  let key: Buffer | null = null;
  let index = 0;
  let waiting: { readonly buffer: Buffer; readonly length: number } | null = null;
  const pool = createBufferPool(CHUNK_BYTES);
  const room = Buffer.allocUnsafe(CHUNK_BYTES + TAG_BYTES);

  async function begin(): Promise<Buffer> {
    const begun = await beginFile(recipients);
    await deliver(begun.head);
    return begun.key;
  }

  /** Only when there is more behind it is a chunk known not to be the last. */
  const cutter = createPieceCutter(CHUNK_BYTES, pool, async (buffer, length) => {
    await flush(false);
    waiting = { buffer, length };
  });

  async function flush(last: boolean): Promise<void> {
    if (waiting === null) return;
    const { buffer, length } = waiting;
    waiting = null;
    key ??= await begin();
    const sealed = sealChunk(key, index++, last, buffer.subarray(0, length), room);
    pool.give(buffer);
    // Its bytes have gone when this resolves.
    await deliver(sealed);
    collectBuffers();
  }

  return {
    write: (bytes) => cutter.write(bytes),
    async end() {
      await cutter.end();
      // Nothing at all is one empty chunk.
      waiting ??= { buffer: pool.take(), length: 0 };
      await flush(true);
    },
  };
}

/**
 * A fresh file key, wrapped for each recipient. The library gives its file keys to whoever is a recipient, so one that
 * adds nothing to the header comes to know this one.
 */
async function beginFile(recipients: readonly string[]): Promise<{ head: Buffer; key: Buffer }> {
  if (recipients.length === 0) throw new Error("a file that nobody can open");
  const { Encrypter } = await loadAge();
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  let fileKey: Uint8Array | null = null;
  encrypter.addRecipient({
    wrapFileKey(given) {
      fileKey = Uint8Array.from(given);
      return [];
    },
  });
  // Header, nonce and the tag of an empty payload.
  const empty = Buffer.from(await encrypter.encrypt(new Uint8Array(0)));
  const head = empty.subarray(0, empty.length - TAG_BYTES);
  if (fileKey === null) throw new Error("the library kept its file key");
  return { head, key: payloadKey(fileKey, head.subarray(-FILE_NONCE_BYTES)) };
}
