/** Drills that nobody asks for: as often as the policy says, asked by the schedule, and known where they do not come. */
import { and, desc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { grantRole } from "../../access/people.ts";
import { SYSTEM_PERSON } from "../../access/system-person.ts";
import { changePolicy } from "../../engine/change-policy.ts";
import { readPolicySetting } from "../../engine/read-policy.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { databases } from "../../records/schema/databases.ts";
import { drillDues } from "../../records/schema/drill-dues.ts";
import { drills } from "../../records/schema/drills.ts";
import { notices } from "../../records/schema/notices.ts";
import { operations } from "../../records/schema/operations.ts";
import { changedResidents, readResidents } from "../../rows/testing/residents.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase, smallSpec } from "../../rows/testing/small-platform.ts";
import { carryOut, createWorldOf, drive, rowOf, type TestWorld } from "../testing/world.ts";
import { askForDueDrills } from "./schedule.ts";

let world: TestWorld;
let bundleId: string;
beforeAll(async () => {
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
  const tenantKey = (await keyOfSlug(world.euClient, "one"))!;
  bundleId = (await carryOut(world, { kind: "export", input: { tenantKey } })).result.links.bundle!;
}, 120_000);
afterAll(() => world.close());

const scheduled = () =>
  world.console.records
    .select()
    .from(operations)
    .where(eq(operations.requestedBy, SYSTEM_PERSON))
    .orderBy(desc(operations.createdAt));

async function every(days: number | null): Promise<void> {
  const { value, version } = await readPolicySetting(world.console.records);
  const own = days === null ? {} : { [world.platformId]: { reviews: {}, drillEveryDays: days } };
  const policy = { ...value, platforms: own };
  const answer = await changePolicy(world.console.engine, await world.actor("admin"), {
    policy,
    version,
    reason: "evidence is wanted",
  });
  expect(answer).toMatchObject({ ok: true });
}

it("asks for none before a policy says how often", async () => {
  expect(await askForDueDrills(world.console)).toBe(0);
  expect(await world.console.records.$count(drillDues)).toBe(0);
});

it("asks for the newest bundle's drill as the schedule, audited, once; it passes, and is due again after those days", async () => {
  const { records } = world.console;
  const before = await readResidents(world.euClient, smallSpec());
  await every(7);
  expect(await askForDueDrills(world.console)).toBe(1);
  expect(await askForDueDrills(world.console)).toBe(0);
  const [asked] = await scheduled();
  expect(asked).toMatchObject({ kind: "drill", platformId: world.platformId, input: { bundleId } });
  const [entry] = await records
    .select()
    .from(auditEntries)
    .where(and(eq(auditEntries.operationId, asked!.id), eq(auditEntries.action, "operation.requested")));
  expect(entry).toMatchObject({ actorId: SYSTEM_PERSON, actorName: "the schedule" });
  await drive(world, asked!.id);
  expect((await rowOf(world, asked!.id)).state).toBe("succeeded");
  expect(await records.$count(notices, eq(notices.personId, SYSTEM_PERSON))).toBe(0);
  expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);

  await askForDueDrills(world.console);
  const [due] = await records.select().from(drillDues);
  expect(due).toMatchObject({ bundleId, passedAt: expect.any(Date), operationId: asked!.id });
  expect(due!.dueAt.getTime() - due!.passedAt!.getTime()).toBe(7 * 86_400_000);
  await records.update(drills).set({ createdAt: sql`now() - interval '10 days'` });
  await records.update(drillDues).set({ askedAt: sql`now() - interval '2 days'` });
  await records.update(operations).set({ idempotencyKey: "former" }).where(eq(operations.id, asked!.id));
  expect(await askForDueDrills(world.console)).toBe(1);
  expect(await scheduled()).toHaveLength(2);
}, 120_000);

it("keeps what stands against a drill that is due, and forgets it when the policy wants none", async () => {
  const { records } = world.console;
  await records
    .update(databases)
    .set({ removedAt: new Date() })
    .where(eq(databases.platformId, world.platformId));
  await records.update(operations).set({ state: "failed" }).where(eq(operations.requestedBy, SYSTEM_PERSON));
  await records.update(drillDues).set({ askedAt: null });
  await askForDueDrills(world.console);
  expect(await scheduled()).toHaveLength(2);
  expect(await records.select().from(drillDues)).toMatchObject([
    { bundleId, tenantSlug: "one", operationId: null, findings: [{ code: "no-database-at-version" }] },
  ]);
  await records.update(databases).set({ removedAt: null });
  await every(null);
  await askForDueDrills(world.console);
  expect(await records.$count(drillDues)).toBe(0);
});

it("is nobody: no role can be given to the schedule", async () => {
  const answer = await grantRole(world.console.records, await world.actor("admin"), SYSTEM_PERSON, "admin");
  expect(answer).toMatchObject({ ok: false });
});
