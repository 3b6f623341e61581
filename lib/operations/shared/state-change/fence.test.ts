import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readCatalog } from "../../../catalog/read.ts";
import { tenants } from "../../../records/schema/tenants.ts";
import { holdFence } from "../../../rows/fence/fence.ts";
import { quietContext } from "../../../rows/run-context.ts";
import { harborSpec } from "../../../rows/testing/harbor-spec.ts";
import { changedResidents, readResidents } from "../../../rows/testing/residents.ts";
import { deriveModel } from "../../../tenancy/derive-model.ts";
import { takeCensus } from "../../census/census.ts";
import { registeredPair } from "../../directory.ts";
import { ask, carryOut, createTestWorld, rowOf, statusOf, type TestWorld } from "../../testing/world.ts";

const TENANT = "saltmarsh";
const WRITE = "UPDATE public.tickets SET subject = subject WHERE organization_id = $1";
const OTHERS = "UPDATE public.tickets SET subject = subject WHERE organization_id <> $1";
let world: TestWorld;
let key: string;
beforeAll(async () => {
  world = await createTestWorld();
  const { rows } = await world.euClient.query<{ id: string }>(
    "SELECT id::text FROM public.organizations WHERE slug = $1",
    [TENANT],
  );
  key = rows[0]!.id;
}, 120_000);
afterAll(() => world.close());

const listed = async () =>
  (
    await world.console.records
      .select()
      .from(tenants)
      .where(and(eq(tenants.databaseId, world.euId), eq(tenants.key, key)))
  )[0]!;
const suspend = (fence: boolean) => ({
  kind: "suspend",
  input: { tenantKey: key, ...(fence ? { fence: "on" } : {}) },
});
const written = async (sql: string) => (await world.euClient.query(sql, [key])).rowCount;

it("has the database refuse the tenant's writes from the suspend until the resume, and nobody else's", async () => {
  const before = await readResidents(world.euClient, harborSpec(), key);
  const row = await carryOut(world, suspend(true));
  expect(row.result.changed.join(" ")).toContain("SQLSTATE MV001");
  await expect(written(WRITE)).rejects.toMatchObject({ code: "MV001" });
  expect(await written(OTHERS)).toBeGreaterThan(0);
  await takeCensus(world.console, world.euId);
  expect(await listed()).toMatchObject({ state: "suspended", fence: { state: "held", refused: 1 } });
  const resumed = await carryOut(world, { kind: "resume", input: { tenantKey: key } });
  expect(resumed.result.changed.join(" ")).toContain("The fence is down");
  expect(await written(WRITE)).toBeGreaterThan(0);
  expect(await statusOf(world.euClient, TENANT)).toBe("active");
  expect(await listed()).toMatchObject({ state: "active", fence: null });
  expect(changedResidents(before, await readResidents(world.euClient, harborSpec(), key))).toEqual([]);
});

it("says in its plan which tables it is about, and takes its steps in the order that lets it write itself", async () => {
  const steps = async (id: string) =>
    ((await rowOf(world, id)).plan as { steps: { name: string }[] }).steps.map(({ name }) => name);
  const done = await carryOut(world, suspend(true));
  const { effects } = done.plan as { effects: { object: string; note?: string }[] };
  expect(effects.map(({ object }) => object)).toEqual(["public.organizations", "tenantry.fence"]);
  expect(effects[1]!.note).toMatch(/triggers on \d+ tables refuse/);
  expect(await steps(done.id)).toEqual(["change state", "fence"]);
  const back = await carryOut(world, { kind: "resume", input: { tenantKey: key } });
  expect(await steps(back.id)).toEqual(["fence", "change state"]);
});

it("takes down at a resume what somebody else has put up", async () => {
  await carryOut(world, suspend(false));
  const { platform } = await registeredPair(world.console.records, world.console.secrets, world.euId);
  const model = deriveModel(await readCatalog(world.euClient), platform.file);
  await holdFence(world.euClient, model, key, quietContext());
  await carryOut(world, { kind: "resume", input: { tenantKey: key } });
  expect(await written(WRITE)).toBeGreaterThan(0);
});

it("refuses to plan a resume where nobody may see whether there is a fence", async () => {
  await carryOut(world, suspend(true));
  const planner = new URL(
    (await registeredPair(world.console.records, world.console.secrets, world.euId)).plannerUrl,
  ).username;
  await world.euClient.query(`REVOKE pg_read_all_data FROM ${planner}`);
  await world.euClient.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${planner}`);
  try {
    const id = await ask(world, { kind: "resume", input: { tenantKey: key } }).catch((error: Error) => error);
    expect(String(id)).toContain("fence-unreadable");
  } finally {
    await world.euClient.query(`GRANT pg_read_all_data TO ${planner}`);
  }
});
