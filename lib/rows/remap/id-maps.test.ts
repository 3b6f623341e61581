import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { integerIdMap, lookupMap, parseInteger } from "./id-maps.ts";
import { createIntegerMap } from "./integer-map.ts";

describe("an integer's text", () => {
  it("is read exactly, or not at all", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const read = parseInteger(Buffer.from(String(value)));
        expect(read).toBe(Number.isSafeInteger(Number(value)) ? Number(value) : null);
      }),
    );
  });

  it.each([
    "",
    "-",
    "1.5",
    "1e3",
    " 1",
    "1 ",
    "abc",
    "0x10",
    "+1",
    "1234567890123456.5",
    "1.000000000000000",
    "0x00000000000001",
    "0x1234567890abcdef",
  ])("is none: %j", (text) => {
    expect(parseInteger(Buffer.from(text))).toBeNull();
  });
});

describe("a map of ids", () => {
  it("looks up first, and asks the other one for what it has not", () => {
    const inner = lookupMap(
      new Map([
        ["b", "inner"],
        ["a", "never"],
      ]),
    );
    const map = lookupMap(new Map([["a", "outer"]]), { ...inner, nobody: Buffer.from("nobody") });
    expect(["a", "b", "c"].map((id) => map.map(Buffer.from(id))?.toString() ?? null)).toEqual([
      "outer",
      "inner",
      null,
    ]);
    expect(map.nobody?.toString()).toBe("nobody");
  });

  it("of integers knows those that were drawn for, and who is nobody", () => {
    const map = integerIdMap(
      createIntegerMap(Float64Array.of(-3, 10), [{ rank: 0, first: 7, step: -2 }], 99),
    );
    expect(["-3", "10", "11", "x", ""].map((id) => map.map(Buffer.from(id))?.toString() ?? null)).toEqual([
      "7",
      "5",
      null,
      null,
      null,
    ]);
    expect(map.nobody?.toString()).toBe("99");
  });
});
