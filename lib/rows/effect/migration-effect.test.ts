/** What is said of migrations of every kind over a tenant's rows, and which rows stand in the way of one. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { migrate } from "../../ledger/migrate.ts";
import { sqlxAdapter } from "../../ledger/sqlx.ts";
import { connect } from "../../postgres/connection.ts";
import { startThrowawayServer, type ThrowawayServer } from "../../postgres/server/throwaway.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { shard } from "../../testing/shard.ts";
import { quietContext } from "../run-context.ts";
import { type Exported, exportTo, parsePlatform, refusal, temporaryFolder } from "../testing/walk.ts";
import type { Effect, TableEffect } from "./effect.ts";
import { type EffectRequest, migrationEffect } from "./migration-effect.ts";

const platform = (columns: string) =>
  parsePlatform(`
platform: shop
tenant: { table: public.shops, key: id, slug: slug }
tables: { public.rates: global }
columns:
  public.buyers.email: personal
  public.buyers.token: { class: secret, on_import: blank }
  public.buyers.pin: hashed
${columns}
ledger: sqlx
`);

const FIRST = `
  CREATE TABLE rates (code text PRIMARY KEY, rate int);
  INSERT INTO rates VALUES ('low', 1), ('high', 9);
  CREATE TABLE shops (id int PRIMARY KEY, slug text UNIQUE NOT NULL);
  CREATE TABLE buyers (id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shops, email text, token text, pin text,
    nick text, rate text);
  CREATE TABLE goods (id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shops, name text, price text, note text);
  CREATE TABLE marks (id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shops, code text);
  CREATE TABLE lines (shop_id int NOT NULL REFERENCES shops, line text);
  CREATE TABLE drafts (id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shops, body text);
  CREATE TABLE slots (id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shops, place text);`;

/** Shop 1 is the tenant. Values with what COPY escapes among them. */
const ROWS = `
  INSERT INTO shops VALUES (1, 'acme'), (2, 'other');
  INSERT INTO buyers SELECT s * 100 + n, s, 'p' || n || '@example.org', 'token', 'pin', 'nick' || n,
    (ARRAY['low', 'high', 'none'])[n % 3 + 1] FROM generate_series(1, 2) s, generate_series(1, 6) n;
  INSERT INTO goods SELECT s * 100 + n, s, 'a' || chr(9) || 'b\\c' || chr(10) || n, n || '.50', CASE WHEN n > 3 THEN 'x' END
    FROM generate_series(1, 2) s, generate_series(1, 5) n;
  INSERT INTO marks SELECT s * 100 + n, s, 'code' || n % 4 FROM generate_series(1, 2) s, generate_series(1, 5) n;
  INSERT INTO lines SELECT s, 'line ' || n % 2 FROM generate_series(1, 2) s, generate_series(1, 4) n;
  INSERT INTO drafts SELECT s, s, 'draft' FROM generate_series(1, 2) s;
  INSERT INTO slots SELECT s * 100 + n, s, 'place ' || n FROM generate_series(1, 2) s, generate_series(1, 3) n;`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: TestDatabase;
let client: pg.Client;
let server: ThrowawayServer;
let migrations: string;
let bundle: Exported;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startThrowawayServer(40);
  migrations = join(folder.path, "migrations");
  await mkdir(migrations);
  await writeFile(join(migrations, "1_first.sql"), FIRST);
  home = await createTestDatabase("empty");
  client = await home.connect();
  await migrate(client, sqlxAdapter, migrations);
  await client.query(ROWS);
  bundle = await exportTo(folder.path, { url: home.url, platform: platform(""), tenant: "acme" });
}, 120_000);
afterAll(async () => {
  await home.drop();
  await server.stop();
  await folder.remove();
});
beforeEach(async () => {
  await rm(migrations, { recursive: true, force: true });
  await mkdir(migrations);
  await writeFile(join(migrations, "1_first.sql"), FIRST);
});

async function effectOf(
  files: Readonly<Record<string, string>>,
  request: Partial<EffectRequest> = {},
): Promise<Effect> {
  for (const [name, sql] of Object.entries(files)) await writeFile(join(migrations, `${name}.sql`), sql);
  const source = await fileSource(bundle.path);
  try {
    return await migrationEffect(
      {
        source,
        platform: platform(""),
        migrations,
        version: "2",
        server: { url: server.url, platform: { identifiers: [], endpoints: [] } },
        ...request,
      },
      quietContext(),
    );
  } finally {
    await source.close();
  }
}

