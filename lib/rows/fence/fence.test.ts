import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { HARBOR_PLATFORM_FILE } from "../../../examples/harbor/set-up.ts";
import { readCatalog } from "../../catalog/read.ts";
import { Refusal } from "../../findings/finding.ts";
import { tryLockTenant } from "../../postgres/tenant-lock.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { readPlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { quietContext } from "../run-context.ts";
import { harborSpec } from "../testing/harbor-spec.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { dropFence, holdFence, readFence } from "./fence.ts";
import { passFence } from "./pass.ts";
import { FENCED, markOf } from "./statements.ts";

let database: TestDatabase;
let ours: pg.Client;
let application: pg.Client;
let model: TenancyModel;
let key: string;
let other: string;
beforeAll(async () => {
  database = await createTestDatabase("harbor");
  [ours, application] = [await database.connect(), await database.connect()];
  const platform = readPlatformFile(await readFile(HARBOR_PLATFORM_FILE, "utf8"), "platform.yaml").file!;
  model = deriveModel(await readCatalog(ours), platform);
  const { rows } = await ours.query<{ id: string; slug: string }>(
    "SELECT id::text, slug FROM public.organizations ORDER BY slug = 'saltmarsh' DESC",
  );
  [key, other] = [rows[0]!.id, rows[1]!.id];
}, 120_000);
afterAll(() => database.drop());
afterEach(async () => {
  for (const session of [application, ours]) await session.query("ROLLBACK");
  await dropFence(ours, key, quietContext());
});

const hold = () => holdFence(ours, model, key, quietContext());

/** The SQLSTATE that a statement of the application ends with; null where it is done. */
async function coded(statement: string, values: readonly unknown[] = []): Promise<string | null> {
  return application.query(statement, [...values]).then(
    () => null,
    (error: { code: string }) => error.code,
  );
}

/** A row of the tenant's, of a table that carries the key, of one that does not, and of the root. */
const WRITES = [
  "UPDATE public.organizations SET name = name WHERE id = $1",
  "DELETE FROM public.tickets WHERE organization_id = $1",
  `UPDATE public.leg_scans SET payload = payload WHERE shipment_id IN (
     SELECT s.id FROM public.shipments s JOIN public.customers c ON c.id = s.customer_id WHERE c.organization_id = $1)`,
  "INSERT INTO public.projects (organization_id, key, name) SELECT organization_id, key || '2', name FROM public.projects WHERE organization_id = $1",
];

it("refuses every write to the tenant's rows, and no other tenant's", async () => {
  const before = await readResidents(ours, harborSpec());
  await hold();
  for (const statement of WRITES) {
    expect(await coded(statement, [key]), statement).toBe(FENCED);
    await application.query("BEGIN");
    expect(await coded(statement, [other]), statement).not.toBe(FENCED);
    await application.query("ROLLBACK");
  }
  expect(changedResidents(before, await readResidents(ours, harborSpec()))).toEqual([]);
});

it("refuses what would bring a row in, move one out, or empty a table", async () => {
  await hold();
  expect(
    await coded("UPDATE public.tickets SET organization_id = $1 WHERE organization_id = $2", [key, other]),
  ).toBe(FENCED);
  expect(
    await coded("UPDATE public.tickets SET organization_id = $2 WHERE organization_id = $1", [key, other]),
  ).toBe(FENCED);
  expect(await coded("TRUNCATE public.leg_scans")).toBe(FENCED);
  await application.query("BEGIN; SET LOCAL session_replication_role = replica");
  expect(await coded(WRITES[1]!, [key])).toBe(FENCED);
});

it("refuses also under a snapshot that is older than the fence", async () => {
  await application.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  await application.query("SELECT count(*) FROM public.plans");
  await hold();
  expect(await coded(WRITES[0]!, [key])).toBe(FENCED);
});

