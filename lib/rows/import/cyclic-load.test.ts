import { afterAll, beforeAll, expect, test } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import { copyIn } from "../../postgres/copy-streams.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { createCyclicLoad } from "./cyclic-load.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase("empty");
  const client = await database.connect();
  await client.query(`
    CREATE TABLE "Team" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "lead" int NOT NULL, size int);
    CREATE TABLE person (id int PRIMARY KEY, team int NOT NULL REFERENCES "Team", twice int GENERATED ALWAYS AS (id * 2) STORED);
    ALTER TABLE "Team" ADD FOREIGN KEY ("lead") REFERENCES person;
    CREATE TABLE counted (who text);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO counted VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
    CREATE TRIGGER note AFTER INSERT ON person FOR EACH ROW EXECUTE FUNCTION note()`);
});

afterAll(() => database.drop());

async function* text(rows: string) {
  yield Buffer.from(rows);
}

const TABLES = [
  { id: 'public."Team"', columns: ["id", "lead"], rows: "1\t10\n2\t20\n" },
  { id: "public.person", columns: ["id", "team"], rows: "10\t1\n20\t2\n30\t1\n" },
];

test("a circle of NOT NULL foreign keys that cannot be deferred loads with all checks and triggers on", async () => {
  const client = await database.connect();
  const load = createCyclicLoad(client, await readCatalog(client), [TABLES.map((table) => table.id)]);
  await client.query("BEGIN");
  for (const { id, columns, rows } of TABLES) {
    expect(load.waits(id)).toBe(true);
    const place = await load.prepare(id, columns);
    await copyIn(client, `COPY ${place} FROM STDIN`, text(rows));
    await load.complete(id);
  }
  await client.query("COMMIT");
  const { rows } = await client.query(
    `SELECT p.id, p.twice, t."lead" FROM person p JOIN "Team" t ON t.id = p.team ORDER BY 1`,
  );
  expect(rows).toEqual([
    { id: 10, twice: 20, lead: 10 },
    { id: 20, twice: 40, lead: 20 },
    { id: 30, twice: 60, lead: 10 },
  ]);
  expect((await client.query("SELECT who FROM counted")).rows).toHaveLength(3);
});

test("a row of the circle that points nowhere is refused by its foreign key", async () => {
  const client = await database.connect();
  const load = createCyclicLoad(client, await readCatalog(client), [TABLES.map((table) => table.id)]);
  await client.query("BEGIN");
  const [team, person] = TABLES as [(typeof TABLES)[0], (typeof TABLES)[0]];
  await copyIn(client, `COPY ${await load.prepare(team.id, team.columns)} FROM STDIN`, text("7\t99\n"));
  await load.complete(team.id);
  await copyIn(client, `COPY ${await load.prepare(person.id, person.columns)} FROM STDIN`, text("98\t7\n"));
  await expect(load.complete(person.id)).rejects.toMatchObject({ code: "23503" });
  await client.query("ROLLBACK");
});