const sessions = async () => {
  const { rows } = await client.query<{ sessions: string }>(
    "SELECT sessions FROM pg_stat_database WHERE datname = current_database()",
  );
  return rows[0]!.sessions;
};

const tableOf = ({ tables }: Effect, name: string): TableEffect => {
  const table = tables.find((each) => each.table === name);
  if (table === undefined) throw new Error(`${name} is not among ${tables.map((each) => each.table)}`);
  return table;
};
const columnsOf = ({ columns }: TableEffect) =>
  columns.map(({ name, was, is, type, values }) => [name, was, is, type.join(" to "), values]);

const EVERYTHING = {
  "2_everything": `
    ALTER TABLE goods RENAME TO wares;
    ALTER TABLE wares RENAME COLUMN name TO title;
    ALTER TABLE wares ALTER COLUMN price TYPE numeric USING price::numeric * 2, DROP COLUMN note, ADD COLUMN size text;
    UPDATE wares SET size = 'large' WHERE id % 100 > 2;
    ALTER TABLE buyers DROP COLUMN nick, ADD COLUMN api_token text DEFAULT 'x';
    ALTER TABLE buyers ADD COLUMN nick text;
    UPDATE buyers SET email = upper(email), pin = 'other' WHERE id % 2 = 0;
    DELETE FROM buyers WHERE id % 100 = 5;
    ALTER TABLE marks DROP CONSTRAINT marks_pkey, DROP COLUMN code, ADD PRIMARY KEY (shop_id, id);
    DELETE FROM lines WHERE ctid IN (SELECT min(ctid) FROM lines GROUP BY shop_id);
    INSERT INTO lines SELECT id, 'fresh' FROM shops;
    DROP TABLE drafts;
    CREATE TABLE tags (id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shops, tag text);
    INSERT INTO tags SELECT id, id, 'tag' FROM shops;
    CREATE TABLE new_slots (id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shops, place text);
    INSERT INTO new_slots SELECT id, shop_id, CASE WHEN id % 100 = 1 THEN 'other' ELSE place END FROM slots;
    DROP TABLE slots;
    ALTER TABLE new_slots RENAME TO slots;`,
};

it("says of tables, columns and rows what became of them, and asks the platform's database nothing", async () => {
  const before = await sessions();
  // Today's file speaks of what is there only afterwards.
  const effect = await effectOf(EVERYTHING, { platform: platform("  public.wares.title: personal") });
  expect(await sessions()).toBe(before);

  const wares = tableOf(effect, "public.wares");
  expect(wares).toMatchObject({ was: "public.goods", is: "kept", rows: [5, 5], changed: 5, added: 0 });
  expect(columnsOf(wares)).toEqual([
    ["title", "name", "kept", "text to text", 0],
    ["price", null, "kept", "text to numeric", 5],
    ["size", null, "new", " to text", 3],
    ["note", null, "gone", "text to ", 2],
  ]);
  const row = wares.examples.find(({ cells }) => cells[0]!.after?.text === "104")!;
  expect(row.cells.filter(({ key }) => !key)).toEqual([
    { column: "price", class: "plain", key: false, before: { text: "4.50" }, after: { text: "9.00" } },
    // A column that is new, at a version that today's file does not fit: nobody has said that all may see it.
    { column: "size", class: "personal", key: false, after: { text: "large" } },
    { column: "note", class: "plain", key: false, before: { text: "x" } },
  ]);

  const buyers = tableOf(effect, "public.buyers");
  expect(buyers).toMatchObject({ rows: [6, 5], removed: 1, added: 0, changed: 5, matchedBy: "key" });
  expect(columnsOf(buyers)).toEqual([
    ["email", null, "kept", "text to text", 3],
    ["pin", null, "kept", "text to text", 3],
    ["api_token", null, "new", " to text", null],
    ["nick", null, "anew", "text to text", 5],
  ]);
  const classes = new Map(
    buyers.examples.flatMap(({ cells }) => cells.map((cell) => [cell.column, cell.class])),
  );
  expect(classes.get("email")).toBe("personal");
  expect(classes.get("pin")).toBe("hashed");
  expect(classes.has("token")).toBe(false);

  expect(tableOf(effect, "public.marks")).toMatchObject({
    matchedBy: "none",
    key: [["id"], ["shop_id", "id"]],
    rows: [5, 5],
    examples: [],
  });
  expect(columnsOf(tableOf(effect, "public.marks"))).toEqual([["code", null, "gone", "text to ", 5]]);
  expect(tableOf(effect, "public.lines")).toMatchObject({
    matchedBy: "values",
    rows: [4, 4],
    added: 1,
    removed: 1,
  });
  expect(tableOf(effect, "public.drafts")).toMatchObject({ is: "gone", rows: [1, 0], removed: 1 });
  expect(tableOf(effect, "public.tags")).toMatchObject({ is: "new", rows: [0, 1], added: 1 });
  expect(tableOf(effect, "public.tags").examples).toHaveLength(1);
  expect(tableOf(effect, "public.slots")).toMatchObject({
    is: "anew",
    rows: [3, 3],
    changed: 1,
    columns: [{ name: "place" }],
  });
  expect(tableOf(effect, "public.shops")).toMatchObject({ is: "kept", changed: 0, columns: [] });
  expect(effect.tables.map(({ table }) => table)).not.toContain("public.rates");
  expect(effect.findings.map(({ code, where }) => [code, where])).toEqual([
    ["effect-key-changed", "public.marks"],
  ]);
  expect(effect).toMatchObject({ before: "1", passed: [], migrations: [{ version: "2", how: "applied" }] });
});

