import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { readSchemaMark } from "./schema-mark.ts";

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase("empty");
  client = await database.connect();
  await client.query(`
    CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE SEQUENCE drawn; CREATE SEQUENCE owned;
    CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TABLE parents (id int PRIMARY KEY); CREATE TABLE tree (id int NOT NULL) PARTITION BY RANGE (id);
    CREATE TABLE leaf PARTITION OF tree FOR VALUES FROM (0) TO (9);
    CREATE TABLE things (id int PRIMARY KEY, parent int, mood mood, note text);
    CREATE TRIGGER looks BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION look();
    CREATE POLICY seen ON things USING (true)`);
});
afterAll(() => database.drop());

it.each([
  "ALTER TABLE things ADD COLUMN more int",
  "ALTER TABLE things DROP COLUMN more",
  "ALTER TABLE things ALTER COLUMN note TYPE varchar(9)",
  "ALTER TABLE things ALTER COLUMN note SET DEFAULT 'x'",
  "ALTER TABLE things ALTER COLUMN note SET NOT NULL",
  "ALTER TABLE things RENAME COLUMN note TO notes",
  "ALTER TABLE things ADD CHECK (id > 0)",
  "ALTER TABLE things ADD FOREIGN KEY (parent) REFERENCES parents",
  "ALTER TABLE things ENABLE ALWAYS TRIGGER looks",
  "ALTER TABLE things ENABLE ROW LEVEL SECURITY",
  "ALTER POLICY seen ON things USING (false)",
  "DROP POLICY seen ON things",
  "CREATE RULE quiet AS ON DELETE TO things DO INSTEAD NOTHING",
  "CREATE UNIQUE INDEX once ON things (parent)",
  "ALTER TYPE mood ADD VALUE 'happy'",
  "ALTER SEQUENCE drawn INCREMENT BY 2",
  "ALTER SEQUENCE owned OWNED BY things.id",
  "ALTER TABLE tree DETACH PARTITION leaf",
  "ALTER TABLE tree ATTACH PARTITION leaf DEFAULT",
  "REVOKE ALL ON things FROM CURRENT_USER",
  "CREATE SCHEMA elsewhere; ALTER TABLE things SET SCHEMA elsewhere",
])("is another one after %s", async (ddl) => {
  const before = await readSchemaMark(client);
  expect(await readSchemaMark(client)).toBe(before);
  await client.query(ddl);
  expect(await readSchemaMark(client)).not.toBe(before);
});

it("is the same whatever happens to rows, and after a change that was rolled back", async () => {
  const before = await readSchemaMark(client);
  await client.query("INSERT INTO parents VALUES (1); ANALYZE parents; SELECT nextval('drawn')");
  await client.query("BEGIN; ALTER TABLE parents ADD COLUMN note text; ROLLBACK");
  await client.query("VACUUM (FREEZE) parents");
  expect(await readSchemaMark(client)).toBe(before);
});
