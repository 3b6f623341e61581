import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { HARBOR_PLATFORM_FILE } from "../../../examples/harbor/set-up.ts";
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

async function check(file: string, ...more: string[]) {
  const path = join(folder, "shop.yaml");
  await writeFile(path, file);
  return documentOf(
    await runTenantry(["check", "--platform", path, "--round-trip", "--json", ...more], address),
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
  expect(await check(SHOP_FILE, "--seed", seed)).toMatchObject({
    exitCode: 0,
    result: { roundTrip: { tables: 4, rows: 6 } },
  });
  await client.query("DROP TABLE seals");
});

it("takes the demo platform round", async () => {
  const harbor = await createTestDatabase("harbor");
  const args = ["check", "--platform", HARBOR_PLATFORM_FILE, "--round-trip", "--json"];
  const document = documentOf(await runTenantry(args, { TENANTRY_DATABASE_URL: harbor.url }));
  expect(document.findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
  expect(document.result.roundTrip.tables).toBeGreaterThan(20);
});
