import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { operations } from "../records/schema/index.ts";
import { answersOf } from "./answers.ts";
import { setBrake } from "./brake.ts";
import { driveOperation } from "./drive.ts";
import type { Answer } from "./engine.ts";
import { enqueueQueued } from "./enqueue.ts";
import { readEvents } from "./events.ts";
import { claimLease } from "./lease.ts";
import type { OperationPlan } from "./plan.ts";
import { reconcileOperation } from "./reconcile.ts";
import { retryOperation } from "./retry.ts";
import { openRunRecord } from "./run-record.ts";
import type { StepRecord } from "./step-record.ts";
import { sweep } from "./sweeper.ts";
import {
  batchesOf,
  createWorld,
  drive,
  fault,
  forgetLease,
  jobsOf,
  request,
  rowOf,
  tenantState,
  trailOf,
  type World,
} from "./testing/world.ts";
import { consoleActor, moveOperation } from "./transition.ts";
import { type Wish, wishOperation } from "./wish.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.clear());
afterAll(() => world.close());

const codes = (answer: Answer) => (answer.ok ? "ok" : answer.findings.map(({ code }) => code).join(" "));

const wish = (operationId: string, what: Wish) =>
  wishOperation(world.engine, world.operator, { operationId, wish: what });

/** An engine that does something once, right after one of its side effects. */
function rightAfter(name: string, act: () => Promise<unknown>) {
  let done = false;
  return world.engineWith({
    sideEffect: async (effect, run) => {
      const result = await run();
      if (effect === name && !done) {
        done = true;
        await act();
      }
      return result;
    },
  });
}

const stepsOf = async (id: string) =>
  ((await rowOf(world, id)).steps as StepRecord[]).map(({ state, attempts }) => `${state} ${attempts}`);

describe("a pause", () => {
  test("ends the batch, stops, and a resume goes on from the checkpoint", async () => {
    const id = await request(world, { batches: 2, rows: 5 });
    const pausing = rightAfter("commit batch 1", () => wish(id, "pause"));
    expect(await drive(world, id, pausing)).toBe("ended");
    expect(await rowOf(world, id)).toMatchObject({ state: "paused", wish: null, leaseOwner: null });
    expect(await batchesOf(world, id)).toEqual([5]);
    expect(await jobsOf(world, id)).toBe(1);
    expect(await drive(world, id)).toBe("not mine");

    expect(codes(await wish(id, "resume"))).toBe("ok");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect(await batchesOf(world, id)).toEqual([5, 5]);
    expect(await stepsOf(id)).toEqual(["done 2", "done 1", "done 1"]);
    expect(await trailOf(world, id)).toEqual([
      ...["requested", "approved", "queued", "running", "pause-wanted", "paused", "resumed", "running"],
      "succeeded",
    ]);
  });

  test("is refused where the operation is one piece, and can be taken back before it is taken up", async () => {
    const whole = await request(world, {}, { kind: "whole" });
    const answers: string[] = [];
    await drive(
      world,
      whole,
      rightAfter("commit batch 1", async () => answers.push(codes(await wish(whole, "pause")))),
    );
    expect(answers).toEqual(["not-pausable"]);
    expect((await rowOf(world, whole)).state).toBe("succeeded");
    await world.clear();
    const id = await request(world);
    const undecided = rightAfter("insert batch 1", async () => {
      await wish(id, "pause");
      await wish(id, "resume");
    });
    await drive(world, id, undecided);
    expect((await rowOf(world, id)).state).toBe("succeeded");
  });

  test("under which somebody changes the stored plan ends in the next, before any step, until it is as approved", async () => {
    const id = await request(world, { batches: 2, rows: 5 });
    await drive(
      world,
      id,
      rightAfter("commit batch 1", () => wish(id, "pause")),
    );
    const approved = (await rowOf(world, id)).plan as OperationPlan;
    const store = (plan: OperationPlan) =>
      world.records.update(operations).set({ plan }).where(eq(operations.id, id));
    for (const [what, tampered] of [
      ["another tenant", { ...approved, tenant: { ...approved.tenant, key: "globex" } }],
      ["other options", { ...approved, options: { ...approved.options, more: "true" } }],
      ["an effect less", { ...approved, effects: approved.effects.slice(1) }],
    ] as const) {
      await store(tampered);
      expect(codes(await wish(id, "resume")), what).toBe("ok");
      await drive(world, id);
      const row = await rowOf(world, id);
      expect(row, what).toMatchObject({ state: "paused", leaseOwner: null });
      expect(row.findings, what).toContainEqual(
        expect.objectContaining({ code: "plan-tampered", severity: "blocks", where: `operation ${id}` }),
      );
      expect(await batchesOf(world, id), what).toEqual([5]);
    }
    // Nor is anything taken back by it.
    expect(codes(await wish(id, "abort"))).toBe("ok");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("paused");
    expect(await batchesOf(world, id)).toEqual([5]);
    await store(approved);
    expect(codes(await wish(id, "resume"))).toBe("ok");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect(await batchesOf(world, id)).toEqual([5, 5]);
  });
});

