import { afterAll, beforeAll, expect, test } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { readPlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { dataExtents } from "./jobs.ts";
import { oversizedRows } from "./oversized-rows.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase("empty");
  const client = await database.connect();
  await client.query(`
    CREATE TABLE org (id int PRIMARY KEY);
    CREATE TABLE file (id int PRIMARY KEY, org_id int NOT NULL REFERENCES org, body bytea, "no te" text) PARTITION BY RANGE (id);
    CREATE INDEX ON file (org_id);
    CREATE TABLE file_1 PARTITION OF file FOR VALUES FROM (0) TO (10);
    CREATE TABLE file_2 PARTITION OF file FOR VALUES FROM (10) TO (20);
    INSERT INTO org VALUES (1), (2);
    INSERT INTO file SELECT n, 1, decode(repeat(md5(n::text), 4000), 'hex'), NULL FROM generate_series(1, 12) n;
    INSERT INTO file SELECT 13, 2, NULL, string_agg(md5(n::text), '') FROM generate_series(1, 9000) n`);
});

afterAll(() => database.drop());

async function check(tenant: string, limit: number, suspicious: number) {
  const client = await database.connect();
  const { file } = readPlatformFile(
    "platform: files\ntenant: { table: public.org, key: id }",
    "platform.yaml",
  );
  const catalog = await readCatalog(client);
  const extents = dataExtents(catalog, deriveModel(catalog, file!), tenant);
  expect(extents.map((extent) => extent.table.id)).toEqual(["public.org", "public.file"]);
  return oversizedRows(client, extents, limit, suspicious);
}

test("rows whose line would be too long are counted for the tenant alone, in whichever partition", async () => {
  expect(await check("1", 127_000, 1)).toMatchObject([
    { code: "row-too-long", where: "public.file", count: 12 },
  ]);
  expect(await check("2", 287_000, 1)).toMatchObject([
    { code: "row-too-long", where: "public.file", count: 1 },
  ]);
});

test("rows that fit are no finding, and a table with little out of line is not read for it", async () => {
  expect(await check("1", 129_000, 1)).toEqual([]);
  expect(await check("1", 127_000, 2 ** 40)).toEqual([]);
});
