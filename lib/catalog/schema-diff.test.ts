import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { readCatalog } from "./read.ts";
import { schemaDiff } from "./schema-diff.ts";
import { type SchemaSnapshot, schemaSnapshot } from "./schema-snapshot.ts";

let database: TestDatabase;
let before: SchemaSnapshot;
let after: SchemaSnapshot;

beforeAll(async () => {
  database = await createTestDatabase("empty");
  const client = await database.connect();
  const read = async () => schemaSnapshot(await readCatalog(client), ({ name }) => name === "ledger");
  await client.query(`CREATE TABLE people (id int PRIMARY KEY, email text, age int CHECK (age > 0));
    CREATE TABLE orders (id int, person int REFERENCES people (id)); CREATE INDEX by_person ON orders (person);
    CREATE TABLE gone (id int); CREATE TABLE same (id int); CREATE TABLE ledger (id int);
    CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`);
  before = await read();
  await client.query(`ALTER TABLE people ALTER email SET NOT NULL, ALTER age TYPE bigint, ADD UNIQUE (email), ADD name text DEFAULT 'x';
    ALTER TABLE people DROP CONSTRAINT people_age_check;
    ALTER TABLE orders DROP CONSTRAINT orders_person_fkey, ADD CONSTRAINT orders_person_fkey FOREIGN KEY (person) REFERENCES people (id) ON DELETE CASCADE NOT VALID;
    DROP INDEX by_person; CREATE INDEX by_person ON orders (person, id);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON orders FOR SELECT USING (id > 0);
    CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION nothing();
    DROP TABLE gone; CREATE TABLE fresh (id int); ALTER TABLE ledger ADD note text`);
  after = await read();
});
afterAll(() => database.drop());

test("two readings of one schema are the same", () => {
  const { added, removed, changed, same } = schemaDiff(before, before);
  expect([added, removed, changed, same]).toEqual([[], [], [], 4]);
});

test("tables that come and go are told by name, the others part by part", () => {
  const { added, removed, changed, same } = schemaDiff(before, after);
  expect([added, removed, same]).toEqual([["public.fresh"], ["public.gone"], 1]);
  expect(changed.map(({ table }) => table)).toEqual(["public.orders", "public.people"]);
  const [orders, people] = changed;
  expect(orders!.is).toEqual({ before: "table", after: "table with row security" });
  expect(orders!.parts.map(({ part, name }) => `${part} ${name}`)).toEqual([
    "constraints orders_person_fkey",
    "indexes by_person",
    "policies own",
    "triggers touch",
  ]);
  expect(orders!.parts[0]!.after).toBe(
    "FOREIGN KEY (person) REFERENCES public.people (id) ON DELETE CASCADE NOT VALID",
  );
  expect(people!.parts).toMatchObject([
    { part: "columns", name: "age", before: "integer", after: "bigint" },
    { part: "columns", name: "email", before: "text", after: "text NOT NULL" },
    { part: "columns", name: "name", before: null, after: "text DEFAULT 'x'::text" },
    { part: "constraints", name: "people_age_check", after: null },
    { part: "constraints", name: "people_email_key", before: null, after: "UNIQUE (email)" },
  ]);
});

test("the way back is the same the other way round", () => {
  const [there, back] = [schemaDiff(before, after), schemaDiff(after, before)];
  expect(back.added).toEqual(there.removed);
  expect(back.changed.flatMap(({ parts }) => parts.map((each) => each.before))).toEqual(
    there.changed.flatMap(({ parts }) => parts.map((each) => each.after)),
  );
});
