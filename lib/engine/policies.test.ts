import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../records/id.ts";
import { auditEntries, operations, policyExceptions, reviews, tenants } from "../records/schema/index.ts";
import { changePolicy } from "./change-policy.ts";
import type { Answer } from "./engine.ts";
import { type ExceptionWish, endException, grantException } from "./exceptions.ts";
import { planAgain } from "./plan-again.ts";
import { readPolicySetting } from "./read-policy.ts";
import { sweep } from "./sweeper.ts";
import {
  approve,
  batchesOf,
  createWorld,
  drive,
  request,
  rowOf,
  tryRequest,
  type World,
} from "./testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.records.insert(tenants).values({
    id: newId(),
    platformId: world.platformId,
    databaseId: world.databaseId,
    key: "acme",
    state: "active",
  });
});
beforeEach(() => world.clear());
afterAll(() => world.close());

const codes = (answer: Answer) => (answer.ok ? "ok" : answer.findings.map(({ code }) => code).join(" "));
const wheres = (answer: Answer) => (answer.ok ? "ok" : answer.findings.map(({ where }) => where).join(" "));

/** Puts a policy in force over the one that is. */
async function set(policy: object, actor = world.admin) {
  const { value, version } = await readPolicySetting(world.records);
  const merged = { ...value, ...policy };
  return changePolicy(world.engine, actor, { policy: merged, version, reason: "a test" });
}
const state = async (id: string) => (await rowOf(world, id)).state;

describe("changing the policy", () => {
  test("asks for the permission, a reason, values that are valid, kinds and platforms that are there", async () => {
    for (const actor of [world.viewer, world.operator, world.reviewer])
      expect(codes(await set({ approvalHours: 8 }, actor))).toBe("not-permitted");
    const change = (policy: unknown, reason = "x") =>
      changePolicy(world.engine, world.admin, { policy, version: 0, reason });
    expect(codes(await change({}, " "))).toBe("reason-missing");
    expect(wheres(await change({ approvalHours: 0, reviews: { fill: 4 } }))).toBe(
      "reviews.fill approvalHours",
    );
    expect(wheres(await change({ reviews: { explode: 1, whole: 3 } }))).toBe("reviews.explode reviews.whole");
    expect(wheres(await change({ platforms: { [newId()]: {} } }))).toMatch(/^platforms\./);
    expect(wheres(await change({ platforms: { [world.platformId]: { reviews: { whole: 3 } } } }))).toMatch(
      /reviews\.whole$/,
    );
    expect(codes(await change("nonsense"))).toBe("policy-invalid");
    expect((await readPolicySetting(world.records)).version).toBe(0);
  });

  test("is recorded with both values and the reason, once, and only from the version that was seen", async () => {
    expect(await set({ approvalHours: 8 })).toEqual({ ok: true, version: 1 });
    const change = (approvalHours: number, version: number) =>
      changePolicy(world.engine, world.admin, { policy: { approvalHours }, version, reason: "again" });
    expect(codes(await change(9, 0))).toBe("setting-changed-meanwhile");
    expect(await change(8, 1)).toEqual({ ok: true, version: 1 });
    expect(await change(9, 1)).toEqual({ ok: true, version: 2 });
    const trail = await world.records
      .select({ actor: auditEntries.actorId, data: auditEntries.data })
      .from(auditEntries)
      .where(eq(auditEntries.subjectId, "policy"))
      .orderBy(sql`${auditEntries.at} DESC`)
      .limit(2);
    expect(trail).toMatchObject([
      {
        actor: world.admin.personId,
        data: { reason: "again", version: 2, former: { approvalHours: 8 }, value: { approvalHours: 9 } },
      },
      { data: { reason: "a test", version: 1, former: null, value: { approvalHours: 8 } } },
    ]);
  });
});

