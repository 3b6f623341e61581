import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Actor } from "../../access/actor.ts";
import { addTestActor } from "../../access/testing/people.ts";
import { folderStore } from "../../bundle/stores/folder.ts";
import { temporaryFolder } from "../../bundle/testing/write-sample.ts";
import { openRecords, type Records } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { checkBundleFiles } from "./check-files.ts";
import { holdBundle, keepBundle } from "./keeping.ts";
import { expiryOf } from "./retention.ts";

const MADE = new Date("2026-01-31T12:00:00Z");

let records: Records;
let olga: Actor;
let adam: Actor;
let sam: Actor;
let id: string;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  olga = (await addTestActor(records, "olga", ["operator"])).actor;
  adam = (await addTestActor(records, "adam", ["admin"])).actor;
  sam = (await addTestActor(records, "sam", ["support"])).actor;
}, 120_000);
afterAll(() => records.close());

beforeEach(async () => {
  await records.delete(bundles);
  id = newId();
  const file = { store: "folder", name: "acme.tar.gz", bytes: 5 };
  await records.insert(bundles).values({ id, ...file, state: "ready", origin: "export", createdAt: MADE });
});

const row = async () => (await records.select().from(bundles).where(eq(bundles.id, id)))[0]!;
const trail = async () =>
  (
    await records
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.subjectId, id))
      .orderBy(asc(auditEntries.at))
  ).map(({ action, data }) => ({ action, data }));
const codes = async (answer: Promise<{ ok: boolean; findings?: readonly { code: string }[] }>) =>
  (await answer).findings?.map(({ code }) => code) ?? [];

it("expires by its class, counted from the day on which it was made, and by none of them twice", async () => {
  expect(expiryOf("month", MADE)).toEqual(new Date("2026-03-02T12:00:00Z"));
  expect(expiryOf("always", MADE)).toBeNull();
  expect(await keepBundle(records, olga, { bundleId: id, retention: "year", reason: "audit" })).toEqual({
    ok: true,
  });
  expect(await row()).toMatchObject({ retention: "year", expiresAt: new Date("2027-01-31T12:00:00Z") });
  expect(await keepBundle(records, olga, { bundleId: id, retention: "always", reason: "law" })).toEqual({
    ok: true,
  });
  expect(await row()).toMatchObject({ retention: "always", expiresAt: null });
  expect(await trail()).toMatchObject([
    { action: "bundle.retention-changed", data: { from: null, to: "year", reason: "audit" } },
    { action: "bundle.retention-changed", data: { from: "year", to: "always", expiresAt: null } },
  ]);
});

it("is not removed while it is held, and is once the hold is lifted; its line stays", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "acme.tar.gz"), "whole");
  const stores = { ids: ["folder"], get: () => folderStore(folder) };
  await records.update(bundles).set({ expiresAt: new Date(Date.now() - 1000) });
  expect(await holdBundle(records, adam, { bundleId: id, hold: true, reason: "a lawsuit" })).toEqual({
    ok: true,
  });
  expect(await holdBundle(records, adam, { bundleId: id, hold: true, reason: "again" })).toEqual({
    ok: true,
  });
  expect(await row()).toMatchObject({ heldBy: adam.personId, holdReason: "a lawsuit" });
  expect(await checkBundleFiles({ records, stores })).toMatchObject({ expired: 0, missing: 0 });
  expect(await holdBundle(records, adam, { bundleId: id, hold: false, reason: "settled" })).toEqual({
    ok: true,
  });
  expect(await checkBundleFiles({ records, stores })).toMatchObject({ expired: 1 });
  expect(await row()).toMatchObject({ state: "expired", heldAt: null });
  expect(await folderStore(folder).list()).toEqual([]);
  expect((await trail()).map(({ action }) => action)).toEqual([
    "bundle.held",
    "bundle.hold-lifted",
    "bundle.expired",
  ]);
});

it("is refused to who may not, without a reason, of what is not there and of what is gone", async () => {
  const keep = (actor: Actor, reason = "x", bundleId = id) =>
    codes(keepBundle(records, actor, { bundleId, retention: "month", reason }));
  const hold = (actor: Actor, reason = "x", bundleId = id) =>
    codes(holdBundle(records, actor, { bundleId, hold: true, reason }));
  expect([await keep(sam), await hold(sam), await hold(olga)]).toEqual(Array(3).fill(["not-permitted"]));
  expect([await keep(olga, " "), await hold(adam, "")]).toEqual(Array(2).fill(["reason-missing"]));
  expect([await keep(olga, "x", newId()), await hold(adam, "x", "y")]).toEqual(
    Array(2).fill(["bundle-unknown"]),
  );
  await records.update(bundles).set({ state: "expired" });
  expect([await keep(olga), await hold(adam)]).toEqual(Array(2).fill(["bundle-gone"]));
  expect(await trail()).toEqual([]);
});
