import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../../../lib/access/actor.ts";
import {
  approve,
  createWorld,
  drive,
  fault,
  request,
  rowOf,
  trailOf,
  type World,
} from "../../../lib/engine/testing/world.ts";
import { newId } from "../../../lib/records/id.ts";
import { actOn, decideReview, goPastReviewers, type Hands, writeNote } from "./acts.ts";
import type { Outcome } from "./form-state.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.clear());
afterAll(() => world.close());

/** Right after signing in. */
const goPast: Core = (hands, actor, form) => goPastReviewers(hands, { actor, vouchedAt: Date.now() }, form);

type Core = (hands: Hands, actor: Actor, form: FormData) => Promise<Outcome>;

function send(core: Core, actor: Actor, fields: Record<string, string>): Promise<Outcome> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return core(world, actor, form);
}

/** Whether the run has come to the place where it hangs. */
async function hangs(): Promise<boolean> {
  const { rows } = await world.platform.query("SELECT FROM faults WHERE kind = 'hang' AND times = 0");
  return rows.length === 1;
}

const codes = (outcome: Outcome) =>
  outcome.ok ? ["done"] : outcome.state.findings.map((finding) => finding.code);

/** Asked for, and waiting for its review. */
async function inReview(): Promise<{ operationId: string; digest: string }> {
  const operationId = await request(world, { batches: 3 });
  const { digest, state } = await rowOf(world, operationId);
  expect(state).toBe("in_review");
  return { operationId, digest: digest! };
}

const WORDS = { intent: "fills", risk: "low", rollback: "rows can go", reason: "asked for" };

describe("a review", () => {
  it("is given by another person about the plan that was shown, and leads back to the operation", async () => {
    const { operationId, digest } = await inReview();
    const fields = { operationId, digest, decision: "approve", ...WORDS };
    expect(await send(decideReview, world.reviewer, fields)).toEqual({
      ok: true,
      to: `/operations/${operationId}`,
    });
    expect((await rowOf(world, operationId)).state).toBe("queued");
  });

  it("is refused without the role, of one's own request, of another plan, and twice; nothing changes", async () => {
    const { operationId, digest } = await inReview();
    const fields = { operationId, digest, decision: "approve", ...WORDS };
    expect(codes(await send(decideReview, world.viewer, fields))).toEqual(["not-permitted"]);
    expect(codes(await send(decideReview, world.operator, fields))).toEqual(["not-permitted"]);
    const own = await request(world, { tenant: "globex", batches: 3 }, { actor: world.admin });
    const { digest: ownDigest } = await rowOf(world, own);
    const ofOwn = { ...fields, operationId: own, digest: ownDigest! };
    expect(codes(await send(decideReview, world.admin, ofOwn))).toEqual(["own-request"]);
    const forged = { ...fields, digest: "0".repeat(64) };
    expect(codes(await send(decideReview, world.reviewer, forged))).toEqual(["plan-changed"]);
    expect((await rowOf(world, operationId)).state).toBe("in_review");
    expect(codes(await send(decideReview, world.reviewer, fields))).toEqual(["done"]);
    expect(codes(await send(decideReview, world.reviewer, fields))).toEqual(["operation-state"]);
  });

  it("keeps what was typed where something is missing, and says at which field", async () => {
    const { operationId, digest } = await inReview();
    const outcome = await send(decideReview, world.reviewer, {
      operationId,
      digest,
      decision: "reject",
      ...WORDS,
      risk: " ",
    });
    expect(outcome.ok).toBe(false);
    if (outcome.ok) return;
    expect(outcome.state.findings.map(({ code, where }) => [code, where])).toEqual([
      ["review-incomplete", "risk"],
    ]);
    expect(outcome.state.values).toMatchObject({ intent: "fills", reason: "asked for" });
  });

  it("needs a decision: no button is the default", async () => {
    const { operationId, digest } = await inReview();
    expect(codes(await send(decideReview, world.reviewer, { operationId, digest, ...WORDS }))).toEqual([
      "form-unreadable",
    ]);
  });
});

