import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { breakGlass } from "../engine/break-glass.ts";
import { approve, createWorld, drive, request, review, rowOf, type World } from "../engine/testing/world.ts";
import { newId } from "../records/id.ts";
import { roleGrants } from "../records/schema/role-grants.ts";
import { readOperationView } from "./operation.ts";
import { Refused } from "./refused.ts";
import { readReviewView } from "./review.ts";
import { readInbox } from "./reviews.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.clear());
afterAll(() => world.close());

const view = async (id: string, actor = world.operator) => (await readOperationView(world, actor, id))!;

describe("an operation's page", () => {
  it("is the same page from its plan to its end", async () => {
    const id = await request(world, { batches: 3 });
    const asked = await view(id);
    expect(asked).toMatchObject({
      title: "Fill",
      state: "in_review",
      mine: true,
      reviewsNeeded: 1,
      glass: null,
    });
    // Two reviewers and the admin; not the one who asked.
    expect(asked.reviewers).toBe(3);
    expect(asked.plan.summary).toBe("Fill Acme in eu-1 with 9 rows");
    expect(asked.answers.changed).toEqual(["Nothing: it has not run."]);
    await approve(world, id);
    await drive(world, id);
    const done = await view(id, world.viewer);
    expect(done).toMatchObject({ state: "succeeded", mine: false });
    expect(done.steps.map((step) => step.state)).toEqual(["done", "done", "done"]);
    expect(done.reviews).toMatchObject([{ reviewer: "Rita", decision: "approve", current: true }]);
    expect(done.answers.asked).toBe(asked.plan.summary);
    expect(done.events.at(-1)!.text).toBe("running → succeeded, by the worker");
    expect(done.acts).toEqual([]);
  });

  it("shows what changed since the plan that was approved, and the approval as one of an earlier plan", async () => {
    const id = await request(world, { batches: 3 });
    await approve(world, id);
    await world.platform.query("UPDATE tenants SET name = 'Acme & Sons' WHERE key = 'acme'");
    await drive(world, id);
    const superseded = await view(id);
    expect(superseded.state).toBe("superseded");
    expect(superseded.changes).toContainEqual({
      sign: "changed",
      what: "tenant's name",
      before: "Acme",
      after: "Acme & Sons",
    });
    expect(superseded.reviews[0]!.current).toBe(false);
    expect(superseded.acts.map((act) => act.name)).toEqual(["plan-again"]);
  });

  it("counts no approval of somebody who may not review any more, until the run has begun", async () => {
    const id = await request(world, { batches: 3 });
    await approve(world, id);
    const { personId } = world.reviewer;
    const grants = await world.records
      .delete(roleGrants)
      .where(eq(roleGrants.personId, personId))
      .returning();
    expect((await view(id)).reviews).toMatchObject([{ reviewer: "Rita", current: true, revoked: true }]);
    await drive(world, id);
    expect(await view(id)).toMatchObject({ state: "in_review", reviews: [{ revoked: true }] });
    const inbox = await readInbox(world, world.operator);
    expect(inbox.others.rows).toMatchObject([{ id, reviewsGiven: 0 }]);
    await world.records.insert(roleGrants).values(grants);
    expect((await view(id)).reviews).toMatchObject([{ revoked: false }]);
    expect((await readInbox(world, world.operator)).others.rows).toMatchObject([{ id, reviewsGiven: 1 }]);
  });

  it("names who broke glass, whom they skipped, and when the note is due", async () => {
    const id = await request(world, { batches: 3 });
    const broken = await breakGlass(world.engine, world.admin, {
      operationId: id,
      reason: "down",
      password: "right",
      vouchedAt: null,
    });
    expect(broken.ok).toBe(true);
    const { glass } = await view(id);
    expect(glass).toMatchObject({ by: "Ada", reason: "down", note: null });
    expect(glass!.skipped).toEqual(["Ada", "Rita", "Sven"]);
    expect(glass!.noteDueAt.getTime()).toBeGreaterThan(Date.now());
  });

  it("is nothing for who may not see, and for an id that is none", async () => {
    const id = await request(world);
    const nobody = { ...world.viewer, permissions: new Set<never>() };
    await expect(readOperationView(world, nobody, id)).rejects.toThrow(Refused);
    expect(await readOperationView(world, world.viewer, newId())).toBeNull();
    expect(await readOperationView(world, world.viewer, "1")).toBeNull();
  });
});

describe("a reviewer's page", () => {
  it("plans once more, and tells what has changed since", async () => {
    const id = await request(world, { batches: 3 });
    expect((await readReviewView(world, world.reviewer, id))!.look).toEqual({ outcome: "same" });
    await world.platform.query("UPDATE tenants SET name = 'Acme & Sons' WHERE key = 'acme'");
    expect((await readReviewView(world, world.reviewer, id))!.look).toMatchObject({
      outcome: "changed",
      changes: [{ what: "tenant's name", after: "Acme & Sons" }],
    });
    await world.platform.query("DELETE FROM tenants WHERE key = 'acme'");
    expect((await readReviewView(world, world.reviewer, id))!.look).toMatchObject({
      outcome: "not possible",
      findings: [{ code: "tenant-not-found" }],
    });
    await world.platform.query("INSERT INTO tenants VALUES ('acme', 'Acme')");
    expect((await rowOf(world, id)).state).toBe("in_review");
  });

  it("does not plan for who has nothing to decide", async () => {
    const id = await request(world, { batches: 3 });
    expect((await readReviewView(world, world.operator, id))!.look).toBeNull();
  });
});

describe("the inbox", () => {
  it("has what waits for this person first, and says of the others why not", async () => {
    const id = await request(world, { batches: 3 });
    const own = await request(world, { tenant: "globex", batches: 3 }, { actor: world.admin });
    const inbox = await readInbox(world, world.reviewer);
    expect(inbox.mine.rows.map((row) => row.id)).toEqual([id, own]);
    expect(inbox.mine.rows[0]).toMatchObject({
      requestedBy: "Otto",
      reviewsNeeded: 1,
      reviewsGiven: 0,
      rows: 9,
    });
    const admins = await readInbox(world, world.admin);
    expect(admins.mine.rows.map((row) => row.id)).toEqual([id]);
    expect(admins.others.rows).toMatchObject([
      { id: own, why: "You asked for it: another person reviews it." },
    ]);
    const viewers = await readInbox(world, world.viewer);
    expect(viewers).toMatchObject({ mayReview: false, mine: { total: 0 }, others: { total: 2 } });
    await review(world, id, world.reviewer, (await rowOf(world, id)).digest!, "reject");
    expect((await readInbox(world, world.second)).mine.rows.map((row) => row.id)).toEqual([own]);
  });
});