it("counts what it refuses, though each is rolled back", async () => {
  await hold();
  expect(await readFence(ours, key)).toMatchObject({ state: "held", epoch: "1", refused: 0 });
  for (const statement of WRITES) await coded(statement, [key]);
  expect((await readFence(ours, key))!.refused).toBe(WRITES.length);
});

it("lets its owner pass with the epoch, for a transaction, and nobody by the epoch alone", async () => {
  await hold();
  await ours.query("BEGIN");
  expect(await passFence(ours, key, "1")).toBe("passed");
  expect((await ours.query(WRITES[2]!, [key])).rowCount).toBeGreaterThan(0);
  expect((await ours.query(WRITES[0]!, [key])).rowCount).toBe(1);
  await ours.query("COMMIT");
  await expect(ours.query(WRITES[0]!, [key])).rejects.toMatchObject({ code: FENCED });
  await ours.query("BEGIN");
  expect(await passFence(ours, key, "2")).toBe("taken over");
  expect(await passFence(ours, other, "1")).toBe("not held");
  await expect(ours.query(WRITES[0]!, [key])).rejects.toMatchObject({ code: FENCED });
  await ours.query("ROLLBACK");
  await ours.query("CREATE ROLE fence_passer LOGIN PASSWORD 'x' SUPERUSER");
  try {
    const address = new URL(database.url);
    address.username = "fence_passer";
    address.password = "x";
    const stranger = new pg.Client({ connectionString: address.href });
    await stranger.connect();
    await stranger.query("BEGIN");
    await stranger.query(
      "SELECT set_config('tenantry.epoch', '1', true), set_config('tenantry.passed', $1, true)",
      [markOf(key)],
    );
    for (const statement of WRITES) {
      await stranger.query("SAVEPOINT s");
      await expect(stranger.query(statement, [key])).rejects.toMatchObject({ code: FENCED });
      await stranger.query("ROLLBACK TO s");
    }
    expect(await passFence(stranger, key, "1")).toBe("taken over");
    await expect(stranger.query(WRITES[0]!, [key])).rejects.toMatchObject({ code: FENCED });
    await stranger.end();
  } finally {
    await ours.query("DROP ROLE fence_passer");
  }
});

it("leaves nothing behind, wherever it was cut off", async () => {
  const left = async () =>
    (
      await ours.query(
        `SELECT tgname AS name FROM pg_trigger WHERE tgname LIKE 'tenantry%'
         UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'tenantry'`,
      )
    ).rows;
  await hold();
  await hold();
  expect((await left()).length).toBeGreaterThan(100);
  await dropFence(ours, key, quietContext());
  expect(await left()).toEqual([]);
  const died = new Error("died");
  for (const at of ["note fence", "put fence up"]) {
    const sideEffect = async <T>(name: string, effect: () => Promise<T>): Promise<T> => {
      const result = await effect();
      if (name === at) throw died;
      return result;
    };
    await expect(holdFence(ours, model, key, quietContext({ sideEffect }))).rejects.toBe(died);
    await dropFence(ours, key, quietContext());
    expect(await left()).toEqual([]);
  }
  await hold();
  await holdFence(ours, model, other, quietContext());
  await dropFence(ours, key, quietContext());
  expect(await readFence(ours, key)).toBeNull();
  expect(await readFence(ours, other)).toMatchObject({ state: "held" });
  expect(await coded(WRITES[0]!, [other])).toBe(FENCED);
  await dropFence(ours, other, quietContext());
  expect(await left()).toEqual([]);
});

it("says what to do where a writer does not end, and fences nothing then", async () => {
  await application.query("BEGIN");
  await application.query(WRITES[0]!, [other]);
  const stop = new AbortController();
  const held = holdFence(ours, model, key, quietContext({ signal: stop.signal }));
  await expect.poll(async () => waiting(), { timeout: 60_000 }).toBe(true);
  stop.abort(new Error("told to"));
  await expect(held).rejects.toThrow();
  expect(await readFence(ours, key)).toBeNull();
  expect(await coded(WRITES[0]!, [key])).toBeNull();
  await application.query("ROLLBACK");
});

