import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../records/id.ts";
import { notices, operations, persons, reviews, roleGrants } from "../records/schema/index.ts";
import { setBrake } from "./brake.ts";
import { breakGlass, noteAfterAction } from "./break-glass.ts";
import type { Answer } from "./engine.ts";
import { brokenConstraint } from "./findings.ts";
import type { OperationPlan } from "./plan.ts";
import { lookAgain, planAgain, sendOperation } from "./plan-again.ts";
import { reconcileOperation } from "./reconcile.ts";
import { previewOperation } from "./request.ts";
import { retryOperation } from "./retry.ts";
import {
  approve,
  batchesOf,
  createWorld,
  drive,
  jobsOf,
  request,
  review,
  rowOf,
  statesOf,
  trailOf,
  tryRequest,
  type World,
} from "./testing/world.ts";
import { whatChanged } from "./what-changed.ts";
import { wishOperation } from "./wish.ts";
import { withdrawOperation } from "./withdraw.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.clear());
afterAll(() => world.close());

const codes = (answer: Answer) => (answer.ok ? "ok" : answer.findings.map(({ code }) => code).join(" "));

async function noticesOf(personId: string): Promise<string[]> {
  const rows = await world.records.select().from(notices).where(eq(notices.personId, personId));
  return rows.map(({ type }) => type).sort();
}

