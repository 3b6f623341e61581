import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { HARBOR_PLATFORM_FILE } from "../../../examples/harbor/set-up.ts";
import { startThrowawayServer } from "../../../lib/postgres/server/throwaway.ts";
import { createTestDatabase, type TestDatabase } from "../../../lib/testing/database.ts";
import { documentOf, runTenantry } from "../../testing/command-line.ts";
import { killStarted } from "../../testing/processes.ts";

/** Each starts a server. */
vi.setConfig({ testTimeout: 120_000 });

/** Types, keys, checks and circles that a made row has to fit. */
const SHOP = `
  CREATE TYPE mood AS ENUM ('calm', 'busy');
  CREATE DOMAIN code AS text CHECK (VALUE IN ('AX', 'BX'));
  CREATE TABLE accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]+$'));
  CREATE TABLE orders (id bigserial PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts, mood mood NOT NULL, code code NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'paid')), share numeric(3,2) NOT NULL CHECK (share >= 0 AND share <= 1),
    rating int NOT NULL CHECK (rating BETWEEN 7 AND 9), last_line bigint, at tstzrange NOT NULL, UNIQUE (account_id, id));
  CREATE INDEX ON orders (account_id);
  CREATE TABLE lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id uuid NOT NULL, order_id bigint NOT NULL, price money,
    FOREIGN KEY (account_id, order_id) REFERENCES orders (account_id, id), UNIQUE (order_id));
  ALTER TABLE orders ADD FOREIGN KEY (last_line) REFERENCES lines;
  CREATE INDEX ON orders (last_line); CREATE INDEX ON lines (account_id, order_id);`;
const SHOP_FILE = "platform: shop\ntenant: { table: public.accounts, slug: slug }\n";

let folder: string;
let shop: TestDatabase;
let address: { TENANTRY_DATABASE_URL: string };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenantry-round-"));
  shop = await createTestDatabase();
  const client = await shop.connect();
  await client.query(SHOP);
  address = { TENANTRY_DATABASE_URL: shop.url };
});
afterAll(async () => {
  killStarted();
  await rm(folder, { recursive: true });
});

async function check(file: string, where: Readonly<Record<string, string>> = address, ...more: string[]) {
  const path = join(folder, "platform.yaml");
  await writeFile(path, file);
  return documentOf(
    await runTenantry(["check", "--platform", path, "--round-trip", "--json", ...more], where),
  );
}

const codes = (document: Awaited<ReturnType<typeof check>>) =>
  document.findings.filter(({ severity }) => severity === "blocks").map(({ code }) => code);

it("makes tenants that fit the schema, and takes one round", async () => {
  const document = await check(SHOP_FILE);
  expect(codes(document)).toEqual([]);
  expect(document).toMatchObject({ exitCode: 0, result: { roundTrip: { tables: 3, rows: 5 } } });
});

it("names a table that holds a tenant's rows and that the export leaves behind", async () => {
  const client = await shop.connect();
  await client.query("CREATE TABLE visits (id serial PRIMARY KEY, account_id uuid NOT NULL, page text)");
  const document = await check(`${SHOP_FILE}tables: { public.visits: global }\n`);
  expect(document.findings.filter(({ severity }) => severity === "blocks")).toMatchObject([
    { code: "escapes-export", where: "public.visits" },
  ]);
  expect(document.exitCode).toBe(1);
  await client.query("DROP TABLE visits");
});

it("names a table for which no row can be made, and takes its rows from a seed", async () => {
  const client = await shop.connect();
  await client.query(`CREATE TABLE seals (id serial PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts,
    mark text NOT NULL CHECK (md5(mark) LIKE '00%')); CREATE INDEX ON seals (account_id)`);
  const { rows } = await client.query(
    "SELECT n::text AS mark FROM generate_series(1, 5000) n WHERE md5('m' || n) LIKE '00%'",
  );
  expect((await check(SHOP_FILE)).findings).toContainEqual(
    expect.objectContaining({
      code: "no-row-made",
      where: "public.seals",
      todo: expect.stringContaining("--seed"),
    }),
  );
  const seed = join(folder, "seed.sql");
  await writeFile(seed, `INSERT INTO seals (account_id, mark) SELECT id, 'm${rows[0].mark}' FROM accounts`);
  expect(await check(SHOP_FILE, address, "--seed", seed)).toMatchObject({
    exitCode: 0,
    result: { roundTrip: { tables: 4, rows: 6 } },
  });
  await client.query("DROP TABLE seals");
});

it("goes round on a server that is named, and leaves nothing there", async () => {
  const server = await startThrowawayServer(30);
  try {
    const document = await check(SHOP_FILE, { ...address, TENANTRY_DRILL_SERVER_URL: server.url });
    expect(codes(document)).toEqual([]);
    expect(document.exitCode).toBe(0);
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query(
      "SELECT datname FROM pg_database UNION SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1",
    );
    await client.end();
    expect(rows.map(({ datname }) => datname)).toEqual(["postgres", "template0", "template1"]);
  } finally {
    await server.stop();
  }
});

