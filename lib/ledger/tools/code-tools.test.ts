/** Ledgers and folders of tools whose migrations are programs, as their documentation has them; none has run here. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase } from "../../testing/database.ts";
import { ledgerReader } from "../adapters.ts";
import { readLedger } from "../detect.ts";
import { temporaryFolder } from "../testing/against-tool.ts";

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

const listed = async (tool: string) => (await ledgerReader(tool)!.list(folder)).map(({ version }) => version);

async function ledgerOf(sql: string) {
  const database = await createTestDatabase("empty");
  const client = await database.connect();
  await client.query(sql);
  const reading = await readLedger(client);
  await database.drop();
  expect(reading.findings).toEqual([]);
  return reading.ledger!;
}

const METADATA = "CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar);";

describe("three tools share a table's name:", () => {
  it.each([
    [
      "rails",
      `${METADATA} CREATE TABLE schema_migrations (version varchar PRIMARY KEY); INSERT INTO schema_migrations VALUES ('20240102000000'), ('20240101000000')`,
    ],
    [
      "dbmate",
      "CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY); INSERT INTO schema_migrations VALUES ('20240102000000'), ('20240101000000')",
    ],
    [
      "golang-migrate",
      "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL); INSERT INTO schema_migrations VALUES (20240102000000, false)",
    ],
  ])("%s is told from the others", async (tool, sql) => {
    expect(await ledgerOf(sql)).toMatchObject({ tool, version: "20240102000000" });
  });
});

it("Rails: by the digits of the files' names", async () => {
  await write({ "20240101000000_create_a.rb": "class", "20240102000000_b.rb": "", "README.md": "" });
  expect(await listed("rails")).toEqual(["20240101000000", "20240102000000"]);
});

it("Pop: SQL and fizz that go up", async () => {
  await write({
    "20240101000000_a.up.fizz": "",
    "20240101000000_a.down.fizz": "",
    "20240102000000_b.postgres.up.sql": "SELECT 1",
  });
  const files = await ledgerReader("pop")!.list(folder);
  expect(files.map(({ version, name, code }) => [version, name, code])).toEqual([
    ["20240101000000", "a", true],
    ["20240102000000", "b", undefined],
  ]);
  const ledger = await ledgerOf(
    "CREATE TABLE schema_migration (version varchar(48) NOT NULL, version_self int NOT NULL DEFAULT 0); INSERT INTO schema_migration VALUES ('20240101000000')",
  );
  expect(ledger).toMatchObject({ tool: "pop", version: "20240101000000" });
});

it("TypeORM: by the class's name, which the ledger has", async () => {
  await write({
    "1712345678901-AddUsers.ts": "export class AddUsers1712345678901 implements MigrationInterface {}",
    "1712345678902-More.js": "class More1712345678902 {}",
    "1712345678902-More.d.ts": "class More1712345678902 {}",
  });
  expect(await listed("typeorm")).toEqual(["AddUsers1712345678901", "More1712345678902"]);
  const ledger = await ledgerOf(
    `CREATE TABLE migrations (id serial PRIMARY KEY, "timestamp" bigint NOT NULL, name varchar NOT NULL);
     INSERT INTO migrations (timestamp, name) VALUES (1712345678902, 'More1712345678902'), (1712345678901, 'AddUsers1712345678901')`,
  );
  expect(ledger.applied.map(({ version }) => version)).toEqual([
    "AddUsers1712345678901",
    "More1712345678902",
  ]);
});

it("Django: applications with numbers of their own, in the order of what depends on what", async () => {
  await write({
    "shop/migrations/0001_initial.py": `dependencies = [("accounts", "0002_more")]`,
    "shop/migrations/__init__.py": "",
    "accounts/migrations/0001_initial.py": "dependencies = []",
    "accounts/migrations/0002_more.py": `dependencies = [\n  ('accounts', '0001_initial'),\n  ("auth", "0001_initial"),\n]`,
    "accounts/views.py": "",
  });
  expect(await listed("django")).toEqual([
    "accounts.0001_initial",
    "accounts.0002_more",
    "shop.0001_initial",
  ]);
  const ledger = await ledgerOf(
    `CREATE TABLE django_migrations (id bigserial PRIMARY KEY, app varchar(255), name varchar(255), applied timestamptz);
     INSERT INTO django_migrations (app, name) VALUES ('auth', '0001_initial'), ('accounts', '0001_initial')`,
  );
  expect(ledger).toMatchObject({ tool: "django", version: "accounts.0001_initial" });
  const django = ledgerReader("django")!;
  const own = django.complete!(ledger, await django.list(folder));
  expect(own.applied.map(({ version }) => version)).toEqual(["accounts.0001_initial"]);
});

describe("Alembic", () => {
  const revision = (own: string, below: string) =>
    `"""what"""\nrevision: str = "${own}"\ndown_revision: Union[str, None] = ${below}\n`;

  it("holds its heads only, and the files say what lies below them", async () => {
    await write({
      "env.py": "",
      "versions/aaa_first.py": revision("ccc", "None"),
      "versions/bbb_left.py": revision("bbb", `"ccc"`),
      "versions/ccc_right.py": revision("aaa", "'ccc'"),
      "versions/ddd_merge.py": revision("ddd", `("bbb", "aaa")`),
      "versions/eee_next.py": revision("eee", `"ddd"`),
    });
    expect(await listed("alembic")).toEqual(["ccc", "aaa", "bbb", "ddd", "eee"]);
    const alembic = ledgerReader("alembic")!;
    const files = await alembic.list(folder);
    const table = "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);";
    const head = await ledgerOf(`${table} INSERT INTO alembic_version VALUES ('ddd')`);
    expect(head).toMatchObject({ headOnly: true, version: "ddd" });
    const complete = alembic.complete!(head, files);
    expect(complete.applied.map(({ version }) => version)).toEqual(["ccc", "aaa", "bbb", "ddd"]);
    expect(complete.headOnly).toBeUndefined();
    const branches = await ledgerOf(`${table} INSERT INTO alembic_version VALUES ('aaa'), ('bbb')`);
    expect(alembic.complete!(branches, files).applied.map(({ version }) => version)).toEqual([
      "ccc",
      "aaa",
      "bbb",
    ]);
    const unknown = alembic.complete!(
      { ...head, applied: [{ version: "zzz", checksum: "", name: "" }] },
      files,
    );
    expect(unknown.applied.map(({ version }) => version)).toEqual(["zzz"]);
  });

  it("goes on where files go in a circle", async () => {
    await write({ "a.py": revision("aaa", `"bbb"`), "b.py": revision("bbb", `"aaa"`) });
    expect(await listed("alembic")).toHaveLength(2);
  });
});