describe("asking", () => {
  test("is refused without the permission, and nothing is stored", async () => {
    expect(codes(await tryRequest(world, {}, { actor: world.viewer }))).toBe("not-permitted");
    expect(codes(await tryRequest(world, {}, { actor: world.reviewer }))).toBe("not-permitted");
    expect(await world.records.select().from(operations)).toEqual([]);
  });

  test("is refused for an unknown kind, another platform's database, input that does not fit, a tenant that is not there", async () => {
    expect(codes(await tryRequest(world, {}, { kind: "explode" }))).toBe("operation-unknown");
    expect(codes(await tryRequest({ ...world, databaseId: newId() }, {}))).toBe("database-not-registered");
    expect(codes(await tryRequest({ ...world, databaseId: "eu-1" }, {}))).toBe("database-not-registered");
    expect(await tryRequest(world, { batches: 0 })).toMatchObject({
      ok: false,
      findings: [{ code: "input-invalid", where: "batches" }],
    });
    expect(codes(await tryRequest(world, { tenant: "ac\u0000me" }))).toBe("input-invalid");
    expect(codes(await tryRequest(world, { tenant: "ac\ud800me" }))).toBe("input-invalid");
    expect(codes(await tryRequest(world, { tenant: "nobody" }))).toBe("tenant-not-found");
  });

  test("twice with one key gives one operation; the key with another input, or of another person, is refused", async () => {
    const idempotencyKey = "once";
    const [first, second] = await Promise.all([
      tryRequest(world, {}, { idempotencyKey }),
      tryRequest(world, {}, { idempotencyKey }),
    ]);
    expect(first).toMatchObject({ ok: true });
    expect(second).toEqual(first);
    expect(await tryRequest(world, {}, { idempotencyKey })).toEqual(first);
    expect(await world.records.select().from(operations)).toHaveLength(1);
    expect(codes(await tryRequest(world, { batches: 1 }, { idempotencyKey }))).toBe("idempotency-key-used");
    expect(codes(await tryRequest(world, {}, { idempotencyKey, actor: world.admin }))).toBe(
      "idempotency-key-used",
    );
  });

  test("for a tenant that has an operation says which, by whom, since when; two at once give one", async () => {
    const answers = await Promise.all([tryRequest(world), tryRequest(world)]);
    expect(answers.map(codes).sort()).toEqual(["ok", "tenant-busy"]);
    const refused = answers.find((answer) => !answer.ok);
    expect(refused).toMatchObject({
      findings: [{ what: expect.stringMatching(/^The fill that Otto asked for at .* has this tenant \(/) }],
    });
    expect(codes(await tryRequest(world, { tenant: "globex" }))).toBe("ok");
  });

  test("with a closed gate is refused, but may be kept as a draft that is sent once the gate is open", async () => {
    await world.platform.query("UPDATE doors SET open = false");
    expect(codes(await tryRequest(world))).toBe("gate-closed");
    const id = await request(world, {}, { draft: true });
    const { digest } = await rowOf(world, id);
    const send = (of = digest!) =>
      sendOperation(world.engine, world.operator, { operationId: id, digest: of });
    expect(codes(await send())).toBe("gate-closed");
    await world.platform.query("UPDATE doors SET open = true");
    expect(codes(await send("0".repeat(64)))).toBe("plan-changed");
    expect(codes(await sendOperation(world.engine, world.admin, { operationId: id, digest: digest! }))).toBe(
      "not-your-request",
    );
    expect(codes(await send())).toBe("ok");
    expect(await statesOf(world, id)).toEqual(["planned", "planned", "approved", "queued"]);
  });

  test("can be previewed: the plan, who must review, and nothing stored", async () => {
    const { platformId, databaseId } = world;
    const preview = await previewOperation(world.engine, world.operator, {
      kind: "fill",
      platformId,
      databaseId,
      input: { tenant: "acme", batches: 3 },
    });
    expect(preview).toMatchObject({
      ok: true,
      objections: [],
      verdict: {
        needed: 1,
        why: "More than two batches need a review.",
        who: "One reviewer other than the person who asks.",
      },
      plan: { summary: "Fill Acme in eu-1 with 9 rows" },
    });
    expect(await world.records.select().from(operations)).toEqual([]);
  });
});

describe("reviewing", () => {
  test("is refused to whoever asked, by the action and by the records themselves", async () => {
    const id = await request(world, { batches: 3 }, { actor: world.admin });
    const { digest } = await rowOf(world, id);
    expect(codes(await review(world, id, world.admin, digest!))).toBe("own-request");
    const forged = world.records.insert(reviews).values({
      id: newId(),
      operationId: id,
      requestedBy: world.admin.personId,
      reviewerId: world.admin.personId,
      decision: "approve",
      digest: digest!,
      intent: "x",
      risk: "x",
      rollback: "x",
      reason: "x",
    });
    expect(brokenConstraint(await forged.catch((error: unknown) => error))).toBe("reviews_by_another_person");
    expect((await rowOf(world, id)).state).toBe("in_review");
  });

  test("is refused without the permission, of another digest, incomplete, twice, and once it is decided", async () => {
    const id = await request(world, { batches: 3 });
    const { digest } = await rowOf(world, id);
    expect(codes(await review(world, id, world.viewer, digest!))).toBe("not-permitted");
    expect(codes(await review(world, id, world.operator, digest!))).toBe("not-permitted");
    expect(codes(await review(world, id, world.reviewer, "f".repeat(64)))).toBe("plan-changed");
    const blank = { intent: " ", risk: "", rollback: "x", reason: "x" };
    const incomplete = await import("./review.ts").then(({ reviewOperation }) =>
      reviewOperation(world.engine, world.reviewer, {
        operationId: id,
        digest: digest!,
        decision: "approve",
        ...blank,
      }),
    );
    expect(codes(incomplete)).toBe("review-incomplete review-incomplete");
    await world.records.update(operations).set({ reviewsNeeded: 2 }).where(eq(operations.id, id));
    expect(codes(await review(world, id, world.reviewer, digest!))).toBe("ok");
    expect(codes(await review(world, id, world.reviewer, digest!))).toBe("already-reviewed");
    expect((await rowOf(world, id)).state).toBe("in_review");
    expect(codes(await review(world, id, world.second, digest!))).toBe("ok");
    expect((await rowOf(world, id)).state).toBe("queued");
    expect(codes(await review(world, id, world.admin, digest!))).toBe("operation-state");
  });

  test("by two people at the same moment counts both", async () => {
    const id = await request(world, { batches: 3 });
    const { digest } = await rowOf(world, id);
    await world.records.update(operations).set({ reviewsNeeded: 2 }).where(eq(operations.id, id));
    await Promise.all([review(world, id, world.reviewer, digest!), review(world, id, world.second, digest!)]);
    expect((await rowOf(world, id)).state).toBe("queued");
    expect(await jobsOf(world, id)).toBe(1);
  });

  test("tells the reviewers, not the requester; a rejection ends it and the requester hears of it", async () => {
    const id = await request(world, { batches: 3 }, { actor: world.admin });
    expect(await noticesOf(world.reviewer.personId)).toEqual(["review-wanted"]);
    expect(await noticesOf(world.admin.personId)).toEqual([]);
    expect(await noticesOf(world.viewer.personId)).toEqual([]);
    const { digest } = await rowOf(world, id);
    await review(world, id, world.reviewer, digest!, "reject");
    expect((await rowOf(world, id)).state).toBe("rejected");
    expect(await noticesOf(world.admin.personId)).toEqual(["outcome"]);
    expect(codes(await tryRequest(world))).toBe("ok");
  });
});

test("what happens is announced in the transaction that makes it true, or neither is there", async () => {
  const told: string[] = [];
  const engine = world.engineWith({
    async announce(_tx, { event, operation }) {
      told.push(`${event} ${operation.tenantKey}`);
      if (event === "operation.succeeded") throw new Error("no room for it");
    },
  });
  const id = await request({ ...world, engine }, { batches: 3 });
  await approve({ ...world, engine }, id);
  await expect(drive(world, id, engine)).rejects.toThrow("no room for it");
  expect(told).toEqual(["review.wanted acme", "operation.succeeded acme"]);
  expect((await rowOf(world, id)).state).toBe("running");
  expect(await drive(world, id)).toBe("ended");
  expect((await rowOf(world, id)).state).toBe("succeeded");
});

describe("before its first write a worker refuses", () => {
  test("a plan that is no longer the one that was approved, and the records say what changed", async () => {
    const id = await request(world, { batches: 3 });
    await approve(world, id);
    await world.platform.query("UPDATE tenants SET name = 'Acme Incorporated' WHERE key = 'acme'");
    expect(await drive(world, id)).toBe("ended");
    const row = await rowOf(world, id);
    expect(row.state).toBe("superseded");
    expect(whatChanged(row.supersededPlan as OperationPlan, row.plan as OperationPlan)).toEqual([
      { sign: "changed", what: "tenant's name", before: "Acme", after: "Acme Incorporated" },
    ]);
    expect(await batchesOf(world, id)).toEqual([]);
    // Planned again it is another plan, and needs another review.
    const again = await planAgain(world.engine, world.operator, { operationId: id });
    expect(again).toMatchObject({ ok: true });
    expect((await rowOf(world, id)).state).toBe("in_review");
    expect(await drive(world, id)).toBe("not mine");
    expect(codes(await approve(world, id))).toBe("ok");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
  });

  test("nothing, where the effects are identical after planning again: the approval stands", async () => {
    const id = await request(world, { batches: 3 });
    const first = (await rowOf(world, id)).digest;
    expect(codes(await approve(world, id))).toBe("ok");
    await world.platform.query("INSERT INTO items VALUES ('globex', gen_random_uuid(), 1, 1)");
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({ state: "succeeded", digest: first });
    await world.platform.query("DELETE FROM items WHERE tenant = 'globex' AND batch = 1");
  });

  test("an approval that has expired, which stays in the history", async () => {
    const id = await request(world, { batches: 3 });
    await approve(world, id);
    await world.records
      .update(operations)
      .set({ expiresAt: sql`now() - interval '1 minute'` })
      .where(eq(operations.id, id));
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("expired");
    expect(await batchesOf(world, id)).toEqual([]);
    expect(await world.records.select().from(reviews)).toHaveLength(1);
    expect(codes(await planAgain(world.engine, world.operator, { operationId: id }))).toBe("ok");
    expect((await rowOf(world, id)).state).toBe("in_review");
  });

  test("an approval whose reviewer lost the permission: it goes back to review", async () => {
    const id = await request(world, { batches: 3 });
    await approve(world, id, world.second);
    const { personId } = world.second;
    await world.records.delete(roleGrants).where(eq(roleGrants.personId, personId));
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("in_review");
    expect(await batchesOf(world, id)).toEqual([]);
    await world.records.insert(roleGrants).values({ personId, role: "reviewer" });
    expect(codes(await approve(world, id, world.reviewer))).toBe("ok");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
  });

  test("a request whose requester lost the permission or was disabled", async () => {
    const id = await request(world);
    const { personId } = world.operator;
    await world.records.update(persons).set({ disabledAt: new Date() }).where(eq(persons.id, personId));
    await drive(world, id);
    await world.records.update(persons).set({ disabledAt: null }).where(eq(persons.id, personId));
    const row = await rowOf(world, id);
    expect(row.state).toBe("failed");
    expect(row.findings).toMatchObject([{ code: "requester-revoked" }]);
    expect(row.result).toMatchObject({ sentence: "It did not begin; nothing was changed." });
  });

  test("a gate that has closed since, or a database that does not answer; a retry plans again", async () => {
    const id = await request(world);
    await world.platform.query("UPDATE doors SET open = false");
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({ state: "failed", findings: [{ code: "gate-closed" }] });
    await world.platform.query("UPDATE doors SET open = true");
    expect(codes(await retryOperation(world.engine, world.operator, { operationId: id }))).toBe("ok");
    const away = world.engineWith({
      connectionStrings: () => ({ planner: "postgres://127.0.0.1:1/x", runner: "postgres://127.0.0.1:1/x" }),
    });
    await drive(world, id, away);
    expect(await rowOf(world, id)).toMatchObject({
      state: "failed",
      findings: [{ code: "database-unreachable" }],
    });
    expect(codes(await retryOperation(world.engine, world.operator, { operationId: id }))).toBe("ok");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect(await trailOf(world, id)).toEqual([
      ...["requested", "approved", "queued", "failed", "retried", "failed", "retried", "running"],
      "succeeded",
    ]);
  });
});

describe("records that were forged", () => {
  async function forged(set: Partial<typeof operations.$inferInsert>): Promise<string> {
    const id = await request(world, { batches: 3 });
    await approve(world, id);
    await world.records.update(operations).set(set).where(eq(operations.id, id));
    await drive(world, id);
    expect(await batchesOf(world, id)).toEqual([]);
    return (await rowOf(world, id)).state;
  }

  test.each([
    ["another input", { input: { tenant: "acme", batches: 9, rows: 3 } }, "superseded"],
    ["an input that does not fit", { input: { tenant: "acme" } }, "failed"],
    ["another kind", { kind: "whole" }, "superseded"],
    ["a kind that is not there", { kind: "explode" }, "failed"],
    ["another digest", { digest: "0".repeat(64) }, "superseded"],
  ] as const)("with %s do not run", async (_what, set, state) => {
    expect(await forged(set)).toBe(state);
  });

  test("without a review do not run", async () => {
    const id = await request(world, { batches: 3 });
    await world.records
      .update(operations)
      .set({ state: "queued", reviewsNeeded: 0, expiresAt: sql`now() + interval '1 hour'` })
      .where(eq(operations.id, id));
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("in_review");
    expect(await batchesOf(world, id)).toEqual([]);
  });

  test("with the reviewer as requester are refused by the records", async () => {
    const id = await request(world, { batches: 3 });
    await approve(world, id);
    const forging = world.records
      .update(operations)
      .set({ requestedBy: world.reviewer.personId })
      .where(eq(operations.id, id));
    expect(brokenConstraint(await forging.catch((error: unknown) => error))).toBe("reviews_of_operation");
  });
});

describe("taking back, planning again, going past", () => {
  test("the requester withdraws before the run, somebody else only with control of runs, nobody afterwards", async () => {
    const id = await request(world, { batches: 3 }, { actor: world.admin });
    const withdraw = (actor = world.operator, operationId = id) =>
      withdrawOperation(world.engine, actor, { operationId });
    expect(codes(await withdraw(world.reviewer))).toBe("not-your-request");
    expect(codes(await withdraw())).toBe("ok");
    expect(await noticesOf(world.admin.personId)).toEqual(["outcome"]);
    expect(codes(await withdraw())).toBe("operation-state");

    const queued = await request(world);
    expect(codes(await withdraw(world.operator, queued))).toBe("ok");
    // The job is still there; driven, it finds nothing to do.
    expect(await jobsOf(world, queued)).toBe(1);
    expect(await drive(world, queued)).toBe("not mine");
    expect(await batchesOf(world, queued)).toEqual([]);
  });

  test("planned again while in review: the same plan keeps its reviews, another begins anew", async () => {
    const id = await request(world, { batches: 3 });
    const again = () => planAgain(world.engine, world.operator, { operationId: id });
    expect(await again()).toEqual({ ok: true, changes: [] });
    expect(await statesOf(world, id)).toEqual(["planned", "in_review"]);
    await world.platform.query("UPDATE tenants SET name = 'Acme AG' WHERE key = 'acme'");
    const looked = await lookAgain(world.engine, world.reviewer, { operationId: id });
    expect(looked).toMatchObject({ ok: true, changes: [{ what: "tenant's name" }] });
    expect(codes(await lookAgain(world.engine, world.viewer, { operationId: id }))).toBe("not-permitted");
    expect(await again()).toMatchObject({ changes: [{ what: "tenant's name", after: "Acme AG" }] });
    expect(await statesOf(world, id)).toEqual(["planned", "in_review", "planned", "in_review"]);
    expect(codes(await planAgain(world.engine, world.admin, { operationId: id }))).toBe("not-your-request");
  });

  test("breaking glass asks for permission, reason and password; who was skipped is told, a note is due", async () => {
    const id = await request(world, { batches: 3 });
    const smash = (actor = world.admin, password = "right", reason = "the site is down") =>
      breakGlass(world.engine, actor, { operationId: id, reason, password, vouchedAt: Date.now() });
    expect(codes(await smash(world.reviewer))).toBe("not-permitted");
    expect(codes(await smash(world.admin, "wrong"))).toBe("password-wrong");
    expect(codes(await smash(world.admin, "right", " "))).toBe("reason-missing");
    expect(codes(await smash())).toBe("ok");
    expect(await noticesOf(world.reviewer.personId)).toEqual(["broke-glass", "review-wanted"]);
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect(await trailOf(world, id)).toContain("glass-broken");
    const note = (text: string) =>
      noteAfterAction(world.engine, world.admin, { operationId: id, note: text });
    expect(codes(await note(""))).toBe("reason-missing");
    expect(codes(await note("It was down for an hour."))).toBe("ok");
    expect(codes(await note("again"))).toBe("operation-moved");
  });

  test("controlling runs asks for the permission, each in its states only", async () => {
    const id = await request(world);
    const wish = (wish: "pause" | "resume" | "abort", actor = world.operator) =>
      wishOperation(world.engine, actor, { operationId: id, wish });
    for (const each of ["pause", "resume", "abort"] as const) {
      expect(codes(await wish(each, world.reviewer))).toBe("not-permitted");
      expect(codes(await wish(each))).toBe("operation-state");
    }
    expect(codes(await retryOperation(world.engine, world.operator, { operationId: id }))).toBe(
      "operation-state",
    );
    expect(codes(await retryOperation(world.engine, world.viewer, { operationId: id }))).toBe(
      "not-permitted",
    );
    expect(codes(await reconcileOperation(world.engine, world.operator, { operationId: id }))).toBe(
      "operation-state",
    );
    expect(codes(await setBrake(world.engine, world.reviewer, { on: true, reason: "x" }))).toBe(
      "not-permitted",
    );
    expect(codes(await setBrake(world.engine, world.operator, { on: true, reason: "" }))).toBe(
      "reason-missing",
    );
    const missing = { operationId: newId(), wish: "abort" as const };
    expect(codes(await wishOperation(world.engine, world.operator, missing))).toBe("operation-not-found");
  });
});
