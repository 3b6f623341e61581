import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOwnNotices } from "../access/own-notices.ts";
import { openRecords, type Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { databases } from "../records/schema/databases.ts";
import { drillDues } from "../records/schema/drill-dues.ts";
import { notices } from "../records/schema/notices.ts";
import { operationEvents } from "../records/schema/operation-events.ts";
import type { operations } from "../records/schema/operations.ts";
import { reviews } from "../records/schema/reviews.ts";
import { settings } from "../records/schema/settings.ts";
import { addTestOperation } from "../records/testing/rows.ts";
import { createTestDatabase } from "../testing/database.ts";
import { readFrame } from "./frame.ts";
import { isQuiet, readOverview } from "./overview.ts";
import { Refused } from "./refused.ts";
import { daysAgo, fillRecords, type LivedIn } from "./testing/lived-in.ts";

let records: Records;
let here: LivedIn;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  here = await fillRecords(records, { tenants: 5 });
});
afterAll(() => records.close());

let tenant = 0;
/** An operation of a tenant of its own, unless told otherwise. */
const add = (given: Partial<typeof operations.$inferInsert>, by = here.ada) =>
  addTestOperation(records, { platformId: here.platformId, databaseId: here.eu }, by.personId, {
    claim: `key:${++tenant}`,
    tenantKey: String(tenant),
    ...given,
  });
const overview = (actor = here.ben) => readOverview({ records }, actor);
const ids = (some: { readonly entries: readonly { readonly id: string }[] }) =>
  some.entries.map((line) => line.id);

