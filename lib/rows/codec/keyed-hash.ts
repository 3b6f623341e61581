/**
 * HMAC-SHA256(import key, root column ‖ 0x00 ‖ old id): what every fresh id that is not an integer is made of.
 * The same import maps the same id to the same fresh one wherever it stands, without a stored map; without the
 * key nobody can tell which fresh id was which.
 *
 * Two one-shot hashes over prepared blocks (RFC 2104) cost 1.7 µs; a `createHmac` costs 11 µs.
 */
import { hash } from "node:crypto";

const BLOCK = 64;

/** A keyed hash of ids of one root column (`public.orders.id`). The result is 32 bytes, the caller's own. */
export type KeyedHash = (id: Uint8Array) => Buffer;

/** @param importKey 32 bytes (at most 64) */
export function createKeyedHash(importKey: Uint8Array, rootColumn: string): KeyedHash {
  if (importKey.length === 0 || importKey.length > BLOCK) throw new Error("an import key has 1 to 64 bytes");
  const domain = Buffer.from(`${rootColumn}\0`);
  const start = BLOCK + domain.length;
  let inner = Buffer.alloc(start + 64, 0x36);
  const outer = Buffer.alloc(BLOCK + 32, 0x5c);
  for (const [i, byte] of importKey.entries()) {
    inner[i] = 0x36 ^ byte;
    outer[i] = 0x5c ^ byte;
  }
  domain.copy(inner, BLOCK);
  // Ids of one column mostly have one length.
  let message = inner.subarray(0, start);
  return (id) => {
    const end = start + id.length;
    if (end > inner.length) {
      inner = Buffer.concat([inner.subarray(0, start), Buffer.alloc(2 * id.length)]);
      message = inner;
    }
    inner.set(id, start);
    if (message.length !== end) message = inner.subarray(0, end);
    outer.set(hash("sha256", message, "buffer"), BLOCK);
    return hash("sha256", outer, "buffer");
  };
}
