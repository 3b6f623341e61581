import fc from "fast-check";
import type pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase } from "../../testing/database.ts";
import { mapArrayLiteral } from "./array-literal.ts";
import { MALFORMED } from "./malformed.ts";

let client: pg.Client;

beforeAll(async () => {
  client = await (await createTestDatabase("empty")).connect();
});

/** The elements that the mapper sees, and the text when it changes nothing or everything. */
function seen(text: string): { elements: string[]; result: unknown } {
  const elements: string[] = [];
  const result = mapArrayLiteral(Buffer.from(text), (element) => {
    elements.push(element.toString());
    return undefined;
  });
  return { elements, result };
}

function mapped(text: string, map: (element: string) => string | null | undefined): string | undefined {
  const result = mapArrayLiteral(Buffer.from(text), (element) => {
    const value = map(element.toString());
    return typeof value === "string" ? Buffer.from(value) : value;
  });
  if (result === MALFORMED) throw new Error("malformed");
  return result?.toString();
}

describe("an array's text", () => {
  test.each([
    ["{}", []],
    ["{1,2,NULL}", ["1", "2"]],
    ["[0:1]={a,b}", ["a", "b"]],
    ["[-1:0][2:3]={{1,2},{3,NULL}}", ["1", "2", "3"]],
    ['{"a b","c\\"d","e\\\\f","","NULL","{}",","}', ["a b", 'c"d', "e\\f", "", "NULL", "{}", ","]],
    [" { a b , null , \\n\\u } ", ["a b", "nu"]],
    ['{"[0:1]={x}"}', ["[0:1]={x}"]],
    ["{{{}}}", []],
  ])("%s shows its elements and stays as it is", (text, elements) => {
    expect(seen(text)).toEqual({ elements, result: undefined });
  });

  test.each([
    "",
    "1",
    "{",
    "{1",
    '{"a}',
    "{1}}",
    "{1}x",
    "[0:1]{1,2}",
    "[x]={1}",
    '{a"b"}',
    "{a\\",
    "{a{b}}",
  ])("%s is malformed", (text) => {
    expect(seen(text).result).toBe(MALFORMED);
  });

  test("changes in the elements that the mapper changes, and nowhere else", () => {
    const map = (element: string) =>
      ({ a: "needs, quotes", b: null, c: "", d: "null", e: 'q"\\', f: "plain" })[element];
    expect(mapped('[3:9]={ x ,a,b,"c",d,e,"f"}', map)).toBe(
      '[3:9]={ x ,"needs, quotes",NULL,"","null","q\\"\\\\",plain}',
    );
  });

  test("takes another delimiter for box", () => {
    const elements: string[] = [];
    mapArrayLiteral(
      Buffer.from("{(1,1),(0,0);(2,2),(1,1)}"),
      (element) => void elements.push(element.toString()),
      0x3b,
    );
    expect(elements).toEqual(["(1,1),(0,0)", "(2,2),(1,1)"]);
  });
});

const element = fc.option(
  fc.oneof(
    fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "")),
    fc.string({ unit: fc.constantFrom(...'\\"{}, NULnul\t\n\v') }),
  ),
  { nil: null },
);

test("shows what the database stored and prints what the database prints", async () => {
  const list = fc.array(element, { minLength: 1, maxLength: 6 });
  const cases = fc.array(fc.tuple(list, fc.boolean()), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(cases, async (arrays) => {
      for (const [elements, twice] of arrays) {
        const { rows } = await client.query<{ text: string }>(
          "SELECT (CASE WHEN $2 THEN ARRAY[$1::text[], $1::text[]] ELSE $1::text[] END)::text AS text",
          [elements, twice],
        );
        const printed = rows[0]?.text ?? "";
        const expected = (twice ? [...elements, ...elements] : elements).filter((one) => one !== null);
        expect(seen(printed)).toEqual({ elements: expected, result: undefined });
        if (expected.length > 0) expect(mapped(printed, (one) => one)).toBe(printed);
      }
    }),
    { numRuns: 40 },
  );
});
