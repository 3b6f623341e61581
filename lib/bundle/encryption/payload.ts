/**
 * The body of an age file (C2SP age.md, "Payload"): chunks of 64 KiB, each sealed with ChaCha20-Poly1305 under a nonce
 * that counts them and says which is the last. The library's own is JavaScript: 100 MB/s; OpenSSL's is 1,400.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";

export const CHUNK_BYTES = 64 * 1024;
export const TAG_BYTES = 16;
/** What stands between an age file's header and its payload: this file's own part of the payload's key. */
export const FILE_NONCE_BYTES = 16;

const CIPHER = "chacha20-poly1305";

/** The key of one file's payload. */
export function payloadKey(fileKey: Uint8Array, fileNonce: Uint8Array): Buffer {
  return Buffer.from(hkdfSync("sha256", fileKey, fileNonce, "payload", 32));
}

/** Eleven bytes of the chunk's number, big-endian, and one that is 1 for the last chunk. */
function chunkNonce(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** The chunk with its tag behind it, in the room given for it or in its own. */
export function sealChunk(
  key: Buffer,
  index: number,
  last: boolean,
  chunk: Buffer,
  into: Buffer = Buffer.allocUnsafe(chunk.length + TAG_BYTES),
): Buffer {
  const cipher = createCipheriv(CIPHER, key, chunkNonce(index, last), { authTagLength: TAG_BYTES });
  cipher.update(chunk).copy(into);
  cipher.final();
  cipher.getAuthTag().copy(into, chunk.length);
  return into.subarray(0, chunk.length + TAG_BYTES);
}

/** Null where it is not this chunk of this file. */
export function openChunk(key: Buffer, index: number, last: boolean, sealed: Buffer): Buffer | null {
  if (sealed.length < TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, chunkNonce(index, last), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const chunk = decipher.update(sealed.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
    return chunk;
  } catch {
    return null;
  }
}
