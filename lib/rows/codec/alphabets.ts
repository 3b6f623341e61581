/** Letters that generated ids are drawn from, and how a seed of 32 bytes becomes as many of them as are asked for. */
import { hash } from "node:crypto";

const DIGITS = "0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();

export const ALPHABETS = {
  digits: DIGITS,
  hex: "0123456789abcdef",
  base36: DIGITS + LOWER,
  /** Bitcoin's: without 0, O, I and l. */
  base58: "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
  base62: DIGITS + UPPER + LOWER,
  /** Crockford's base 32, as ULIDs use it: without I, L, O and U. */
  crockford: "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
  lower: LOWER,
  /** nanoid's: base64url. */
  nanoid: `${DIGITS}${LOWER}${UPPER}_-`,
} as const;

/** Bytes without end from a seed: the seed itself, then SHA-256(seed ‖ counter). */
export interface ByteSource {
  next(): number;
}

export function bytesFrom(seed: Buffer): ByteSource {
  let block = seed;
  let at = 0;
  let counter = 0;
  return {
    next() {
      if (at === block.length) {
        block = hash("sha256", Buffer.concat([seed, Buffer.of(counter++)]), "buffer");
        at = 0;
      }
      return block[at++] as number;
    },
  };
}

/** Letters, each equally likely: bytes beyond the last whole multiple of the alphabet are skipped. */
export function draw(alphabet: string, count: number, bytes: ByteSource): string {
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < count) {
    const byte = bytes.next();
    if (byte < limit) text += alphabet[byte % alphabet.length];
  }
  return text;
}
