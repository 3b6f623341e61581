/** Schemas as migrations leave them: statements of every kind, rows among them, columns in whatever order. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readLedger } from "../../ledger/detect.ts";
import { migrate } from "../../ledger/migrate.ts";
import { sqlxAdapter } from "../../ledger/sqlx.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { goRound, ORGS_TABLE, owned } from "../testing/stranger.ts";
import { type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";
import { refusal } from "../testing/walk.ts";

/** Several exports and imports a case. */
vi.setConfig({ testTimeout: 120_000 });

let platform: TinyPlatform | null = null;
afterEach(async () => {
  await platform?.drop();
  platform = null;
});

const BY_ORG = "t.org_id::text = $1";
/** An extension, seeded rows with ids of the installation's own, a statement that no transaction takes, and code between. */
const FILES = {
  "1_begin.sql": `CREATE EXTENSION citext; CREATE TABLE orgs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), slug text NOT NULL UNIQUE);
    CREATE TABLE models (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name citext NOT NULL UNIQUE, price numeric);
    INSERT INTO models (name, price) VALUES ('small', 0.10), ('large', 2.50);`,
  "2_runs.sql": `CREATE TABLE runs (id bigserial PRIMARY KEY, old text, org_id uuid NOT NULL REFERENCES orgs, model uuid NOT NULL REFERENCES models);`,
  "3_index.sql": "-- no-transaction\nCREATE INDEX CONCURRENTLY runs_org ON runs (org_id);",
  "5_later.sql": `ALTER TABLE runs DROP COLUMN old, ADD note text; UPDATE models SET price = price * 2;`,
};

async function migrated(): Promise<TinyPlatform> {
  const made = await tinyPlatform("", "common: { public.models: { match: [name] } }");
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(made.folder, name), text);
  return made;
}

it("a prefix replays, and then the rest: seeded rows are found by their names, whatever their ids", async () => {
  platform = await migrated();
  for (const client of [platform.source, platform.target]) {
    expect((await migrate(client, sqlxAdapter, platform.folder, { upTo: "2" })).version).toBe("2");
    expect((await migrate(client, sqlxAdapter, platform.folder)).version).toBe("5");
  }
  const { rows } = await goRound(
    {
      schema: "",
      rows: `INSERT INTO orgs (slug) VALUES ('acme'), ('other'); INSERT INTO runs (org_id, model, note) SELECT o.id, m.id, 'n' FROM orgs o, models m;`,
      elsewhere: "INSERT INTO orgs (slug) VALUES ('resident');",
      tables: [ORGS_TABLE, owned("runs", BY_ORG, ["id"], { org_id: "orgs(id)", model: "models(id)" })],
      common: [{ name: "public.models", rows: "true", match: ["name"], ids: ["id"] }],
    },
    platform,
  );
  expect(rows).toBe(1 + 2);
});

it("a database at another version is no place for the tenant, and the versions are named", async () => {
  platform = await migrated();
  await migrate(platform.source, sqlxAdapter, platform.folder);
  await migrate(platform.target, sqlxAdapter, platform.folder, { upTo: "2" });
  await platform.source.query("INSERT INTO orgs (slug) VALUES ('acme')");
  await platform.export("acme");
  const codes = await platform.refused();
  expect(codes).toContain("ledger-only-in-bundle");
});

it("a migration that rows stand in the way of says so, and leaves the version and the rows as they were", async () => {
  platform = await migrated();
  const { source, folder } = platform;
  await migrate(source, sqlxAdapter, folder);
  await source.query("INSERT INTO orgs (slug) VALUES ('acme')");
  await writeFile(join(folder, "6_required.sql"), "ALTER TABLE orgs ADD plan text NOT NULL;");
  const findings = await refusal(migrate(source, sqlxAdapter, folder));
  expect(findings).toMatchObject([{ code: "migration-failed", where: join(folder, "6_required.sql") }]);
  expect((await sqlxAdapter.read(source)).version).toBe("5");
  expect((await source.query("SELECT slug FROM orgs")).rows).toEqual([{ slug: "acme" }]);
});

it("code migrations stand between SQL ones: a version that no file has is named, and nothing is replayed past it", async () => {
  platform = await migrated();
  const { source, folder } = platform;
  await migrate(source, sqlxAdapter, folder, { upTo: "3" });
  await source.query(
    `INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (4, 'by code', true, '\\x01', 1)`,
  );
  const findings = await refusal(migrate(source, sqlxAdapter, folder));
  expect(findings).toMatchObject([
    { code: "migration-missing", what: expect.stringContaining("migration 4") },
  ]);
  expect((await sqlxAdapter.read(source)).version).toBe("4");
});

