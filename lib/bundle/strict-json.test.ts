import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { canonicalJson } from "../canonical/json.ts";
import { Refusal } from "../findings/finding.ts";
import { readCanonicalJson } from "./strict-json.ts";

const anything = z.unknown();

function code(text: string | Buffer, schema: z.ZodType = anything, jsonDepth = 4): string {
  try {
    readCanonicalJson("a.json", Buffer.from(text as string), schema, { jsonDepth, jsonValues: 20 });
    return "none";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.findings[0]?.code as string;
  }
}

test("canonical JSON of any value is read", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
      const text = canonicalJson(value);
      expect(
        readCanonicalJson("a.json", Buffer.from(text), anything, { jsonDepth: 4, jsonValues: 1000 }),
      ).toEqual(JSON.parse(text));
    }),
  );
});

test("a name that stands twice is refused", () => {
  expect(code('{"a":1,"a":1}')).toBe("bundle-json");
  expect(code('{"a":1,"\\u0061":2}')).toBe("bundle-json");
  expect(code('{"__proto__":1,"__proto__":2}')).toBe("bundle-json");
});

test("what a reader would normalise is refused: white space, order, escapes, numbers", () => {
  for (const text of [
    ' {"a":1}',
    '{"a":1}\n',
    '{"b":1,"a":2}',
    '"\\u0061"',
    '"\\/"',
    "1.0",
    "1e2",
    "-0",
    "12345678901234567890",
  ]) {
    expect(code(text), text).toBe("bundle-json");
  }
});

test("what is no JSON is refused: halves, lone surrogates, invalid UTF-8, a byte order mark", () => {
  for (const text of ["", "{", '{"a":', "nul", '"\\ud800"', "NaN", "\ufeff{}"])
    expect(code(text), text).toBe("bundle-json");
  expect(code(Buffer.from([0x22, 0xff, 0x22]))).toBe("bundle-json");
  expect(code(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toBe("bundle-json");
});

test("nesting is bounded before anything is parsed", () => {
  expect(code("[[[[]]]]")).toBe("none");
  expect(code("[[[[[]]]]]")).toBe("bundle-json");
  expect(code("[".repeat(1_000_000))).toBe("bundle-json");
  expect(code('{"a":{"b":{"c":{"d":{}}}}}')).toBe("bundle-json");
  // Brackets in strings do not nest.
  expect(code(JSON.stringify(["[[[[[[{{{{", '\\"[[[[[']))).toBe("none");
});

test("values are bounded before anything is parsed", () => {
  expect(code(`[${"1,".repeat(18)}1]`)).toBe("none");
  expect(code(`[${"1,".repeat(19)}1]`)).toBe("bundle-json");
  expect(code(`[${"[],".repeat(10)}[]]`)).toBe("bundle-json");
  expect(code(",".repeat(1_000_000))).toBe("bundle-json");
  // Commas in strings are no values.
  expect(code(JSON.stringify([",".repeat(1000)]))).toBe("none");
});

test("another shape is told by the path, without its value", () => {
  const schema = z.strictObject({ a: z.strictObject({ b: z.number() }) });
  expect(code('{"a":{"b":1}}', schema)).toBe("none");
  expect(code('{"a":{"b":1},"c":1}', schema)).toBe("bundle-shape");
  try {
    readCanonicalJson("a.json", Buffer.from('{"a":{"b":"hunter2"}}'), schema, {
      jsonDepth: 4,
      jsonValues: 20,
    });
    expect.unreachable();
  } catch (error) {
    expect((error as Refusal).findings[0]?.what).toContain("at a.b");
    expect((error as Refusal).message).not.toContain("hunter2");
  }
});
