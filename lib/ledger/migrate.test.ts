import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Refusal } from "../findings/finding.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import type { MigrationFile } from "./ledger.ts";
import { type MigrateOptions, migrate } from "./migrate.ts";
import { sqlxAdapter } from "./sqlx.ts";

let folder: string;
let database: TestDatabase;
let client: pg.Client;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "migrate-"));
  database = await createTestDatabase("empty");
  client = await database.connect();
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await database.drop();
});

const write = (name: string, sql: string) => writeFile(join(folder, name), sql);
const run = (options?: MigrateOptions) => migrate(client, sqlxAdapter, folder, options);

async function refused(options?: MigrateOptions): Promise<Refusal> {
  return run(options).then(
    () => expect.fail("nothing was refused"),
    (error) => error,
  );
}

async function writeThree(): Promise<void> {
  await write(
    "1_things.sql",
    "CREATE TABLE things (id int, name text); INSERT INTO things VALUES (1, 'a'), (2, 'a');",
  );
  await write("2_index.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY by_name ON things (name);");
  await write("3_more.sql", "ALTER TABLE things ADD more int;");
}

test("an empty database gets every migration and the ledger that sqlx would have written", async () => {
  await writeThree();
  const applied: string[] = [];
  const ledger = await run({ onApplied: (file) => applied.push(file.version) });
  expect(applied).toEqual(["1", "2", "3"]);
  expect(ledger).toMatchObject({ tool: "sqlx", version: "3", failed: [] });
  const { rows } = await client.query("SELECT * FROM _sqlx_migrations ORDER BY version");
  expect(rows.map((row) => [row.version, row.description, row.success])).toEqual([
    ["1", "things", true],
    ["2", "index", true],
    ["3", "more", true],
  ]);
  expect(rows[2].checksum).toEqual(createHash("sha384").update("ALTER TABLE things ADD more int;").digest());
  expect(rows.every((row) => Number(row.execution_time) > 0 && row.installed_on instanceof Date)).toBe(true);
  const index = await client.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_name'::regclass");
  expect(index.rows).toEqual([{ indisvalid: true }]);
});

test("it stops at a version and goes on from there", async () => {
  await writeThree();
  const first = await run({ upTo: "2" });
  expect(first.version).toBe("2");
  const applied: MigrationFile[] = [];
  const second = await run({ onApplied: (file) => applied.push(file) });
  expect(applied.map((file) => file.version)).toEqual(["3"]);
  expect(second.fingerprint).not.toBe(first.fingerprint);
  expect((await run()).fingerprint).toBe(second.fingerprint);
});

test("a version that the folder does not have is refused before anything runs", async () => {
  await writeThree();
  expect((await refused({ upTo: "4" })).findings).toMatchObject([{ code: "migration-version-unknown" }]);
  expect(await sqlxAdapter.detect(client)).toBe(false);
});

test("a migration that fails leaves nothing of itself, keeps those before, and names its line", async () => {
  await writeThree();
  await write("4_bad.sql", "CREATE TABLE half (id int);\n\nSELECT 'é', nothing;");
  const { findings, cause } = await refused();
  expect(findings).toMatchObject([{ code: "migration-failed", where: join(folder, "4_bad.sql") }]);
  expect(findings[0]?.what).toContain("in line 3");
  expect(cause).toMatchObject({ code: "42703" });
  expect((await sqlxAdapter.read(client)).version).toBe("3");
  expect((await client.query("SELECT to_regclass('half') AS half")).rows).toEqual([{ half: null }]);
  expect(client.getTransactionStatus()).toBe("I");
});

test("what is said of a failure holds no row's value", async () => {
  await writeThree();
  await write(
    "4_unique.sql",
    "INSERT INTO things VALUES (7, 'hunter2'), (8, 'hunter2'); CREATE UNIQUE INDEX u ON things (name)",
  );
  const unique = await refused();
  expect(unique.findings[0]?.what).toMatch(/SQLSTATE 23505 on things, u$/);
  await write("4_unique.sql", "SELECT name::int FROM things");
  const cast = await refused();
  expect(cast.findings[0]?.what).toMatch(/SQLSTATE 22P02$/);
  expect(`${unique.message} ${cast.message} ${JSON.stringify([unique, cast])}`).not.toContain("hunter2");
});

test("several statements without a transaction are one message, and CONCURRENTLY refuses it as under sqlx", async () => {
  await writeThree();
  await write("4_two.sql", "-- no-transaction\nSELECT 1; CREATE INDEX CONCURRENTLY other ON things (id);");
  const { cause, findings } = await refused();
  expect(cause).toMatchObject({ code: "25001" });
  expect(findings[0]?.todo).toContain("outside a transaction");
});

test("a file that was changed, or is gone, after it was applied is refused", async () => {
  await writeThree();
  await run();
  await write("2_index.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY by_other_name ON things (name);");
  await rm(join(folder, "1_things.sql"));
  await write("4_next.sql", "SELECT 1");
  expect((await refused()).findings.map(({ code, where }) => [code, where])).toEqual([
    ["migration-missing", folder],
    ["migration-changed", join(folder, "2_index.sql")],
  ]);
  expect((await sqlxAdapter.read(client)).version).toBe("3");
});

test("a migration that stands as failed stops everything", async () => {
  await writeThree();
  await run({ upTo: "2" });
  await client.query("UPDATE _sqlx_migrations SET success = false WHERE version = 2");
  expect((await refused()).findings).toMatchObject([{ code: "migration-half-applied" }]);
  expect(await sqlxAdapter.read(client)).toMatchObject({ version: "1", failed: ["2"] });
});

test("two that migrate at once apply each file once", async () => {
  await writeThree();
  const other = await database.connect();
  const applied: string[] = [];
  const onApplied = (file: MigrationFile) => applied.push(file.version);
  const both = await Promise.all([run({ onApplied }), migrate(other, sqlxAdapter, folder, { onApplied })]);
  expect(applied).toEqual(["1", "2", "3"]);
  expect(both[0]).toEqual(both[1]);
});

test("the lock is let go after a failure", async () => {
  await write("1_bad.sql", "SELECT nothing");
  await refused();
  const { rows } = await client.query(
    // Other databases of the server have locks of their own.
    "SELECT count(*)::int AS held FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory' AND d.datname = current_database()",
  );
  expect(rows).toEqual([{ held: 0 }]);
});

test("a migration that empties the search path does not keep its own row out of the ledger", async () => {
  await write(
    "1_dump.sql",
    "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.t (id int);",
  );
  await write("2_more.sql", "CREATE TABLE public.u (id int)");
  expect((await run()).version).toBe("2");
});
