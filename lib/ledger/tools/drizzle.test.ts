import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as migrateOld } from "drizzle-orm/node-postgres/migrator";
import { drizzle as drizzleNext } from "drizzle-orm-next/node-postgres";
import { migrate as migrateNext } from "drizzle-orm-next/node-postgres/migrator";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase } from "../../testing/database.ts";
import { migrate } from "../migrate.ts";
import { holdAgainstTool, temporaryFolder } from "../testing/against-tool.ts";
import type { SampleMigration } from "../testing/sample-migrations.ts";
import { drizzleAdapter } from "./drizzle.ts";
import { listDrizzleFiles } from "./drizzle-files.ts";

const textOf = ({ statements }: SampleMigration) =>
  statements.map((statement) => `${statement};`).join("\n--> statement-breakpoint\n");

/** The second one is dated in the same second as the first. */
const momentOf = (at: number) => 1_712_345_678_100 + (at < 2 ? at * 300 : at * 61_000);

async function writeJournalled(folder: string, migration: SampleMigration, at: number): Promise<void> {
  await mkdir(join(folder, "meta"), { recursive: true });
  const tag = `000${at}_${migration.name}`;
  await writeFile(join(folder, `${tag}.sql`), textOf(migration));
  const path = join(folder, "meta", "_journal.json");
  const journal = at === 0 ? { entries: [] } : JSON.parse(await readFile(path, "utf8"));
  journal.entries.push({ idx: at, version: "7", when: momentOf(at), tag, breakpoints: true });
  await writeFile(path, JSON.stringify(journal));
}

async function writeDated(folder: string, migration: SampleMigration, at: number): Promise<void> {
  const date = new Date(momentOf(at))
    .toISOString()
    .slice(0, 19)
    .replaceAll(/[^0-9]/g, "");
  const name = `${date}_${at}${migration.name}`;
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "migration.sql"), textOf(migration));
}

async function withPool(url: string, work: (pool: pg.Pool) => Promise<unknown>): Promise<void> {
  const pool = new pg.Pool({ connectionString: url });
  await work(pool).finally(() => pool.end());
}

const runOld = (url: string, migrationsFolder: string) =>
  withPool(url, (pool) => migrateOld(drizzle(pool), { migrationsFolder }));
const runNext = (url: string, migrationsFolder: string) =>
  withPool(url, (pool) => migrateNext(drizzleNext({ client: pool }), { migrationsFolder }));

test("what drizzle 0.45 makes and notes, version by version", () =>
  holdAgainstTool({
    adapter: drizzleAdapter,
    write: writeJournalled,
    runTool: runOld,
    ledgerRows: "SELECT * FROM drizzle.__drizzle_migrations ORDER BY id",
  }));

test("what drizzle 1.0 makes and notes, version by version", () =>
  holdAgainstTool({
    adapter: drizzleAdapter,
    write: writeDated,
    runTool: runNext,
    ledgerRows: "SELECT id, hash, created_at, name FROM drizzle.__drizzle_migrations ORDER BY id",
  }));

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true }));

const ONE = { name: "one", statements: ["CREATE TABLE one (id int)"] };
const TWO = { name: "two", statements: ["CREATE TABLE two (id int)", "SELECT nothing"] };

test("a ledger that 0.45 has left reads alike after 1.0 has named its rows, whoever names them", async () => {
  const databases = await Promise.all([createTestDatabase("empty"), createTestDatabase("empty")]);
  const [ours, theirs] = await Promise.all(databases.map((database) => database.connect()));
  const dated = await temporaryFolder();
  for (const [at, migration] of [ONE, { ...ONE, name: "other", statements: ["SELECT 1"] }].entries()) {
    await writeJournalled(folder, migration, at * 2);
    await writeDated(dated, migration, at * 2);
  }
  for (const { url } of databases) await runOld(url, folder);
  const before = await drizzleAdapter.read(ours!);
  await runNext(databases[1]!.url, dated);
  await migrate(ours!, drizzleAdapter, dated);
  const rows = "SELECT * FROM drizzle.__drizzle_migrations ORDER BY id";
  expect((await ours!.query(rows)).rows).toEqual((await theirs!.query(rows)).rows);
  expect((await theirs!.query(rows)).rows[0].name).toMatch(/^2024\d+_0one$/);
  for (const client of [ours!, theirs!])
    expect(await drizzleAdapter.read(client)).toMatchObject({
      fingerprint: before.fingerprint,
      version: before.version,
    });
  await rm(dated, { recursive: true });
  for (const database of databases) await database.drop();
});

test("a statement that fails is named, and nothing of its file stays", async () => {
  const database = await createTestDatabase("empty");
  const client = await database.connect();
  await writeJournalled(folder, ONE, 0);
  await writeJournalled(folder, TWO, 2);
  const refused = await migrate(client, drizzleAdapter, folder).then(
    () => expect.fail("nothing was refused"),
    (error) => error,
  );
  expect(refused.findings).toMatchObject([{ code: "migration-failed", where: join(folder, "0002_two.sql") }]);
  expect(refused.findings[0].what).toContain("in statement 2 of 2, line 3: SQLSTATE 42703");
  expect((await client.query("SELECT to_regclass('two') AS two")).rows).toEqual([{ two: null }]);
  expect((await drizzleAdapter.read(client)).applied).toHaveLength(1);
  await database.drop();
});

test("a journal that names a file which is not there, and one that is none, are refused", async () => {
  await writeJournalled(folder, ONE, 0);
  await rm(join(folder, "0000_one.sql"));
  await expect(listDrizzleFiles(folder)).rejects.toMatchObject({
    findings: [{ code: "migrations-unreadable", where: join(folder, "0000_one.sql") }],
  });
  await writeFile(join(folder, "meta", "_journal.json"), "[]");
  await expect(listDrizzleFiles(folder)).rejects.toMatchObject({
    findings: [{ code: "migrations-unreadable" }],
  });
  const dated = await temporaryFolder();
  await mkdir(join(dated, "init"));
  await writeFile(join(dated, "init", "migration.sql"), "");
  await expect(listDrizzleFiles(dated)).rejects.toMatchObject({ findings: [{ code: "migration-misnamed" }] });
  await rm(dated, { recursive: true });
});
