import fc from "fast-check";
import { expect, test } from "vitest";
import { packIds, unpackIds } from "./remap.ts";

test("sorted ids come back from their packed form", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), { maxLength: 200 }), (ids) => {
      const sorted = Float64Array.from(ids).sort();
      expect(unpackIds(packIds(sorted))).toEqual(sorted);
    }),
  );
});

test("dense ids take one byte each", () => {
  const dense = Float64Array.from({ length: 1000 }, (_, index) => index + 1);
  expect(Buffer.from(packIds(dense), "base64")).toHaveLength(1000);
});