it("runs what the schema computes as nobody who could leave the database", async () => {
  const client = await shop.connect();
  await client.query(`
    CREATE FUNCTION leave() RETURNS text LANGUAGE plpgsql AS
      $$ BEGIN COPY (SELECT 1) TO PROGRAM 'true'; RETURN 'left'; END $$;
    CREATE TABLE notes (id serial PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts, at text DEFAULT leave() CHECK (at <> leave()));
    CREATE INDEX ON notes (account_id)`);
  // Refused by the server, 42501 (insufficient privilege), where a superuser's round would have passed.
  const document = await check(SHOP_FILE);
  expect(document.findings.filter(({ severity }) => severity === "blocks")).toMatchObject([
    { code: "no-row-made", where: "public.notes", what: expect.stringContaining("42501") },
  ]);
  await client.query("DROP TABLE notes; DROP FUNCTION leave()");
});

/** Ids in json, texts and arrays, and rows that wait for one another. */
const DESK = `
  CREATE TABLE topics (id bigserial PRIMARY KEY, tenant text NOT NULL, parent bigint REFERENCES topics, first_post uuid);
  CREATE TABLE posts (id uuid PRIMARY KEY, tenant text NOT NULL, topic bigint NOT NULL REFERENCES topics, linked bigint[] NOT NULL,
    place text NOT NULL CHECK (place LIKE 'topic/%'), data jsonb NOT NULL, doc jsonb NOT NULL);
  ALTER TABLE topics ADD FOREIGN KEY (first_post) REFERENCES posts;
  CREATE INDEX ON topics (tenant); CREATE INDEX ON posts (tenant); CREATE INDEX ON posts (topic); CREATE INDEX ON topics (parent); CREATE INDEX ON topics (first_post);`;
const DESK_FILE = `platform: desk
tenant: { key_columns: [tenant] }
references:
  - { from: public.posts.linked, each: true, to: public.topics.id }
  - { from: public.posts.place, pattern: "topic/{public.topics.id}/*" }
  - { from: public.posts.data, path: "$.seen[*].topic", to: public.topics.id }
  - { from: public.posts.data, path: "$.answers", to: public.posts.id }
  - { from: public.posts.doc, each: true, pattern: '"topic": "{public.topics.id}"' }
`;

it("takes a tenant round that is only a value, with ids in arrays, json and texts, and circles", async () => {
  const desk = await createTestDatabase();
  await (await desk.connect()).query(DESK);
  const round = { TENANTRY_DATABASE_URL: desk.url };
  expect(codes(await check(DESK_FILE, round))).toEqual([]);
  await desk.drop();
});

it("takes a tenant round whose rows lie in a schema of their own", async () => {
  const quill = await createTestDatabase();
  await (await quill.connect()).query(`
    CREATE TABLE accounts (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE);
    CREATE TABLE seats (id serial PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts); CREATE INDEX ON seats (account_id);
    CREATE SCHEMA app_one; CREATE SCHEMA app_two;
    CREATE TABLE app_one.notes (id bigserial PRIMARY KEY, above bigint REFERENCES app_one.notes, body text NOT NULL);
    CREATE INDEX ON app_one.notes (above);
    CREATE TABLE app_two.notes (id bigserial PRIMARY KEY, above bigint REFERENCES app_two.notes, body text NOT NULL);
    CREATE INDEX ON app_two.notes (above);`);
  const round = { TENANTRY_DATABASE_URL: quill.url };
  const place = 'placement: schema\nschema: "app_{slug}"\n';
  const named = `platform: quill\n${place}`;
  const rooted = `${named}tenant: { table: public.accounts, slug: slug }\n`;
  const document = await check(rooted, round);
  expect(codes(document)).toEqual([]);
  expect(document).toMatchObject({ exitCode: 0, result: { roundTrip: { tables: 3, rows: 5 } } });
  const bare = `${named}tenant: {}\ntables: { public.accounts: global, public.seats: global }\n`;
  expect(await check(bare, round)).toMatchObject({
    exitCode: 0,
    result: { roundTrip: { tables: 1, rows: 2 } },
  });
  await quill.drop();
});

it("takes the demo platform round", async () => {
  const harbor = await createTestDatabase("harbor");
  const args = ["check", "--platform", HARBOR_PLATFORM_FILE, "--round-trip", "--json"];
  const document = documentOf(await runTenantry(args, { TENANTRY_DATABASE_URL: harbor.url }));
  expect(document.findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
  expect(document.result.roundTrip.tables).toBeGreaterThan(20);
});
