import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { sqlJsonPath } from "./json-path-sql.ts";

let database: TestDatabase;
let client: Awaited<ReturnType<TestDatabase["connect"]>>;
beforeAll(async () => {
  database = await createTestDatabase("empty");
  client = await database.connect();
});
afterAll(() => database.drop());

async function query(value: unknown, path: string): Promise<unknown[]> {
  const { rows } = await client.query<{ found: unknown }>(
    "SELECT jsonb_path_query($1::jsonb, $2::jsonpath) AS found",
    [JSON.stringify(value), sqlJsonPath(path)],
  );
  return rows.map((row) => row.found);
}

test("keys and elements are followed, and a single object stands for an array of one", async () => {
  const value = { items: [{ id: 1 }, { id: 2 }, {}], one: { id: 3 }, rows: [["x"]] };
  expect(await query(value, "$.items[*].id")).toEqual([1, 2]);
  expect(await query(value, "$.one[*].id")).toEqual([3]);
  expect(await query(value, "$.gone.id")).toEqual([]);
  expect(await query([5, 6], "$[*]")).toEqual([5, 6]);
  expect(await query("id", "$")).toEqual(["id"]);
});

test("a key in brackets may hold anything: dots, quotes, brackets, what looks like a path", async () => {
  const key = fc
    .oneof(
      fc.constantFrom("a.b", "x[*]", "$.y", 'q"q', "it's", "back\\slash", "\n"),
      fc.string({ unit: "grapheme" }),
    )
    .filter((text) => text !== "" && !text.includes("\u0000"));
  await fc.assert(
    fc.asyncProperty(key, key, async (outer, inner) => {
      const quoted = (text: string) => `['${text.replaceAll(/[\\']/g, "\\$&")}']`;
      expect(await query({ [outer]: { [inner]: 1 } }, `$${quoted(outer)}${quoted(inner)}`)).toEqual([1]);
    }),
    { numRuns: 100 },
  );
});
