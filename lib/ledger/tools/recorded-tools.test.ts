/** Flyway, golang-migrate, dbmate and goose, held against recordings from their sources: none of them has run here. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { migrate } from "../migrate.ts";
import { temporaryFolder } from "../testing/against-tool.ts";
import { holdAgainstRecording } from "../testing/recorded.ts";
import { SAMPLE } from "../testing/sample-migrations.ts";
import { dbmateAdapter } from "./dbmate.ts";
import { flywayAdapter } from "./flyway.ts";
import { compareVersions, flywayChecksum } from "./flyway-files.ts";
import { golangMigrateAdapter } from "./golang-migrate.ts";
import { gooseAdapter } from "./goose.ts";
import { gooseStatements } from "./goose-files.ts";

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

const write = (name: string, text: string) => writeFile(join(folder, name), text);
const script = (statements: readonly string[]) => `${statements.join(";\n")};\n`;

describe("golang-migrate", () => {
  it("notes the head alone, and the folder says what lies below it", async () => {
    const ledger = await holdAgainstRecording({
      adapter: golangMigrateAdapter,
      created: "CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null)",
      write: async (path, { name, statements }, at) => {
        await writeFile(join(path, `00${at + 8}_${name}.up.sql`), script(statements));
        await writeFile(join(path, `00${at + 8}_${name}.down.sql`), "DROP EVERYTHING");
      },
      ledgerRows: "SELECT version::int, dirty FROM schema_migrations",
      rows: (count) => [{ version: count + 7, dirty: false }],
    });
    expect(ledger.headOnly).toBeUndefined();
    expect(ledger.applied.map(({ version }) => version)).toEqual(["8", "9", "10", "11", "12"]);
  });

  it("has a head that failed stand as dirty, without it being applied", async () => {
    await write("1_a.up.sql", "CREATE TABLE a (id int)");
    await write("2_b.up.sql", "CREATE TABLE b (id int); SELECT nothing");
    await expect(migrate(client, golangMigrateAdapter, folder)).rejects.toMatchObject({
      findings: [{ code: "migration-failed" }],
    });
    expect((await client.query("SELECT * FROM schema_migrations")).rows).toEqual([
      { version: "2", dirty: true },
    ]);
    const read = await golangMigrateAdapter.read(client);
    expect(read).toMatchObject({ applied: [], failed: ["2"], headOnly: true });
    const files = await golangMigrateAdapter.list(folder);
    expect(golangMigrateAdapter.complete!(read, files)).toMatchObject({ version: "1", failed: ["2"] });
  });
});

describe("dbmate", () => {
  it("notes each version, and runs the part that goes up", async () => {
    await holdAgainstRecording({
      adapter: dbmateAdapter,
      created: "CREATE TABLE schema_migrations (version varchar(255) primary key)",
      write: (path, { name, statements }, at) =>
        writeFile(
          join(path, `2024010100000${at}_${name}.sql`),
          `-- why\n-- migrate:up\n${script(statements)}\n-- migrate:down\nDROP EVERYTHING;\n`,
        ),
      ledgerRows: "SELECT * FROM schema_migrations ORDER BY version",
      rows: (count) => SAMPLE.slice(0, count).map((_, at) => ({ version: `2024010100000${at}` })),
    });
  });

  it("leaves the transaction out where the marker says so, and counts lines through the whole file", async () => {
    await write("1_a.sql", "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\n");
    await write("2_b.sql", "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY by_id ON a (id);");
    await write("3_c.sql", "-- what\n-- for\n-- migrate:up\nSELECT nothing;\n-- migrate:down\n");
    await write("README.md", "");
    const files = await dbmateAdapter.list(folder);
    expect(files.map(({ transactional }) => transactional)).toEqual([true, false, true]);
    await expect(migrate(client, dbmateAdapter, folder)).rejects.toMatchObject({
      findings: [{ what: expect.stringContaining("in line 4") }],
    });
    expect((await dbmateAdapter.read(client)).version).toBe("2");
    await write("4_d.sql", "CREATE TABLE d (id int)");
    await expect(dbmateAdapter.list(folder)).rejects.toMatchObject({
      findings: [{ code: "migration-misnamed" }],
    });
  });
});

describe("goose", () => {
  const annotated = (statements: readonly string[]) =>
    statements
      .map((statement) =>
        statement.includes("$body$")
          ? `-- +goose StatementBegin\n${statement};\n-- +goose StatementEnd`
          : `${statement};`,
      )
      .join("\n");

  it("notes each run after its first row, and cuts statements by its annotations", async () => {
    await holdAgainstRecording({
      adapter: gooseAdapter,
      created: `CREATE TABLE goose_db_version (id integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
        version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp NOT NULL DEFAULT now())`,
      write: (path, { name, statements }, at) =>
        writeFile(
          join(path, `0000${at + 1}_${name}.sql`),
          `-- +goose Up\n${annotated(statements)}\n-- +goose Down\nDROP EVERYTHING;\n`,
        ),
      ledgerRows: "SELECT id, version_id::int, is_applied FROM goose_db_version ORDER BY id",
      rows: (count) =>
        Array.from({ length: count + 1 }, (_, at) => ({ id: at + 1, version_id: at, is_applied: true })),
    });
  });

  it("takes the last word of a version, Go files for programs, and no values from an environment", async () => {
    await gooseAdapter.prepare(client);
    await client.query(
      "INSERT INTO goose_db_version (version_id, is_applied) VALUES (1, true), (2, true), (2, false), (3, true)",
    );
    expect((await gooseAdapter.read(client)).applied.map(({ version }) => version)).toEqual(["1", "3"]);
    await write("00002_code.go", "package migrations");
    await write("00002_code_test.go", "package migrations");
    await write("00004_env.sql", "-- +goose NO TRANSACTION\n-- +goose ENVSUB ON\n-- +goose up\nSELECT 1;\n");
    const [program, substituted] = await gooseAdapter.list(folder);
    expect(program).toMatchObject({ version: "2", code: true });
    expect(substituted).toMatchObject({ version: "4", transactional: false });
    await expect(gooseAdapter.apply(client, program!)).rejects.toMatchObject({
      findings: [{ code: "migration-is-code" }],
    });
    const refused = gooseAdapter.apply(client, {
      ...substituted!,
      sql: `-- +goose ENVSUB ON\n${substituted!.sql}`,
    });
    await expect(refused).rejects.toMatchObject({ findings: [{ code: "migration-has-placeholders" }] });
  });

  it("ends a statement with the line that ends in a semicolon, also inside of a string", () => {
    const cut = gooseStatements(
      "-- +goose Up\n-- why\n\nSELECT 1; -- first\nSELECT ';\n', 2;\n-- +goose StatementBegin\nSELECT 3;\nSELECT 4;\n-- +goose StatementEnd\nSELECT 5",
    );
    expect(cut).toEqual(["SELECT 1; -- first", "SELECT ';", "', 2;", "SELECT 3;\nSELECT 4;", "SELECT 5"]);
  });
});

describe("Flyway", () => {
  const created = `CREATE TABLE flyway_schema_history ("installed_rank" INT NOT NULL, "version" VARCHAR(50),
    "description" VARCHAR(200) NOT NULL, "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL,
    "checksum" INTEGER, "installed_by" VARCHAR(100) NOT NULL, "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
    "execution_time" INTEGER NOT NULL, "success" BOOLEAN NOT NULL);
    ALTER TABLE flyway_schema_history ADD CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank");
    CREATE INDEX "flyway_schema_history_s_idx" ON flyway_schema_history ("success")`;
  const ROWS = `SELECT installed_rank, version, description, type, script, checksum, success
    FROM flyway_schema_history ORDER BY installed_rank`;

  it("notes each run with its rank, script and checksum", async () => {
    await holdAgainstRecording({
      adapter: flywayAdapter,
      created,
      write: (path, { name, statements }, at) =>
        writeFile(join(path, `V1_${at + 8}__${name}_it.sql`), script(statements)),
      ledgerRows: ROWS,
      rows: (count) =>
        SAMPLE.slice(0, count).map(({ name, statements }, at) => ({
          installed_rank: at + 1,
          version: `1.${at + 8}`,
          description: `${name} it`,
          type: "SQL",
          script: `V1_${at + 8}__${name}_it.sql`,
          checksum: Number(flywayChecksum(script(statements))),
          success: true,
        })),
    });
  });

  it("has checksums that know neither line endings nor a byte order mark, and versions that are numbers", () => {
    // CRC-32 of "123456789" is cbf43926, the check value of its definition.
    expect(flywayChecksum("\ufeff1234\r\n56789\n")).toBe(String(0xcbf43926 | 0));
    expect(flywayChecksum("123456789")).toBe(flywayChecksum("12345\r6789"));
    expect(["1.10", "1.9", "2", "1.9.1", "10"].sort(compareVersions)).toEqual([
      "1.9",
      "1.9.1",
      "1.10",
      "2",
      "10",
    ]);
    expect(compareVersions("1.0", "1")).toBe(0);
  });

  it("runs repeatable ones last, and again when they change", async () => {
    await write("R__views.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS n");
    await write("V2__t.sql", "CREATE TABLE t (id int)");
    await migrate(client, flywayAdapter, folder);
    await migrate(client, flywayAdapter, folder);
    await write("R__views.sql", "CREATE OR REPLACE VIEW v AS SELECT 2 AS n");
    const ledger = await migrate(client, flywayAdapter, folder);
    expect(ledger.applied.map(({ version }) => version)).toEqual(["2", "R__views"]);
    const { rows } = await client.query(ROWS);
    expect(rows.map(({ version, description }) => [version, description])).toEqual([
      ["2", "t"],
      [null, "views"],
      [null, "views"],
    ]);
    expect((await client.query("SELECT n FROM v")).rows).toEqual([{ n: 2 }]);
  });

  it("leaves the transaction out where a statement takes none, and then notes what failed", async () => {
    await mkdir(join(folder, "sub"));
    await write("V1__t.sql", "CREATE TABLE t (id int)");
    await write(
      "sub/V2__i.sql",
      "CREATE INDEX CONCURRENTLY by_id ON t (id);\n/* more */ CREATE TABLE half (id int);",
    );
    await write("V3__bad.sql", "VACUUM t; SELECT nothing;");
    await write("V4__conf.sql", "SELECT 1;");
    await write("V4__conf.sql.conf", "executeInTransaction=false\n");
    const files = await flywayAdapter.list(folder);
    expect(files.map(({ version, transactional }) => [version, transactional])).toEqual([
      ["1", true],
      ["2", false],
      ["3", false],
      ["4", false],
    ]);
    await expect(migrate(client, flywayAdapter, folder)).rejects.toMatchObject({
      findings: [{ code: "migration-failed", what: expect.stringContaining("in statement 2 of 2, line 1") }],
    });
    expect(await flywayAdapter.read(client)).toMatchObject({ version: "2", failed: ["3"] });
    expect((await client.query(ROWS)).rows[1]).toMatchObject({ script: "sub/V2__i.sql" });
  });

  it("counts what a baseline stands for, and refuses placeholders and programs", async () => {
    await flywayAdapter.prepare(client);
    await client.query(`INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, installed_by, execution_time, success)
      VALUES (1, '2', '<< Flyway Baseline >>', 'BASELINE', '<< Flyway Baseline >>', 'me', 0, true)`);
    await write("V1__a.sql", "CREATE TABLE a (id int)");
    await write("V2__b.sql", "CREATE TABLE b (id int)");
    await write("V3__c.sql", "CREATE TABLE $" + "{name} (id int)");
    await write("V4__D.java", "class V4__D {}");
    const [, , placeholders, program] = await flywayAdapter.list(folder);
    await expect(migrate(client, flywayAdapter, folder)).rejects.toMatchObject({
      findings: [{ code: "migration-has-placeholders" }],
    });
    expect((await client.query("SELECT to_regclass('b') AS b")).rows).toEqual([{ b: null }]);
    await flywayAdapter.apply(client, { ...placeholders!, sql: "CREATE TABLE c (id int)" });
    await expect(flywayAdapter.apply(client, program!)).rejects.toMatchObject({
      findings: [{ code: "migration-is-code" }],
    });
    expect((await flywayAdapter.read(client)).version).toBe("3");
    await write("Vx__bad.sql", "");
    await expect(flywayAdapter.list(folder)).rejects.toMatchObject({
      findings: [{ code: "migration-misnamed" }],
    });
  });
});
