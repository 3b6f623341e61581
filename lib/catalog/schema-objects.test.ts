import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { objectsDiff, readSchemaObjects, type SchemaObjects } from "./schema-objects.ts";

let database: TestDatabase;
let before: SchemaObjects;
let after: SchemaObjects;
beforeAll(async () => {
  database = await createTestDatabase("empty");
  const client = await database.connect();
  await client.query(`CREATE TYPE mood AS ENUM ('well', 'ill'); CREATE DOMAIN percent AS int CHECK (VALUE <= 100);
    CREATE DOMAIN same AS text; CREATE SEQUENCE numbers; CREATE TABLE people (id int, mood mood);
    CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';
    CREATE FUNCTION twice(n text) RETURNS text LANGUAGE sql AS 'SELECT n || n';
    CREATE VIEW well AS SELECT id FROM people WHERE mood = 'well'; CREATE VIEW gone AS SELECT 1 AS one`);
  before = await readSchemaObjects(client);
  await client.query(`ALTER TYPE mood ADD VALUE 'so so';
    ALTER DOMAIN percent DROP CONSTRAINT percent_check; ALTER SEQUENCE numbers INCREMENT 5;
    CREATE OR REPLACE FUNCTION twice(n text) RETURNS text LANGUAGE sql AS 'SELECT n || '' '' || n';
    CREATE OR REPLACE VIEW well AS SELECT id FROM people WHERE mood <> 'ill'; DROP VIEW gone;
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM people`);
  after = await readSchemaObjects(client);
});
afterAll(() => database.drop());

it("two readings of one schema are the same", () => {
  expect(Object.keys(before)).toContain("type public.same");
  expect(objectsDiff(before, before)).toEqual([]);
});

it("tells what came, went and is made otherwise, and nothing of tables", () => {
  const diff = objectsDiff(before, after);
  expect(diff.map(({ object, before: was, after: is }) => [object, was !== null, is !== null])).toEqual([
    ["function public.twice", true, true],
    ["materialised view public.counted", false, true],
    ["sequence public.numbers", true, true],
    ["type public.mood", true, true],
    ["type public.percent", true, true],
    ["view public.gone", true, false],
    ["view public.well", true, true],
  ]);
  const of = (name: string) => diff.find(({ object }) => object === name)!;
  expect(of("type public.mood").after).toContain("'so so'");
  expect(of("type public.percent").before).toContain("100");
  expect(of("function public.twice").after).toContain("SELECT n * 2");
  expect(of("sequence public.numbers").after).toMatch(/INCREMENT( BY)? 5/);
});
