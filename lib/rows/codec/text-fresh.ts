/** Fresh text ids of one generated column: the generator, seeded by the keyed hash of the old id. */
import { createTextGenerator } from "./generated-text.ts";
import { createKeyedHash } from "./keyed-hash.ts";

/** Gives the fresh id for an old one's text; null where the text could not have come from the generator. */
export type FreshTexts = (old: Buffer) => Buffer | null;

/** Parents repeat in runs of children; forgotten all at once, which is cheaper than one by one. */
const REMEMBERED = 10_000;

/**
 * @param importKey 32 bytes
 * @param rootColumn qualified name of the column where these ids are generated
 * @param generator as the platform file writes it; null is returned where that names none
 */
export function createFreshTexts(
  importKey: Uint8Array,
  rootColumn: string,
  generator: string,
): FreshTexts | null {
  const made = createTextGenerator(generator);
  if (made === null) return null;
  const keyedHash = createKeyedHash(importKey, rootColumn);
  const known = new Map<string, Buffer | null>();
  return (old) => {
    const text = old.toString("utf8");
    const before = known.get(text);
    if (before !== undefined) return before;
    const fresh = made.matches(text) ? made.fresh(text, keyedHash(old)) : null;
    const bytes = fresh === null ? null : Buffer.from(fresh);
    if (known.size >= REMEMBERED) known.clear();
    known.set(text, bytes);
    return bytes;
  };
}
