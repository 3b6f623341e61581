import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fieldOf, meetRows, textOfField } from "./ordered-rows.ts";

let database: TestDatabase;
let sides: readonly [pg.Client, pg.Client];
beforeAll(async () => {
  database = await createTestDatabase("empty");
  sides = [await database.connect(), await database.connect()];
});
afterAll(() => database.drop());

const never = new AbortController().signal;

async function met(a: string, b: string): Promise<string[]> {
  const found: string[] = [];
  await meetRows(
    sides,
    [a, b],
    2,
    (was, now) => {
      const text = (row: typeof was) => (row === null ? "-" : String(textOfField(fieldOf(row, 1))));
      found.push(`${text(was)} ${text(now)}`);
    },
    never,
  );
  return found;
}

it("meets rows by their marks, as many as both sides have", async () => {
  const a = "SELECT m, v FROM (VALUES ('a', '1'), ('b', '2'), ('c', '3'), ('c', '4')) r (m, v) ORDER BY 1";
  const b = "SELECT m, v FROM (VALUES ('b', NULL), ('c', '5'), ('d', '6')) r (m, v) ORDER BY 1";
  expect(await met(a, b)).toEqual(["1 -", "2 null", "3 5", "4 -", "- 6"]);
  expect(await met(a, "SELECT '', '' WHERE false")).toHaveLength(4);
});

it("gives every value as it is, and takes rows that come in pieces", async () => {
  const values = ["a\tb", "c\\d", "e\nf", "\\N", "", "\r\b\f\v", "Zoë 🦊"];
  const list = values.map(
    (value, at) =>
      `('${at}', E'${value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll("\r", "\\r").replaceAll("\b", "\\b").replaceAll("\f", "\\f").replaceAll("\v", "\\x0b")}')`,
  );
  const select = `SELECT m, v FROM (VALUES ${list.join(", ")}) r (m, v) ORDER BY 1`;
  expect(await met(select, select)).toEqual(values.map((value) => `${value} ${value}`));
  const many =
    "SELECT lpad(n::text, 9, '0'), repeat('x', n % 700) FROM generate_series(1, 20000) n ORDER BY 1";
  const some = many.replace("ORDER", "WHERE n % 3 = 0 ORDER");
  const found = await met(many, some);
  expect(found.length).toBe(20_000);
  expect(found.filter((each) => !each.endsWith(" -"))).toHaveLength(6_666);
});

it("lets go of both sides where one of them fails", async () => {
  const fails = "SELECT '0', 1 / (n - 500) FROM generate_series(1, 1000) n";
  await expect(met("SELECT n::text, 'x' FROM generate_series(1, 100000) n", fails)).rejects.toThrow(
    "division by zero",
  );
  for (const side of sides) expect((await side.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});