describe("an abort", () => {
  test("takes back what the steps can take back", async () => {
    const id = await request(world);
    await drive(
      world,
      id,
      rightAfter("commit batch 2", () => wish(id, "abort")),
    );
    const row = await rowOf(world, id);
    expect(row).toMatchObject({
      state: "aborted",
      wish: null,
      result: {
        sentence: "It was aborted. What was done was taken back: nothing is changed.",
        changed: [],
        ending: null,
      },
    });
    expect(await batchesOf(world, id)).toEqual([]);
    expect(await stepsOf(id)).toEqual(["undone 1", "undone 1", "waiting 0"]);
    expect(codes(await retryOperation(world.engine, world.operator, { operationId: id }))).toBe(
      "operation-state",
    );
  });

  test("of a run that is paused goes through the queue, so that a worker takes back", async () => {
    const id = await request(world);
    await drive(
      world,
      id,
      rightAfter("commit batch 1", () => wish(id, "pause")),
    );
    expect(codes(await wish(id, "abort"))).toBe("ok");
    expect((await rowOf(world, id)).state).toBe("queued");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("aborted");
    expect(await batchesOf(world, id)).toEqual([]);
  });

  test("says what stays where a step cannot be taken back", async () => {
    const id = await request(world);
    const aborting = rightAfter("store that mark is done", () => wish(id, "abort"));
    await drive(world, id, aborting);
    expect(await rowOf(world, id)).toMatchObject({
      state: "aborted",
      result: {
        sentence: "It was aborted. What can be taken back was taken back. This stays: Mark the tenant.",
        changed: ["acme is marked."],
      },
    });
    expect(await batchesOf(world, id)).toEqual([]);
    expect(await tenantState(world)).toBe("filled");
  });
});

describe("an error", () => {
  test("that passes is tried again from the checkpoint; no row is written twice", async () => {
    const id = await request(world);
    await fault(world, "in batch 2", "break");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect(await batchesOf(world, id)).toEqual([3, 3]);
  });

  test("that passes not keeps its checkpoint: a retry goes on from there", async () => {
    const id = await request(world);
    await fault(world, "in batch 2", "break", 4);
    await drive(world, id);
    const row = await rowOf(world, id);
    expect(row.state).toBe("paused");
    expect(row.findings).toMatchObject([{ code: "step-failed" }]);
    expect(await batchesOf(world, id)).toEqual([3]);
    expect(codes(await retryOperation(world.engine, world.operator, { operationId: id }))).toBe("ok");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect(await batchesOf(world, id)).toEqual([3, 3]);
  });

  test("that is a refusal fails the run; it says that nothing was changed, and a retry begins anew", async () => {
    const id = await request(world);
    await fault(world, "before batch 1", "refuse");
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({
      state: "failed",
      findings: [{ code: "not-today" }],
      result: { sentence: "It was refused. Nothing was changed." },
    });
    await retryOperation(world.engine, world.operator, { operationId: id });
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect(await batchesOf(world, id)).toEqual([3, 3]);
  });

  test("that is a refusal in a later step rolls the earlier ones back", async () => {
    const id = await request(world);
    await fault(world, "before mark", "refuse");
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({
      state: "failed",
      result: { sentence: "It was refused. What was done was taken back: nothing is changed." },
    });
    expect(await batchesOf(world, id)).toEqual([]);
  });

  test("that is a bug is rolled back too, and tells no secret", async () => {
    const id = await request(world);
    await fault(world, "after batch 1", "bug");
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({
      state: "failed",
      findings: [{ code: "step-failed", what: "Something other than the database failed." }],
    });
    expect(await batchesOf(world, id)).toEqual([]);
  });

  test("while taking back stops there; resumed, the run goes on taking back", async () => {
    const id = await request(world);
    await fault(world, "undo", "bug");
    await drive(
      world,
      id,
      rightAfter("commit batch 1", () => wish(id, "abort")),
    );
    expect(await rowOf(world, id)).toMatchObject({
      state: "paused",
      result: { ending: "aborted", next: ["Resume goes on taking back."] },
    });
    expect(await batchesOf(world, id)).toEqual([3]);
    expect(codes(await wish(id, "resume"))).toBe("ok");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("aborted");
    expect(await batchesOf(world, id)).toEqual([]);
  });
});