describe("acts on an operation", () => {
  it("withdraw: by who asked or who controls runs, by nobody else, and once", async () => {
    const { operationId } = await inReview();
    const fields = { act: "withdraw", operationId };
    expect(codes(await send(actOn, world.viewer, fields))).toEqual(["not-your-request"]);
    expect(codes(await send(actOn, world.operator, fields))).toEqual(["done"]);
    expect(codes(await send(actOn, world.operator, fields))).toEqual(["operation-state"]);
    expect((await trailOf(world, operationId)).filter((action) => action === "withdrawn")).toHaveLength(1);
  });

  it("abort: only with the phrase, trimmed, compared here and not in the browser", async () => {
    await fault(world, "after batch 1", "hang");
    const operationId = await request(world);
    const driven = drive(world, operationId);
    await expect.poll(hangs, { timeout: 60_000 }).toBe(true);
    const abort = (actor: Actor, phrase: string) => send(actOn, actor, { act: "abort", operationId, phrase });
    expect(codes(await abort(world.operator, "abort"))).toEqual(["phrase-differs"]);
    expect(codes(await abort(world.operator, ""))).toEqual(["phrase-differs"]);
    expect(codes(await abort(world.viewer, "abort fill of acme"))).toEqual(["not-permitted"]);
    expect((await rowOf(world, operationId)).wish).toBeNull();
    expect(codes(await abort(world.operator, "  abort fill of acme "))).toEqual(["done"]);
    await driven;
    expect((await rowOf(world, operationId)).state).toBe("aborted");
  });

  it("pause, resume, retry and reconcile: refused in a state that does not know them, and without the role", async () => {
    const { operationId } = await inReview();
    for (const act of ["pause", "resume", "retry", "reconcile"]) {
      expect([act, codes(await send(actOn, world.operator, { act, operationId }))]).toEqual([
        act,
        ["operation-state"],
      ]);
      expect([act, codes(await send(actOn, world.viewer, { act, operationId }))]).toEqual([
        act,
        ["not-permitted"],
      ]);
    }
  });

  it("retry: goes on with what failed", async () => {
    await fault(world, "before batch 1", "refuse");
    const operationId = await request(world);
    await drive(world, operationId);
    expect((await rowOf(world, operationId)).state).toBe("failed");
    expect(codes(await send(actOn, world.operator, { act: "retry", operationId }))).toEqual(["done"]);
    await drive(world, operationId);
    expect((await rowOf(world, operationId)).state).toBe("succeeded");
  });

  it("send: a draft goes on with the plan that was looked at, and with no other", async () => {
    const operationId = await request(world, {}, { draft: true });
    const { digest } = await rowOf(world, operationId);
    const fields = { act: "send", operationId, digest: digest! };
    expect(codes(await send(actOn, world.operator, { ...fields, digest: "0" }))).toEqual(["plan-changed"]);
    expect(codes(await send(actOn, world.admin, fields))).toEqual(["not-your-request"]);
    expect(codes(await send(actOn, world.operator, fields))).toEqual(["done"]);
    expect((await rowOf(world, operationId)).state).toBe("queued");
  });

  it("plan again: a reviewer whose form holds the former plan's digest is told so", async () => {
    const { operationId, digest } = await inReview();
    await world.platform.query("UPDATE tenants SET name = 'Acme & Sons' WHERE key = 'acme'");
    expect(codes(await send(actOn, world.operator, { act: "plan-again", operationId }))).toEqual(["done"]);
    const stale = { operationId, digest, decision: "approve", ...WORDS };
    expect(codes(await send(decideReview, world.reviewer, stale))).toEqual(["plan-changed"]);
    expect((await rowOf(world, operationId)).supersededPlan).not.toBeNull();
  });

  it("what is no act, no id or no operation is refused as a value", async () => {
    const { operationId } = await inReview();
    expect(codes(await send(actOn, world.admin, { act: "approve", operationId }))).toEqual([
      "form-unreadable",
    ]);
    expect(codes(await send(actOn, world.admin, { act: "pause", operationId: "1; DROP TABLE" }))).toEqual([
      "form-unreadable",
    ]);
    expect(codes(await send(actOn, world.admin, { act: "pause", operationId: newId() }))).toEqual([
      "operation-not-found",
    ]);
    expect(
      codes(await send(actOn, world.admin, { act: "abort", operationId: newId(), phrase: "x" })),
    ).toEqual(["operation-not-found"]);
  });
});

describe("breaking glass", () => {
  it("is an admin's, with a reason and the password, and no answer holds the password", async () => {
    const { operationId } = await inReview();
    const fields = { operationId, reason: "the customer is down", password: "right" };
    expect(codes(await send(goPast, world.operator, fields))).toEqual(["not-permitted"]);
    expect(codes(await send(goPast, world.admin, { ...fields, reason: "" }))).toEqual(["reason-missing"]);
    const wrong = await send(goPast, world.admin, { ...fields, password: "wrong-one" });
    expect(codes(wrong)).toEqual(["password-wrong"]);
    expect(JSON.stringify(wrong)).not.toContain("wrong-one");
    expect(codes(await send(goPast, world.admin, fields))).toEqual(["done"]);
    expect((await rowOf(world, operationId)).state).toBe("queued");
  });

  it("owes a note, which is written once", async () => {
    const { operationId } = await inReview();
    await send(goPast, world.admin, { operationId, reason: "down", password: "right" });
    expect(codes(await send(writeNote, world.admin, { operationId, note: " " }))).toEqual(["reason-missing"]);
    expect(codes(await send(writeNote, world.operator, { operationId, note: "why" }))).toEqual([
      "not-permitted",
    ]);
    expect(codes(await send(writeNote, world.admin, { operationId, note: "why" }))).toEqual(["done"]);
    expect(codes(await send(writeNote, world.admin, { operationId, note: "again" }))).toEqual([
      "operation-moved",
    ]);
  });
});

it("an approval that counts puts the run on the queue, and the run does what was approved", async () => {
  const { operationId } = await inReview();
  await approve(world, operationId);
  await drive(world, operationId);
  expect((await rowOf(world, operationId)).state).toBe("succeeded");
});