it("runs what comes before over the rows as well, and says only what the migration itself does", async () => {
  const files = {
    "2_first": "UPDATE goods SET note = 'by the second'; ALTER TABLE goods RENAME TO wares;",
    "3_next": "UPDATE wares SET note = 'by the third' WHERE id % 2 = 0;",
    "4_last": "ALTER TABLE wares RENAME COLUMN note TO remark;",
  };
  const alone = await effectOf(files, { version: "3" });
  expect(alone).toMatchObject({ before: "2", passed: [{ version: "2" }] });
  expect(tableOf(alone, "public.wares")).toMatchObject({
    was: null,
    changed: 2,
    columns: [{ name: "note", values: 2 }],
  });
  const both = await effectOf(files, { version: "3", to: "4" });
  expect(columnsOf(tableOf(both, "public.wares"))).toEqual([["remark", "note", "kept", "text to text", 2]]);
});

const FAILS: readonly (readonly [string, string, number, string])[] = [
  ["no value", "ALTER TABLE goods ALTER COLUMN note SET NOT NULL", 3, "no value in note: id 101; 102; 103."],
  [
    "a new column without one",
    "ALTER TABLE goods ADD COLUMN size text NOT NULL",
    5,
    "no value for size, which the migration adds",
  ],
  [
    "a value twice",
    "CREATE UNIQUE INDEX one_code ON marks (code)",
    2,
    "the same code as another row: id 101; 105.",
  ],
  [
    "a value that leads nowhere",
    "ALTER TABLE buyers ADD CONSTRAINT buyers_rate FOREIGN KEY (rate) REFERENCES rates (code)",
    2,
    "a value in rate that no row of public.rates has: id 102; 105.",
  ],
  [
    "a broken check",
    "ALTER TABLE goods ADD CONSTRAINT cheap CHECK (price::numeric < 4 AND (note IS NULL OR note <> ')'))",
    2,
    "values that break cheap: id 104; 105.",
  ],
];

it.each(shard(FAILS, 2))("which rows a migration stumbles over: %s", async (_, sql, count, what) => {
  const findings = await refusal(effectOf({ "2_fails": `${sql};` }));
  expect(findings.map(({ code }) => code)).toEqual(["migration-failed", "rows-in-the-way"]);
  expect(findings[0]!.what).toContain(`in: ${sql}`);
  expect(findings[1]!.count).toBe(count);
  expect(findings[1]!.what).toContain(what);
  expect(JSON.stringify(findings)).not.toContain("example.org");
});

it("refuses a bundle that has run it, a stretch that is none, and a tenant that it loses sight of", async () => {
  const codes = async (request: Partial<EffectRequest>, sql = "SELECT 1") =>
    (await refusal(effectOf({ "2_a": sql, "3_b": "SELECT 2" }, request))).map(({ code }) => code);
  expect(await codes({ version: "1" })).toEqual(["effect-in-bundle"]);
  expect(await codes({ version: "9" })).toEqual(["migration-version-unknown"]);
  expect(await codes({ version: "3", to: "2" })).toEqual(["effect-range-empty"]);
  expect(await codes({ to: "9" })).toEqual(["migration-version-unknown"]);
  const moved = "SET session_replication_role = replica; UPDATE shops SET id = id + 10;";
  expect(await codes({}, moved)).toEqual(["tenant-key-changed"]);
});

it("leaves nothing on the server", async () => {
  const admin = await connect(server.url, { applicationName: "test" });
  const { rows } = await admin.query(
    "SELECT datname AS name FROM pg_database WHERE datname LIKE 'tenantry%' UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenantry%'",
  );
  await admin.end();
  expect(rows).toEqual([]);
});