describe("a policy that has become stricter since", () => {
  test("the approval keeps the run from beginning until another person approves too", async () => {
    const id = await request(world, { batches: 3 });
    await approve(world, id);
    await set({ reviews: { fill: 2 } });
    expect(await drive(world, id)).toBe("ended");
    expect(await rowOf(world, id)).toMatchObject({
      state: "in_review",
      reviewsNeeded: 2,
      policy: "This console's policy asks for 2 reviews.",
    });
    expect(await batchesOf(world, id)).toEqual([]);
    expect(codes(await approve(world, id))).toBe("already-reviewed");
    expect(codes(await approve(world, id, world.second))).toBe("ok");
    await drive(world, id);
    expect(await state(id)).toBe("succeeded");
  });

  test("the request counts at its review; a looser one loosens nothing", async () => {
    const id = await request(world, { batches: 3 });
    await set({ platforms: { [world.platformId]: { reviews: { fill: 2 } } } });
    expect(codes(await approve(world, id))).toBe("ok");
    expect(await rowOf(world, id)).toMatchObject({ state: "in_review", reviewsNeeded: 2 });
    await set({ platforms: {}, reviews: { fill: 0 } });
    expect(await drive(world, id)).toBe("not mine");
    expect(codes(await approve(world, id, world.second))).toBe("ok");
    await drive(world, id);
    expect(await state(id)).toBe("succeeded");
  });

  test("what passed without a review needs one", async () => {
    const id = await request(world);
    expect(await state(id)).toBe("queued");
    await set({ reviews: { fill: 1 } });
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({ state: "in_review", reviewsNeeded: 1 });
    await approve(world, id);
    await drive(world, id);
    expect(await state(id)).toBe("succeeded");
  });

  test("an approval is older than approvals may now be: the worker and the clock refuse it", async () => {
    const approvedLongAgo = async () => {
      const id = await request(world, { batches: 3 });
      await approve(world, id);
      await world.records
        .update(operations)
        .set({ approvedAt: sql`now() - interval '3 hours'` })
        .where(eq(operations.id, id));
      return id;
    };
    const first = await approvedLongAgo();
    await set({ approvalHours: 2 });
    await drive(world, first);
    expect(await state(first)).toBe("expired");
    const second = await approvedLongAgo();
    await sweep(world.engine);
    expect(await state(second)).toBe("expired");
    expect(await batchesOf(world, second)).toEqual([]);
  });

  test("a run gets the shorter budget, never a longer one", async () => {
    const id = await request(world);
    await set({ budgetSeconds: { fill: 60 } });
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({ state: "succeeded", budgetSeconds: 60 });
    const later = await request(world, { tenant: "globex", batches: 1 });
    await set({ budgetSeconds: { fill: 6000 } });
    await drive(world, later);
    expect(await rowOf(world, later)).toMatchObject({ budgetSeconds: 60 });
    await world.platform.query("DELETE FROM items WHERE tenant = 'globex' AND batch > 0");
  });

  test("a gate asks for a longer window: the run does not begin", async () => {
    const id = await request(world, { batches: 1 }, { kind: "whole" });
    await set({ quietHours: 25 });
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({
      state: "failed",
      findings: [{ code: "gate-closed", where: "quiet", todo: "25 h" }],
    });
    expect(codes(await tryRequest(world, { batches: 1 }, { kind: "whole" }))).toBe("gate-closed");
  });
});

describe("reviewing again", () => {
  test("a review that has grown too old counts no more, and its reviewer gives it anew", async () => {
    await set({ reviews: { fill: 2 }, reviewDays: 3 });
    const id = await request(world, { batches: 3 });
    await approve(world, id);
    await world.records.update(reviews).set({ createdAt: sql`now() - interval '4 days'` });
    expect(codes(await approve(world, id, world.second))).toBe("ok");
    expect(await state(id)).toBe("in_review");
    await world.records.update(reviews).set({ createdAt: sql`now()` });
    await world.records.update(operations).set({ reviewsNeeded: 2 });
    expect(codes(await approve(world, id, world.admin))).toBe("ok");
    await world.records.update(reviews).set({ createdAt: sql`now() - interval '4 days'` });
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({ state: "in_review", reviewRound: 2 });
    expect(codes(await approve(world, id))).toBe("ok");
    expect(codes(await approve(world, id, world.second))).toBe("ok");
    await drive(world, id);
    expect(await state(id)).toBe("succeeded");
  });

  test("an expired approval stays in the history and counts for nothing when it is planned again", async () => {
    const id = await request(world, { batches: 3 });
    await approve(world, id);
    await world.records.update(operations).set({ expiresAt: sql`now() - interval '1 minute'` });
    await drive(world, id);
    await planAgain(world.engine, world.operator, { operationId: id });
    expect(await state(id)).toBe("in_review");
    await set({ reviews: { fill: 2 } });
    expect(codes(await approve(world, id))).toBe("ok");
    expect(await state(id)).toBe("in_review");
    expect(codes(await approve(world, id, world.second))).toBe("ok");
    await drive(world, id);
    expect(await state(id)).toBe("succeeded");
    expect(await world.records.select().from(reviews)).toHaveLength(3);
  });

  test("the same plan again keeps its reviews, unless the policy has it otherwise", async () => {
    await set({ reviews: { fill: 2 } });
    const id = await request(world, { batches: 3 });
    await approve(world, id);
    const again = () => planAgain(world.engine, world.operator, { operationId: id });
    expect(await again()).toEqual({ ok: true, changes: [] });
    expect(codes(await approve(world, id))).toBe("already-reviewed");
    await set({ keepReviews: false });
    expect(await again()).toEqual({ ok: true, changes: [] });
    expect(await rowOf(world, id)).toMatchObject({ state: "in_review", reviewRound: 2 });
    expect(codes(await approve(world, id))).toBe("ok");
    expect(await state(id)).toBe("in_review");
  });
});

