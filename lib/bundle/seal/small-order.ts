/**
 * Ed25519 public keys that no private key has: points of small order. A signature by such a key is made by anybody,
 * for any message. RFC 8032 does not refuse the key, nor does OpenSSL before 3.5: that of Node 22 takes the forgery of
 * small-order.test.ts, that of Node 24 does not.
 */
import type { KeyObject } from "node:crypto";

/**
 * The y-coordinates, little-endian, of the eight points whose order divides 8, once for both signs of x; and the two
 * of them that are also written with p added to y. Derived in small-order.test.ts.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

const KEY_BYTES = 32;

/** @param key an Ed25519 key, public or private */
export function isOfSmallOrder(key: KeyObject): boolean {
  if (key.type === "private") return false;
  const y = Buffer.from(key.export({ type: "spki", format: "der" }).subarray(-KEY_BYTES));
  // The highest bit is the sign of x.
  y[KEY_BYTES - 1]! &= 0x7f;
  return SMALL_ORDER.has(y.toString("hex"));
}
