/** What stopped a run is shown while it stands there, and told in its events from then on. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Finding } from "../findings/finding.ts";
import { readEvents } from "./events.ts";
import { reconcileOperation } from "./reconcile.ts";
import { retryOperation } from "./retry.ts";
import { createWorld, drive, fault, request, rowOf, type World } from "./testing/world.ts";
import { type Wish, wishOperation } from "./wish.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.clear());
afterAll(() => world.close());

const wish = (operationId: string, what: Wish) =>
  wishOperation(world.engine, world.operator, { operationId, wish: what });

/** An engine in which somebody wants an abort right after a batch. */
const aborting = (id: string, effect: string) =>
  world.engineWith({
    sideEffect: async (name, run) => {
      const result = await run();
      if (name === effect) await wish(id, "abort");
      return result;
    },
  });

async function shown(id: string): Promise<string[]> {
  const { state, findings } = await rowOf(world, id);
  return [state, ...(findings as Finding[]).map(({ code }) => code)];
}

/** Which findings its events tell of, in their order. */
async function told(id: string): Promise<unknown[]> {
  const events = await readEvents(world.records, id, 0);
  return events.filter(({ type }) => type === "finding").map(({ data }) => data.code);
}

describe("what stopped a run", () => {
  test("is shown until it goes on, not while it waits or runs again, nor at a good end", async () => {
    const id = await request(world);
    await fault(world, "in batch 2", "break", 4);
    await drive(world, id);
    expect(await shown(id)).toEqual(["paused", "step-failed"]);
    await wish(id, "resume");
    expect(await shown(id)).toEqual(["queued"]);
    const whileItRuns: string[][] = [];
    await drive(
      world,
      id,
      world.engineWith({
        sideEffect: async (name, run) => {
          if (name === "insert batch 2") whileItRuns.push(await shown(id));
          return run();
        },
      }),
    );
    expect(whileItRuns).toEqual([["running"]]);
    expect(await shown(id)).toEqual(["succeeded"]);
    expect(await told(id)).toEqual(["step-failed"]);
  });

  test("is shown once where it stops it again, and told each time", async () => {
    const id = await request(world);
    await fault(world, "in batch 2", "break", 8);
    await drive(world, id);
    await retryOperation(world.engine, world.operator, { operationId: id });
    await drive(world, id);
    expect(await shown(id)).toEqual(["paused", "step-failed"]);
    expect(await told(id)).toEqual(["step-failed", "step-failed"]);
  });

  test("before it was aborted is not shown as what is the matter with the abort", async () => {
    const id = await request(world);
    await fault(world, "in batch 2", "break", 4);
    await drive(world, id);
    await wish(id, "abort");
    expect(await shown(id)).toEqual(["queued"]);
    await drive(world, id);
    expect(await shown(id)).toEqual(["aborted"]);
    expect(await told(id)).toEqual(["step-failed"]);
  });

  test("is told before the move that it led to", async () => {
    const id = await request(world);
    await fault(world, "before batch 1", "refuse");
    await drive(world, id);
    const events = await readEvents(world.records, id, 0);
    expect(events.slice(-2)).toMatchObject([
      { type: "finding", data: { code: "not-today", severity: "blocks" } },
      { type: "state", data: { from: "running", to: "failed" } },
    ]);
  });

  test("and was refused is gone when it is tried again", async () => {
    const id = await request(world);
    await fault(world, "before mark", "refuse");
    await drive(world, id);
    expect(await shown(id)).toEqual(["failed", "not-today"]);
    await retryOperation(world.engine, world.operator, { operationId: id });
    expect(await shown(id)).toEqual(["queued"]);
    await drive(world, id);
    expect(await shown(id)).toEqual(["succeeded"]);
    expect(await told(id)).toEqual(["not-today"]);
  });
});

describe("what a run is taken back for", () => {
  test("is shown until that is over, also beside what stops the taking back and goes again", async () => {
    const id = await request(world);
    await fault(world, "before mark", "refuse");
    await fault(world, "undo", "bug");
    await drive(world, id);
    expect(await shown(id)).toEqual(["paused", "not-today", "undo-failed"]);
    await wish(id, "resume");
    expect(await shown(id)).toEqual(["queued", "not-today"]);
    await drive(world, id);
    expect(await shown(id)).toEqual(["failed", "not-today"]);
    expect(await told(id)).toEqual(["not-today", "undo-failed"]);
  });
});

describe("a doubt", () => {
  test("is shown until it is decided", async () => {
    const id = await request(world);
    await fault(world, "after mark", "doubt");
    await drive(world, id);
    expect(await shown(id)).toEqual(["unknown", "commit-unanswered"]);
    await world.platform.query("UPDATE tenants SET state = 'hidden' WHERE key = 'acme'");
    await reconcileOperation(world.engine, world.operator, { operationId: id });
    await drive(world, id);
    expect(await shown(id)).toEqual(["unknown", "commit-unanswered"]);
    await world.platform.query("UPDATE tenants SET state = 'filled' WHERE key = 'acme'");
    await reconcileOperation(world.engine, world.operator, { operationId: id });
    await drive(world, id);
    expect(await shown(id)).toEqual(["paused"]);
    await wish(id, "resume");
    await drive(world, id);
    expect(await shown(id)).toEqual(["succeeded"]);
    expect(await told(id)).toEqual(["commit-unanswered"]);
  });
});

describe("what a run found on its way", () => {
  test("stays, whatever stops it in between", async () => {
    const id = await request(world);
    await fault(world, "before batch 1", "notice");
    await fault(world, "in batch 2", "break", 4);
    await drive(world, id);
    expect(await shown(id)).toEqual(["paused", "noticed", "step-failed"]);
    await wish(id, "resume");
    expect(await shown(id)).toEqual(["queued", "noticed"]);
    await drive(world, id);
    expect(await shown(id)).toEqual(["succeeded", "noticed"]);
  });

  test("by a step that was taken back is gone with it", async () => {
    const id = await request(world);
    await fault(world, "before batch 1", "notice");
    await drive(world, id, aborting(id, "commit batch 2"));
    expect(await shown(id)).toEqual(["aborted"]);
    expect(await told(id)).toEqual(["noticed"]);
  });
});