describe("the overview", () => {
  it("is quiet where nothing needs anybody", async () => {
    const view = await overview();
    expect(isQuiet(view)).toBe(true);
    expect(view.platforms).toEqual(["harbor"]);
  });

  it("lists reviews for who may review, never one's own, and not again after the decision on this plan", async () => {
    const id = await add({ state: "in_review", digest: "one" });
    const own = await add({ state: "in_review", digest: "one" }, here.ben);
    expect(ids((await overview()).reviews)).toEqual([id]);
    expect((await overview(here.ada)).reviews.total).toBe(0);
    expect((await readFrame({ records }, here.ben)).reviewsWaiting).toBe(1);
    expect((await readFrame({ records }, here.vic)).reviewsWaiting).toBe(0);
    await records.insert(reviews).values({
      id: newId(),
      operationId: id,
      requestedBy: here.ada.personId,
      reviewerId: here.ben.personId,
      decision: "approve",
      digest: "an earlier plan",
      intent: "",
      risk: "",
      rollback: "",
      reason: "",
    });
    expect(ids((await overview()).reviews)).toEqual([id]);
    await records.update(reviews).set({ digest: "one" });
    expect(ids((await overview()).reviews)).toEqual([]);
    expect(own).not.toBe(id);
  });

  it("lists drafts for who made them", async () => {
    const id = await add({ state: "planned" });
    expect(ids((await overview(here.ada)).mine)).toEqual([id]);
    expect((await overview()).mine.total).toBe(0);
  });

  it("says of each run whether it moves, and what a stalled one holds", async () => {
    const moving = await add({
      state: "running",
      heartbeatAt: new Date(),
      progress: { phase: "rows", rows: 3 },
    });
    await records
      .insert(operationEvents)
      .values({ operationId: moving, at: new Date(), type: "progress", data: {} });
    const slow = await add({
      state: "running",
      heartbeatAt: new Date(),
      progress: { throttle: "replica lag" },
    });
    const stalled = await add({ state: "running", heartbeatAt: daysAgo(1), tenantSlug: "acme" });
    const queued = await add({ state: "queued" });
    const verdicts = new Map((await overview()).runs.entries.map((run) => [run.id, run.liveness]));
    expect(verdicts.get(moving)).toEqual({ verdict: "moving" });
    expect(verdicts.get(slow)).toEqual({ verdict: "slow", signal: "replica lag" });
    expect(verdicts.get(stalled)).toMatchObject({ verdict: "stalled", holding: "tenant acme in eu-1" });
    expect(verdicts.get(queued)).toMatchObject({ verdict: "waiting", why: "no worker has taken it up yet" });
  });

  it("lists what is unknown, and what failed within a week until it is tried again", async () => {
    const unknown = await add({ state: "unknown", createdAt: daysAgo(60) });
    const failed = await add({ state: "failed", kind: "export", tenantKey: "again" });
    await add({ state: "failed", createdAt: daysAgo(8) });
    expect(new Set(ids((await overview()).unsettled))).toEqual(new Set([unknown, failed]));
    await add({
      state: "succeeded",
      kind: "suspend",
      tenantKey: "again",
      createdAt: new Date(Date.now() + 1000),
    });
    expect(ids((await overview()).unsettled)).toContain(failed);
    await add({
      state: "queued",
      kind: "export",
      tenantKey: "again",
      createdAt: new Date(Date.now() + 1000),
    });
    expect(ids((await overview()).unsettled)).toEqual([unknown]);
  });

  it("tells people what came of their requests until they have seen it", async () => {
    const id = await add({ state: "succeeded" });
    const notice = (personId: string, type: string) => ({ id: newId(), personId, type, operationId: id });
    await records
      .insert(notices)
      .values([
        notice(here.ada.personId, "outcome"),
        notice(here.ben.personId, "review-wanted"),
        notice(here.ben.personId, "outcome"),
      ]);
    expect(ids((await overview(here.ada)).heard)).toEqual([id]);
    expect((await readFrame({ records }, here.ada)).unreadNotices).toBe(1);
    expect(await readOwnNotices(records, here.ada)).toBe(1);
    expect((await overview(here.ada)).heard.total).toBe(0);
    expect((await overview()).heard.total).toBe(1);
    expect(await readOwnNotices(records, here.ben)).toBe(1);
    expect(await records.$count(notices, eq(notices.type, "review-wanted"))).toBe(1);
  });

  it("lists bundles that expire within a week and those whose file is missing or was refused", async () => {
    const bundle = { platformId: here.platformId, store: "folder", origin: "export" } as const;
    const inDays = (days: number) => daysAgo(-days);
    await records.insert(bundles).values([
      { ...bundle, id: newId(), name: "soon", state: "ready", expiresAt: inDays(3) },
      { ...bundle, id: newId(), name: "sooner", state: "ready", expiresAt: inDays(1) },
      { ...bundle, id: newId(), name: "late", state: "ready", expiresAt: inDays(20) },
      { ...bundle, id: newId(), name: "past", state: "expired", expiresAt: inDays(-1) },
      { ...bundle, id: newId(), name: "lost", state: "missing" },
      { ...bundle, id: newId(), name: "bad", state: "refused" },
    ]);
    const view = await overview();
    expect(view.expiring.entries.map((line) => line.name)).toEqual(["sooner", "soon"]);
    expect(new Set(view.broken.entries.map((line) => line.name))).toEqual(new Set(["lost", "bad"]));
  });

  it("shows drills that are a day late, with what stands against them, the latest first", async () => {
    const [bundle] = await records.select({ id: bundles.id }).from(bundles).limit(1);
    const due = (tenantKey: string, days: number, findings: readonly { what: string }[] = []) => ({
      platformId: here.platformId,
      tenantKey,
      bundleId: bundle!.id,
      dueAt: daysAgo(days),
      findings,
    });
    await records
      .insert(drillDues)
      .values([due("today", 0.5), due("late", 2), due("later", 9, [{ what: "Nothing fits." }])]);
    const { drillsOverdue } = await overview();
    expect(drillsOverdue.total).toBe(2);
    expect(drillsOverdue.entries.map(({ tenant, obstacle }) => [tenant, obstacle])).toEqual([
      ["later", "Nothing fits."],
      ["late", null],
    ]);
    expect(isQuiet(await overview())).toBe(false);
    await records.delete(drillDues);
  });

  it("lists databases with findings that block or warn, and takes a health that it does not know for none", async () => {
    const finding = (severity: string) => ({ code: "x", severity, where: "y", what: "z" });
    await records
      .update(databases)
      .set({ health: { findings: [finding("blocks"), finding("warns"), finding("notes")] } })
      .where(eq(databases.name, "us-1"));
    await records.update(databases).set({ health: "broken" }).where(eq(databases.name, "eu-1"));
    expect((await overview()).coverage).toMatchObject([
      { platform: "harbor", database: "us-1", blocks: 1, warns: 1 },
    ]);
  });

  it("says how many there are where it shows only some", async () => {
    for (let n = 0; n < 12; n++) await add({ state: "in_review", digest: "many" });
    const { reviews } = await overview();
    expect(reviews).toMatchObject({ total: 12 });
    expect(reviews.entries).toHaveLength(8);
  });

  it("is refused without the permission to see", async () => {
    await expect(overview(here.nobody)).rejects.toThrow(Refused);
    expect(await readFrame({ records }, here.nobody)).toMatchObject({ platforms: [], reviewsWaiting: 0 });
  });
});

describe("the brake in the frame", () => {
  const frame = async () => (await readFrame({ records }, here.vic)).brake;

  it("is off until somebody pulls it, and then says who and why", async () => {
    expect(await frame()).toMatchObject({ on: false, reason: null });
    const value = { on: true, reason: "replica lag", since: new Date().toISOString() };
    await records
      .insert(settings)
      .values({ name: "brake", value, changedBy: here.ada.personId, changedAt: new Date() });
    expect(await frame()).toMatchObject({ on: true, reason: "replica lag", by: "ada" });
  });

  it("counts as on where it cannot be read", async () => {
    await records.update(settings).set({ value: "nonsense" });
    expect((await frame()).on).toBe(true);
  });
});