describe("limits", () => {
  test("a spent budget ends the run and takes it back", async () => {
    const id = await request(world);
    await world.records.update(operations).set({ budgetSeconds: 0 }).where(eq(operations.id, id));
    await drive(world, id);
    expect(await rowOf(world, id)).toMatchObject({ state: "failed", findings: [{ code: "budget-spent" }] });
    expect(await batchesOf(world, id)).toEqual([]);
  });

  test("the brake stops runs at their next breath and holds the others back; released, those begin", async () => {
    const pull = (on: boolean) => setBrake(world.engine, world.operator, { on, reason: "lag" });
    const id = await request(world);
    await drive(
      world,
      id,
      rightAfter("commit batch 1", () => pull(true)),
    );
    expect(await rowOf(world, id)).toMatchObject({
      state: "paused",
      result: { sentence: "The brake stopped it at its checkpoint." },
    });
    expect(codes(await wish(id, "resume"))).toBe("brake-on");
    const other = await request(world, { tenant: "globex" });
    expect(await drive(world, other)).toBe("held");
    expect((await rowOf(world, other)).state).toBe("queued");
    await world.records.pool.query("DELETE FROM pgboss.job");
    expect(codes(await pull(false))).toBe("ok");
    expect(await jobsOf(world, other)).toBe(1);
    expect(codes(await wish(id, "resume"))).toBe("ok");
    await drive(world, id);
    await drive(world, other);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect((await rowOf(world, other)).state).toBe("succeeded");
    await world.platform.query("DELETE FROM items WHERE run = $1", [other]);
  });

  test("a worker that is to end hands its run over at the end of the batch", async () => {
    const id = await request(world);
    await world.records.pool.query("DELETE FROM pgboss.job");
    const stop = new AbortController();
    const stopping = rightAfter("commit batch 1", async () => stop.abort());
    expect(await driveOperation(stopping, id, { stopping: stop.signal })).toBe("stopped");
    expect(await rowOf(world, id)).toMatchObject({ state: "running", leaseOwner: null });
    expect(await jobsOf(world, id)).toBe(1);
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect(await batchesOf(world, id)).toEqual([3, 3]);
  });
});

describe("several workers", () => {
  test("at once: one drives, the other finds the lease taken", async () => {
    const id = await request(world);
    const driven = await Promise.all([drive(world, id), drive(world, id), drive(world, id)]);
    expect(driven.sort()).toEqual(["ended", "not mine", "not mine"]);
    expect(await batchesOf(world, id)).toEqual([3, 3]);
    expect((await trailOf(world, id)).filter((action) => action === "running")).toHaveLength(1);
  });

  test("a stale one that wakes up late writes nothing, in the records or the database", async () => {
    const id = await request(world);
    const asleep = Promise.withResolvers<void>();
    const wakeUp = Promise.withResolvers<void>();
    const sleepy = world.engineWith({
      times: { ...world.engine.times, heartbeat: 1000 },
      sideEffect: async (name, run) => {
        if (name === "save checkpoint of fill") {
          asleep.resolve();
          await wakeUp.promise;
        }
        return run();
      },
    });
    const late = drive(world, id, sleepy);
    await asleep.promise;
    // It sleeps with an open transaction that holds the tenant's lock: nobody else can write either.
    await forgetLease(world, id);
    const second = drive(world, id);
    await expect.poll(async () => (await rowOf(world, id)).epoch).toBe(2);
    wakeUp.resolve();
    expect(await late).toBe("lost");
    expect(await second).toBe("ended");
    const row = await rowOf(world, id);
    expect(row).toMatchObject({ state: "succeeded", epoch: 2 });
    const { rows } = await world.platform.query("SELECT DISTINCT epoch FROM items WHERE run = $1", [id]);
    expect(rows).toEqual([{ epoch: 2 }]);
    expect(await batchesOf(world, id)).toEqual([3, 3]);
  });

  test("a move, a write and a release with an older epoch do nothing", async () => {
    const id = await request(world);
    const first = await claimLease(world.engine, id, "first");
    expect(await claimLease(world.engine, id, "second")).toBeNull();
    await forgetLease(world, id);
    const second = await claimLease(world.engine, id, "second");
    expect(second!.lease.epoch).toBe(2);
    const stale = openRunRecord(world.engine, first!.lease, first!.row.steps as StepRecord[]);
    await expect(stale.change("fill", (step) => ({ ...step, state: "done" }))).rejects.toThrow(/taken over/);
    const moved = await world.records.transaction((tx) =>
      moveOperation(world.engine, tx, first!.row, {
        to: "running",
        by: "worker",
        actor: consoleActor("worker"),
        epoch: first!.lease.epoch,
      }),
    );
    expect(moved).toBeNull();
    expect((await rowOf(world, id)).leaseOwner).toBe("second");
  });

  test("a run whose worker was not heard of gets a job again, once", async () => {
    const id = await request(world);
    await claimLease(world.engine, id, "gone");
    await world.records.pool.query("DELETE FROM pgboss.job");
    expect(await enqueueQueued(world.engine)).toEqual([]);
    await forgetLease(world, id);
    const [one, two] = await Promise.all([sweep(world.engine), sweep(world.engine)]);
    expect(one.enqueued + two.enqueued).toBe(1);
    expect((await sweep(world.engine)).enqueued).toBe(0);
    expect(await jobsOf(world, id)).toBe(1);
  });
});