it("extensions and roles need a superuser: the migration that another role may not run is named, with why", async () => {
  platform = await migrated();
  const { source, folder } = platform;
  await migrate(source, sqlxAdapter, folder);
  await writeFile(join(folder, "6_role.sql"), "CREATE ROLE reporting; CREATE EXTENSION dblink;");
  const { rows } = await source.query<{ name: string }>("SELECT current_database() AS name");
  const role = `migrator_${rows[0]!.name}`;
  await source.query(
    `CREATE ROLE ${role}; GRANT ALL ON SCHEMA public TO ${role}; GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}; SET ROLE ${role}`,
  );
  const findings = await refusal(migrate(source, sqlxAdapter, folder));
  await source.query(`RESET ROLE; DROP OWNED BY ${role}; DROP ROLE ${role}`);
  expect(findings).toMatchObject([
    { code: "migration-failed", where: join(folder, "6_role.sql"), what: expect.stringContaining("42501") },
  ]);
  expect((await sqlxAdapter.read(source)).version).toBe("5");
});

describe("the ledger of another tool is called by its name, and said not to be read:", () => {
  const LEDGERS = {
    Liquibase: "CREATE TABLE databasechangelog (id varchar(255), author varchar(255), filename varchar(255))",
    "Entity Framework": `CREATE TABLE "__EFMigrationsHistory" ("MigrationId" varchar(150) PRIMARY KEY)`,
    Diesel: "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY)",
  };

  it.each(Object.entries(LEDGERS))("%s", async (tool, sql) => {
    const database = await createTestDatabase("empty");
    const client = await database.connect();
    await client.query(sql);
    const { ledger, findings } = await readLedger(client);
    expect(ledger).toBeNull();
    expect(findings).toMatchObject([
      {
        code: "ledger-not-read",
        severity: "warns",
        what: expect.stringContaining(`the ledger of ${tool} (`),
      },
    ]);
    await database.drop();
  });

  it("and a table that only has the name of one is none", async () => {
    const database = await createTestDatabase("empty");
    const client = await database.connect();
    await client.query(
      "CREATE TABLE migrations (id serial PRIMARY KEY, bird text); CREATE TABLE schema_migrations (version text)",
    );
    expect((await readLedger(client)).findings).toMatchObject([{ code: "ledger-none-found" }]);
    await database.drop();
  });
});

describe("the migrated schema differs from the schema file: columns are matched", () => {
  const THINGS = (columns: string) =>
    `CREATE TABLE orgs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), slug text NOT NULL UNIQUE);
     CREATE TABLE things (${columns}); ALTER TABLE things DROP COLUMN gone;`;
  const FIRST = THINGS(
    "id bigserial PRIMARY KEY, gone int, org_id uuid NOT NULL REFERENCES orgs, a text, b text, n int",
  );
  const rows = `INSERT INTO orgs (slug) VALUES ('acme'), ('other'); INSERT INTO things (org_id, a, b, n) SELECT id, 'a', 'b', 1 FROM orgs;`;

  it("by name, never by position", async () => {
    platform = await tinyPlatform("");
    await platform.source.query(FIRST);
    await platform.target.query(
      THINGS(
        "gone text, n int, b text, a text, org_id uuid NOT NULL REFERENCES orgs, id bigserial PRIMARY KEY",
      ),
    );
    const { rows: count } = await goRound(
      { schema: "", rows, tables: [ORGS_TABLE, owned("things", BY_ORG, ["id"], { org_id: "orgs(id)" })] },
      platform,
    );
    expect(count).toBe(2);
    const { rows: there } = await platform.target.query("SELECT a, b, n FROM things");
    expect(there).toEqual([{ a: "a", b: "b", n: 1 }]);
  });

  it("and by type: another one is named with its column", async () => {
    platform = await tinyPlatform("");
    await platform.source.query(FIRST + rows);
    await platform.target.query(FIRST.replace("n int", "n bigint"));
    await platform.export("acme");
    const { findings } = await platform.dryRun();
    const found = findings.find(({ where }) => where.startsWith("public.things"));
    expect(found).toMatchObject({ severity: "blocks", what: expect.stringContaining("n") });
  });
});
