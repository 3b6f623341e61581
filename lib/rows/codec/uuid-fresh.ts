/** Fresh uuids: the keyed hash of the old one, in the old one's version and form. */
import { createKeyedHash } from "./keyed-hash.ts";
import { CANONICAL, parseUuid, printUuid, putUuid, uuidVersion } from "./uuid.ts";

/**
 * Gives the fresh uuid for an old one's text, in a view that is valid until the next call; null where the text
 * is no uuid.
 */
export type FreshUuids = (old: Buffer) => Buffer | null;

/**
 * Parents repeat in runs of children, and again in the next table of children; slots by the id's low bits, last one wins.
 * 33 bytes a slot: half a megabyte to begin with, four where there are more ids than that.
 */
const FEWEST_SLOTS = 16_384;
const MOST_SLOTS = 131_072;

/**
 * A v7 keeps its 48 bits of time, so that indexes and lists keep their order; every other becomes a v4.
 *
 * @param importKey 32 bytes
 * @param rootColumn qualified name of the column where these ids are generated
 */
export function createFreshUuids(importKey: Uint8Array, rootColumn: string): FreshUuids {
  const keyedHash = createKeyedHash(importKey, rootColumn);
  const old = Buffer.alloc(16);
  const oldWords = new Int32Array(old.buffer, old.byteOffset, 4);
  let slots = FEWEST_SLOTS;
  /** Per slot four words of the old id and four of the fresh one. */
  let cacheWords = new Int32Array(slots * 8);
  let known = new Uint8Array(slots);
  let made = 0;
  const fresh = Buffer.alloc(16);
  const freshWords = new Int32Array(fresh.buffer, fresh.byteOffset, 4);
  const text = Buffer.alloc(36);
  const other = Buffer.alloc(36);
  const unhyphenated = other.subarray(0, 32);

  function make(): void {
    const hash = keyedHash(old);
    for (let byte = 0; byte < 16; byte++) fresh[byte] = hash[byte] as number;
    const timed = uuidVersion(old) === 7;
    if (timed) for (let byte = 0; byte < 6; byte++) fresh[byte] = old[byte] as number;
    fresh[6] = ((fresh[6] as number) & 0x0f) | (timed ? 0x70 : 0x40);
    fresh[8] = ((fresh[8] as number) & 0x3f) | 0x80;
  }

  /** What was known is made once more where it comes again. */
  function grow(): void {
    slots = MOST_SLOTS;
    cacheWords = new Int32Array(slots * 8);
    known = new Uint8Array(slots);
  }

  return (value) => {
    const form = parseUuid(value, 0, value.length, old);
    if (form === -1) return null;
    const slot = ((oldWords[3] as number) ^ (oldWords[1] as number)) & (slots - 1);
    const at = slot * 8;
    const hit =
      known[slot] === 1 &&
      cacheWords[at] === oldWords[0] &&
      cacheWords[at + 1] === oldWords[1] &&
      cacheWords[at + 2] === oldWords[2] &&
      cacheWords[at + 3] === oldWords[3];
    if (hit) {
      for (let word = 0; word < 4; word++) freshWords[word] = cacheWords[at + 4 + word] as number;
    } else {
      make();
      known[slot] = 1;
      for (let word = 0; word < 4; word++) {
        cacheWords[at + word] = oldWords[word] as number;
        cacheWords[at + 4 + word] = freshWords[word] as number;
      }
      if (++made === FEWEST_SLOTS) grow();
    }
    if (form !== CANONICAL) return putUuid(fresh, form, other, 0) === 36 ? other : unhyphenated;
    printUuid(fresh, text);
    return text;
  };
}