describe("the clock", () => {
  test("expires approvals and drafts, and frees their tenant", async () => {
    const id = await request(world);
    const draft = await request(world, { tenant: "globex" }, { draft: true });
    const past = new Date(Date.now() - 30 * 86_400_000);
    await world.records.update(operations).set({ expiresAt: past, plannedAt: past });
    expect(await sweep(world.engine)).toEqual({ expired: 2, enqueued: 0 });
    expect((await rowOf(world, id)).state).toBe("expired");
    expect((await rowOf(world, draft)).state).toBe("expired");
    await request(world);
  });
});

describe("an outcome that nobody knows", () => {
  test("is a state of its own that says what to check; a look settles it", async () => {
    const id = await request(world, {}, { kind: "whole" });
    await fault(world, "after mark", "doubt");
    await drive(world, id);
    const row = await rowOf(world, id);
    expect(row).toMatchObject({ state: "unknown", findings: [{ code: "commit-unanswered" }] });
    expect(answersOf(row).uncertain).toEqual(["Mark the tenant: it may have happened, or not."]);
    expect(codes(await reconcileOperation(world.engine, world.viewer, { operationId: id }))).toBe(
      "not-permitted",
    );
    await world.platform.query("UPDATE tenants SET state = 'hidden' WHERE key = 'acme'");
    expect(codes(await reconcileOperation(world.engine, world.operator, { operationId: id }))).toBe("ok");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("unknown");
    await world.platform.query("UPDATE tenants SET state = 'filled' WHERE key = 'acme'");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect(await trailOf(world, id)).toEqual([
      ...["requested", "approved", "queued", "running", "unknown", "reconcile-wanted", "reconciled"],
      ...["reconciled", "reconciled-as-succeeded"],
    ]);
  });

  test("where it had not happened the run stands at its checkpoint, and goes on", async () => {
    const id = await request(world);
    await fault(world, "in mark", "doubt");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("unknown");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("paused");
    await wish(id, "resume");
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect(await tenantState(world)).toBe("filled");
  });

  test("a lost connection in an effect is looked after at once where the step can look", async () => {
    const id = await request(world);
    await fault(world, "after mark", "lose", 4);
    await drive(world, id);
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect(await tenantState(world)).toBe("filled");
  });
});

test("events tell the run in order: states, steps, progress; a late page reads them from any id on", async () => {
  const id = await request(world);
  await drive(world, id);
  const events = await readEvents(world.records, id, 0);
  const told = events.map(({ type, data }) =>
    type === "state" ? data.to : type === "step" ? `${data.step} ${data.state}` : type,
  );
  expect(told.filter((each) => each !== "progress")).toEqual([
    ...["planned", "approved", "queued", "running", "fill begun", "fill done", "mark begun", "mark done"],
    ...["prove begun", "prove done"],
    "succeeded",
  ]);
  const progress = events.filter(({ type }) => type === "progress");
  expect(progress.at(-1)!.data).toMatchObject({ table: "public.items", rows: 6, totalRows: 6 });
  const ids = events.map((event) => event.id);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  expect((await readEvents(world.records, id, ids[3]!)).map((event) => event.id)).toEqual(ids.slice(4));
});