async function waiting(): Promise<boolean> {
  const looker = await database.connect();
  const { rows } = await looker.query("SELECT FROM pg_locks WHERE NOT granted AND database IS NOT NULL");
  await looker.end();
  return rows.length > 0;
}

it("is put up once where two are at it, and left alone while somebody else works on the tenant", async () => {
  const second = await database.connect();
  const both = await Promise.allSettled([hold(), holdFence(second, model, key, quietContext())]);
  for (const each of both)
    if (each.status === "rejected")
      expect((each.reason as Refusal).findings).toMatchObject([{ code: "tenant-locked" }]);
  expect(both.some(({ status }) => status === "fulfilled")).toBe(true);
  expect(await coded(WRITES[0]!, [key])).toBe(FENCED);
  await second.query("BEGIN");
  expect(await tryLockTenant(second, key)).toBe(true);
  const refused: unknown = await dropFence(ours, key, quietContext()).catch((thrown: unknown) => thrown);
  expect((refused as Refusal).findings).toMatchObject([{ code: "tenant-locked" }]);
  expect(await coded(WRITES[0]!, [key])).toBe(FENCED);
  await second.query("ROLLBACK");
  await second.end();
});

it("is not taken with the last one of others that goes at the same moment", async () => {
  const second = await database.connect();
  for (let round = 0; round < 3; round++) {
    await hold();
    const [, held] = await Promise.allSettled([
      dropFence(ours, key, quietContext()),
      holdFence(second, model, other, quietContext()),
    ]);
    expect(await coded(WRITES[0]!, [other])).toBe(held.status === "fulfilled" ? FENCED : null);
    await dropFence(second, other, quietContext());
    await dropFence(ours, key, quietContext());
  }
  await second.end();
});

it("is put up by a role of whatever name", async () => {
  await ours.query('CREATE ROLE "Fence; Role" SUPERUSER; SET ROLE "Fence; Role"');
  try {
    await hold();
    expect(await coded(WRITES[0]!, [key])).toBe(FENCED);
    await dropFence(ours, key, quietContext());
    expect(await coded(WRITES[0]!, [key])).toBeNull();
  } finally {
    await ours.query('RESET ROLE; DROP ROLE "Fence; Role"');
  }
});

it("runs nothing that somebody else has left in its place", async () => {
  await ours.query(`CREATE ROLE fence_forger; CREATE SCHEMA tenantry AUTHORIZATION fence_forger; SET ROLE fence_forger;
    CREATE TABLE tenantry.fence (tenant text, state text, epoch bigint, since timestamptz, refused text);
    CREATE TABLE tenantry.cleanup (tenant text, place integer, statement text); RESET ROLE`);
  await ours.query("INSERT INTO tenantry.cleanup VALUES ($1, 1, 'DELETE FROM public.leg_scans')", [key]);
  try {
    for (const act of [hold(), dropFence(ours, key, quietContext())]) {
      const error: unknown = await act.catch((thrown: unknown) => thrown);
      expect((error as Refusal).findings).toMatchObject([
        { code: "fence-foreign", todo: expect.any(String) },
      ]);
    }
    expect((await ours.query("SELECT FROM public.leg_scans LIMIT 1")).rows).toHaveLength(1);
  } finally {
    await ours.query("DROP SCHEMA tenantry CASCADE; DROP ROLE fence_forger");
  }
});

it("is refused to a role that may not put triggers up, with what it needs", async () => {
  await ours.query("CREATE ROLE fence_reader; SET ROLE fence_reader");
  const error: unknown = await hold().catch((thrown: unknown) => thrown);
  await ours.query("RESET ROLE");
  await ours.query("DROP ROLE fence_reader");
  expect(error).toBeInstanceOf(Refusal);
  expect((error as Refusal).findings).toMatchObject([{ code: "fence-rights", todo: expect.any(String) }]);
});
