import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalHash, canonicalJson } from "./json.ts";

test("names are sorted by UTF-16 code units, at every depth", () => {
  // The order of RFC 8785, 3.2.3: U+20AC before U+1F600 (a surrogate pair) before U+FB33.
  const value = {
    "\u20ac": 1,
    "\r": 2,
    "\ufb33": 3,
    "1": 4,
    "\u{1f600}": 5,
    "\u0080": 6,
    "\u00f6": { b: 1, a: 2 },
  };
  expect(canonicalJson(value)).toBe(
    '{"\\r":2,"1":4,"\u0080":6,"\u00f6":{"a":2,"b":1},"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
  );
});

test("numbers are written as ECMAScript writes them", () => {
  expect(canonicalJson([333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0])).toBe(
    "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]",
  );
});

test("a map reads as an object and a missing property as no property", () => {
  expect(
    canonicalJson(
      new Map([
        ["b", 1],
        ["a", 2],
      ]),
    ),
  ).toBe('{"a":2,"b":1}');
  expect(canonicalJson({ a: undefined, b: null })).toBe('{"b":null}');
});

test("a value without an exact JSON form is refused", () => {
  for (const value of [
    Number.NaN,
    Infinity,
    1n,
    undefined,
    [undefined],
    () => 1,
    new Date(0),
    "\ud800",
    new Set([1]),
  ]) {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  }
});

test("the text reads back as the value and does not depend on the order of insertion", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(value))).toBe(text);
    }),
  );
});

test("the hash is the SHA-256 of the text", () => {
  expect(canonicalHash({})).toBe("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [name, member] of Object.entries(value).reverse()) copy[name] = reversed(member);
  return copy;
}
