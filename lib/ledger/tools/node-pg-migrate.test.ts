import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runner } from "node-pg-migrate";
import type pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { migrate } from "../migrate.ts";
import { holdAgainstTool, temporaryFolder } from "../testing/against-tool.ts";
import { nodePgMigrateAdapter as adapter } from "./node-pg-migrate.ts";

const silent = { debug: undefined, info: () => {}, warn: () => {}, error: () => {} };

async function runTool(databaseUrl: string, dir: string): Promise<void> {
  await runner({ databaseUrl, dir, direction: "up", migrationsTable: "pgmigrations", logger: silent });
}

const ROWS = "SELECT id, name FROM pgmigrations ORDER BY id";

test("what node-pg-migrate makes and notes of SQL files, version by version", () =>
  holdAgainstTool({
    adapter,
    // Index, milliseconds, UTC date: all three compare with each other by what they mean.
    write: (folder, { name, statements }, at) =>
      writeFile(
        join(
          folder,
          `${["1", "1712345678901", "1712345678902", "20240501101010123", "20240501101010124"][at]}_${name}.sql`,
        ),
        `-- Up Migration\n${statements.join(";\n")}\n-- Down Migration\nDROP TABLE accounts`,
      ),
    runTool,
    ledgerRows: ROWS,
  }));

let folder: string;
let database: TestDatabase;
let client: pg.Client;
beforeEach(async () => {
  folder = await temporaryFolder();
  database = await createTestDatabase("empty");
  client = await database.connect();
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await database.drop();
});

const PROGRAM = `exports.up = (pgm) => pgm.createTable("by_code", { id: "int" });\n`;

async function withProgram(): Promise<void> {
  await writeFile(join(folder, "1_a.sql"), "CREATE TABLE a (id int)");
  await writeFile(join(folder, "2_code.js"), PROGRAM);
  await writeFile(join(folder, "3_b.sql"), "CREATE TABLE b (id int)");
}

test("a program between SQL files is named, with what there is to do, and nothing runs past it", async () => {
  await withProgram();
  const refused = await migrate(client, adapter, folder).then(
    () => expect.fail("nothing was refused"),
    (error) => error,
  );
  expect(refused.findings).toMatchObject([{ code: "migration-is-code", where: join(folder, "2_code.js") }]);
  expect(refused.findings[0].todo).toMatch(/command .* SQL in its place, or skip/);
  expect((await adapter.read(client)).version).toBe("1_a");
});

test("what stands in a program's place is noted as the program, and the tool goes on from there", async () => {
  await withProgram();
  await migrate(client, adapter, folder, { upTo: "1_a" });
  const [, program] = await adapter.list(folder);
  expect(program).toMatchObject({ code: true, sql: PROGRAM });
  await adapter.apply(client, { ...program!, code: undefined, sql: "CREATE TABLE by_code (id int)" });
  await runTool(database.url, folder);
  const { rows } = await client.query(ROWS);
  expect(rows).toEqual([
    { id: 1, name: "1_a" },
    { id: 2, name: "2_code" },
    { id: 3, name: "3_b" },
  ]);
});

test("pairs of up and down are one migration; a name without a number is refused", async () => {
  await writeFile(join(folder, "1_a.up.sql"), "SELECT 1");
  await writeFile(join(folder, "1_a.down.sql"), "SELECT 2");
  await writeFile(join(folder, "2_types.d.ts"), "");
  await writeFile(join(folder, "README.md"), "");
  expect((await adapter.list(folder)).map(({ version, sql }) => [version, sql])).toEqual([
    ["1_a", "SELECT 1"],
  ]);
  await writeFile(join(folder, "add.sql"), "");
  await expect(adapter.list(folder)).rejects.toMatchObject({ findings: [{ code: "migration-misnamed" }] });
});
