import { readFileSync } from "node:fs";
import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Catalog } from "../../catalog/catalog.ts";
import { readCatalog } from "../../catalog/read.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { readPlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { planForLoadedRows } from "./planning.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let client: pg.Client;
let catalog: Catalog;
let model: TenancyModel;
const platformFile = new URL("../../../examples/harbor/platform.yaml", import.meta.url);

beforeAll(async () => {
  database = await createTestDatabase("harbor");
  client = await database.connect();
  catalog = await readCatalog(client);
  model = deriveModel(catalog, readPlatformFile(readFileSync(platformFile, "utf8"), "platform.yaml").file!);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const nestedLoops = async () =>
  (await client.query<{ enable_nestloop: string }>("SHOW enable_nestloop")).rows[0]!.enable_nestloop;

it("rows that are many among those that stand are joined by hash, few are looked up, and it ends with the transaction", async () => {
  const standing = catalog.tables.get("public.leg_scans")!.estimatedRows!;
  expect(standing).toBeGreaterThan(100);
  await client.query("BEGIN");
  await planForLoadedRows(client, catalog, model, "public.leg_scans", standing);
  expect(await nestedLoops()).toBe("off");
  await planForLoadedRows(client, catalog, model, "public.leg_scans", 3);
  expect(await nestedLoops()).toBe("on");
  await planForLoadedRows(client, catalog, model, "public.leg_scans", standing);
  await client.query("COMMIT");
  expect(await nestedLoops()).toBe("on");
});

it("one of the server's parallel workers takes part where very many rows were loaded, none below, and as many as somebody has set", async () => {
  const workersFor = async (session: pg.Client, loaded: number) => {
    await session.query("BEGIN");
    await planForLoadedRows(session, catalog, model, "public.leg_scans", loaded);
    const { rows } = await session.query<{ workers: string }>(
      "SELECT current_setting('max_parallel_workers_per_gather') AS workers",
    );
    await session.query("COMMIT");
    return rows[0]!.workers;
  };
  const standing = catalog.tables.get("public.leg_scans")!.estimatedRows!;
  const few = 3;
  expect(await workersFor(client, 100_000)).toBe("1");
  expect(await workersFor(client, standing)).toBe("0");
  expect(await workersFor(client, few)).toBe("2");
  await client.query(`ALTER DATABASE "${client.database}" SET max_parallel_workers_per_gather = 3`);
  const other = await database.connect();
  expect(await workersFor(other, 100_000)).toBe("3");
  expect(await workersFor(other, few)).toBe("3");
  await other.end();
});
