import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../limits.ts";
import { decodeEnvelope, encodeEnvelope, signatureState } from "./envelope.ts";
import { keyId } from "./keys.ts";
import { isOfSmallOrder } from "./small-order.ts";

/** The curve −x² + y² = 1 + d·x²·y² over the integers modulo p (RFC 8032, 5.1), in the plain affine form. */
const P = 2n ** 255n - 19n;
const mod = (a: bigint) => ((a % P) + P) % P;
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}
const inverse = (a: bigint) => power(a, P - 2n);
const D = mod(-121665n * inverse(121666n));

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}
const IDENTITY: Point = { x: 0n, y: 1n };

function add(a: Point, b: Point): Point {
  const common = mod(D * a.x * b.x * a.y * b.y);
  return {
    x: mod((a.x * b.y + a.y * b.x) * inverse(1n + common)),
    y: mod((a.y * b.y + a.x * b.x) * inverse(1n - common)),
  };
}
const times = (point: Point, n: number) => Array.from({ length: n }, () => point).reduce(add, IDENTITY);
const isIdentity = ({ x, y }: Point) => x === 0n && y === 1n;

/** A square root modulo p, p ≡ 5 (mod 8); null where there is none. */
function root(a: bigint): bigint | null {
  const candidate = power(a, (P + 3n) / 8n);
  for (const found of [candidate, mod(candidate * power(2n, (P - 1n) / 4n))])
    if (mod(found * found) === mod(a)) return found;
  return null;
}

/** All eight: doubling a point thrice gives the identity, so x² of those of order 8 solves d·x⁴ − 2·x² − 1 = 0. */
function smallOrderPoints(): Point[] {
  const points: Point[] = [IDENTITY, { x: 0n, y: mod(-1n) }];
  const i = root(mod(-1n))!;
  points.push({ x: i, y: 0n }, { x: mod(-i), y: 0n });
  const half = root(mod(1n + D))!;
  for (const squared of [mod((1n + half) * inverse(D)), mod((1n - half) * inverse(D))]) {
    const x = root(squared);
    if (x === null) continue;
    for (const sx of [x, mod(-x)]) for (const y of [mod(i * x), mod(-i * x)]) points.push({ x: sx, y });
  }
  return points.filter((point) => isIdentity(times(point, 8)));
}

/** RFC 8032, 5.1.2; `plus` p for the second way to write a small y. */
function encoded({ x, y }: Point, plus = 0n): Buffer {
  const bytes = Buffer.from((y + plus).toString(16).padStart(64, "0"), "hex").reverse();
  if (x & 1n) bytes[31]! |= 0x80;
  return bytes;
}

const keyOf = (bytes: Buffer): KeyObject =>
  createPublicKey({
    key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), bytes]),
    format: "der",
    type: "spki",
  });

const points = smallOrderPoints();
const encodings = points.flatMap((point) => {
  const both = [encoded(point)];
  if (point.y < 19n) both.push(encoded(point, P));
  // Whether or not x is 0, the bit of its sign may be set.
  return both.flatMap((bytes) => [
    bytes,
    Buffer.from(bytes.map((byte, at) => (at === 31 ? byte ^ 0x80 : byte))),
  ]);
});

describe("the points of small order", () => {
  test("are eight, and every way to write one is told", () => {
    expect(new Set(points.map(({ x, y }) => `${x} ${y}`)).size).toBe(8);
    for (const bytes of encodings) expect(isOfSmallOrder(keyOf(bytes)), bytes.toString("hex")).toBe(true);
    expect(new Set(encodings.map((bytes) => bytes.toString("hex"))).size).toBe(14);
  });

  test("are none of the keys that people make", () => {
    for (let n = 0; n < 20; n++) {
      const { publicKey, privateKey } = generateKeyPairSync("ed25519");
      expect([isOfSmallOrder(publicKey), isOfSmallOrder(privateKey)]).toEqual([false, false]);
    }
  });
});

test("a seal that anybody signs by such a key is false, whether or not OpenSSL lets it pass", () => {
  const key = keyOf(encoded(IDENTITY));
  // R is the base point and S is 1: S·B = R + k·identity, whatever k the message gives.
  const one = Buffer.alloc(32, 0);
  one[0] = 1;
  const forged = Buffer.concat([Buffer.from(`58${"66".repeat(31)}`, "hex"), one]);
  const { payload } = decodeEnvelope(encodeEnvelope(Buffer.from("{}")), DEFAULT_LIMITS);
  const envelope = { payload, signatures: [{ keyid: keyId(key), sig: forged.toString("base64") }] };
  expect(signatureState(envelope, [key])).toMatchObject({ state: "invalid", keyId: keyId(key) });
});