describe("an exception", () => {
  const wish = (given: Partial<ExceptionWish> = {}): ExceptionWish => ({
    kind: "whole",
    rule: "quietHours",
    value: 1,
    platformId: world.platformId,
    tenantKey: "acme",
    ownerId: world.operator.personId,
    reason: "they leave today",
    days: 2,
    ...given,
  });
  const grant = (given?: Partial<ExceptionWish>, actor = world.admin) =>
    grantException(world.engine, actor, wish(given));

  test("is refused without the permission, reason, owner, or to a rule, kind, platform, tenant that is not there", async () => {
    for (const actor of [world.viewer, world.operator, world.reviewer]) {
      expect(codes(await grant({}, actor))).toBe("not-permitted");
      expect(codes(await endException(world.engine, actor, newId()))).toBe("not-permitted");
    }
    expect(codes(await grant({ reason: " " }))).toBe("reason-missing");
    for (const [where, given] of [
      ["kind", { kind: "explode" }],
      ["rule", { rule: "drillDays" }],
      ["rule", { kind: "fill" }],
      ["value", { value: -1 }],
      ["value", { rule: "reviews", value: 3 }],
      ["value", { rule: "reviews", value: 0.5 }],
      ["platformId", { platformId: null }],
      ["platformId", { platformId: newId() }],
      ["tenantKey", { tenantKey: "nobody" }],
      ["ownerId", { ownerId: newId() }],
      ["days", { days: 91 }],
      ["days", { days: 0 }],
    ] as const)
      expect(wheres(await grant(given)), JSON.stringify(given)).toBe(where);
    expect(codes(await endException(world.engine, world.admin, newId()))).toBe("exception-over");
    expect(await world.records.select().from(policyExceptions)).toEqual([]);
  });

  test("opens a gate for its tenant, is named on the operation, and ends when it is ended", async () => {
    await set({ quietHours: 25 });
    const granted = await grant();
    if (!granted.ok) throw new Error("refused");
    const id = await request(world, { batches: 1 }, { kind: "whole" });
    expect((await rowOf(world, id)).exceptions).toEqual([granted.exceptionId]);
    expect(codes(await tryRequest(world, { tenant: "globex", batches: 1 }, { kind: "whole" }))).toBe(
      "gate-closed",
    );
    expect(codes(await endException(world.engine, world.admin, granted.exceptionId))).toBe("ok");
    expect(codes(await endException(world.engine, world.admin, granted.exceptionId))).toBe("exception-over");
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({ state: "failed", findings: [{ code: "gate-closed" }] });
    const trail = await world.records
      .select({ action: auditEntries.action })
      .from(auditEntries)
      .where(eq(auditEntries.subjectId, granted.exceptionId))
      .orderBy(auditEntries.at);
    expect(trail.map(({ action }) => action)).toEqual(["policy.exception-granted", "policy.exception-ended"]);
  });

  test("from a review lets one operation pass; once it has run out before the run, the review is due", async () => {
    const granted = await grant({ kind: "fill", rule: "reviews", value: 0 });
    if (!granted.ok) throw new Error("refused");
    const id = await request(world, { batches: 3 });
    expect(await rowOf(world, id)).toMatchObject({ state: "queued", exceptions: [granted.exceptionId] });
    await world.records
      .update(policyExceptions)
      .set({ createdAt: sql`now() - interval '2 days'`, expiresAt: sql`now() - interval '1 second'` });
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({ state: "in_review", reviewsNeeded: 1, exceptions: [] });
  });
});
