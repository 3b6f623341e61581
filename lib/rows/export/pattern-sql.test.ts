import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { createPatternMapper, parsePattern } from "../codec/pattern.ts";
import { patternRegex } from "./pattern-sql.ts";

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase("empty");
  client = await database.connect();
});
afterAll(() => database.drop());

const users = { table: "public.users", columns: ["id"] };

async function found(pattern: string, text: string): Promise<string | null> {
  const { rows } = await client.query<{ id: string | null }>(
    "SELECT substring($1::text FROM $2::text) AS id",
    [text, patternRegex(pattern, users)],
  );
  return rows[0]!.id;
}

describe("the database finds the id in a text", () => {
  it.each([
    ["u/{public.users.id}/*", "u/7/x\ny", "7"],
    ["u/{public.users.id}/*", "v/7/x", null],
    ["{public.orgs.id}:{public.users.id}", "1:7", "7"],
    ["{public.users.id}", "7", "7"],
    ["{public.users.id}", "7/8", null],
    ["a.b(c)+{public.users.id}]$^*", "a.b(c)+7]$^rest", "7"],
    ["\\d{public.users.id}\\", "\\d7\\", "7"],
    ["{public.users.id}-x", "7-x", "7"],
    ["{public.users.id}^", "7^", "7"],
  ])("%s in %j", async (pattern, text, id) => {
    expect(await found(pattern, text)).toBe(id);
  });

  it("by the same rule by which it is mapped", async () => {
    const literal = fc.string({
      unit: fc.constantFrom(..."ab/:.-+*?[]()|^$\\".replace("*", "").split("")),
      minLength: 1,
      maxLength: 3,
    });
    const pattern = fc
      .tuple(literal, literal, fc.boolean())
      .map(([a, b, any]) => `${a}{public.users.id}${b}${any ? "*" : ""}`);
    const text = fc.tuple(literal, fc.string({ unit: fc.constantFrom(..."17ab/:."), maxLength: 4 }), literal);
    await fc.assert(
      fc.asyncProperty(pattern, text, fc.boolean(), async (form, [a, id, b], fits) => {
        const parts = parsePattern(form)!;
        const value = fits
          ? form.replace("{public.users.id}", () => id).replace(/\*$/, "rest")
          : `${a}${id}${b}`;
        let seen: string | null = null;
        createPatternMapper(parts, {
          "public.users.id": (old) => {
            seen = old.toString();
            return undefined;
          },
        })(Buffer.from(value));
        expect(await found(form, value)).toBe(seen);
      }),
      { numRuns: 200 },
    );
  });
});
