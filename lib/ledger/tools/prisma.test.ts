import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { migrate } from "../migrate.ts";
import { isSameFile } from "../same-file.ts";
import { holdAgainstTool, temporaryFolder } from "../testing/against-tool.ts";
import { deploy, diagnose } from "../testing/prisma-engine.ts";
import { prismaAdapter } from "./prisma.ts";

async function write(folder: string, name: string, text: string): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "migration.sql"), text);
}

const ROWS = `SELECT migration_name, checksum, logs, finished_at IS NULL AS unfinished, rolled_back_at,
  applied_steps_count, length(id) AS id FROM _prisma_migrations ORDER BY started_at`;

test("what Prisma's engine makes and notes, version by version", () =>
  holdAgainstTool({
    adapter: prismaAdapter,
    write: (folder, { name, statements }, at) =>
      write(
        folder,
        `2024010100000${at}_${name}`,
        statements.map((statement) => `${statement};\n`).join("\n"),
      ),
    runTool: async (url, folder) => void (await deploy(url, folder)),
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

test("an attempt that fails stands in the ledger until it is rolled back, for Prisma and here", async () => {
  await write(folder, "1_good", "CREATE TABLE good (id int); CREATE TABLE better (id int);");
  await write(folder, "2_bad", "CREATE TABLE bad (id int);\nSELECT nothing;");
  await expect(migrate(client, prismaAdapter, folder)).rejects.toMatchObject({
    findings: [
      {
        code: "migration-failed",
        what: 'migration 2_bad failed in line 2: SQLSTATE 42703: column "nothing" does not exist',
      },
    ],
  });
  expect((await client.query("SELECT to_regclass('bad') AS bad")).rows).toEqual([{ bad: null }]);
  expect(await prismaAdapter.read(client)).toMatchObject({ version: "1_good", failed: ["2_bad"] });
  expect((await diagnose(database.url, folder)).failedMigrationNames).toEqual(["2_bad"]);
  await expect(migrate(client, prismaAdapter, folder)).rejects.toMatchObject({
    findings: [{ code: "migration-half-applied" }],
  });
  await client.query("UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL");
  await writeFile(join(folder, "2_bad", "migration.sql"), "CREATE TABLE bad (id int)");
  expect(await migrate(client, prismaAdapter, folder)).toMatchObject({ version: "2_bad", failed: [] });
  expect(await deploy(database.url, folder)).toEqual([]);
});

test("an index that is made concurrently needs a file of its own, as under Prisma", async () => {
  await write(folder, "1_table", "CREATE TABLE things (id int)");
  await write(folder, "2_index", "CREATE INDEX CONCURRENTLY by_id ON things (id)");
  await migrate(client, prismaAdapter, folder);
  expect(
    (await client.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_id'::regclass")).rows,
  ).toEqual([{ indisvalid: true }]);
});

test("a file that was edited is told from one with other line endings, by Prisma and here", async () => {
  await write(folder, "1_a", "CREATE TABLE a (\n  id int\n);\n");
  await write(folder, "2_b", "CREATE TABLE b (id int);\n");
  await migrate(client, prismaAdapter, folder);
  await writeFile(join(folder, "1_a", "migration.sql"), "CREATE TABLE a (\r\n  id int\r\n);\r\n");
  await writeFile(join(folder, "2_b", "migration.sql"), "CREATE TABLE b (id bigint);\n");
  const [ledger, files] = [await prismaAdapter.read(client), await prismaAdapter.list(folder)];
  const edited = ledger.applied.filter(
    ({ checksum }, at) => !isSameFile(prismaAdapter, checksum, files[at]!),
  );
  expect(edited.map(({ version }) => version)).toEqual(["2_b"]);
  expect((await diagnose(database.url, folder)).editedMigrationNames).toEqual(["2_b"]);
});

test("a folder without a migration in it is refused", async () => {
  await mkdir(join(folder, "1_empty"));
  await writeFile(join(folder, "migration_lock.toml"), "");
  await expect(prismaAdapter.list(folder)).rejects.toMatchObject({
    findings: [{ code: "migration-misnamed" }],
  });
});
