import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OperationResult } from "./step-record.ts";
import {
  approve,
  batchesOf,
  createWorld,
  drive,
  jobsOf,
  request,
  rowOf,
  statesOf,
  tenantState,
  trailOf,
  type World,
} from "./testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.clear());
afterAll(() => world.close());

describe("an operation from its request to its end", () => {
  test("that passes by policy is queued with its job, runs its steps and says what it did", async () => {
    const id = await request(world);
    expect(await statesOf(world, id)).toEqual(["planned", "approved", "queued"]);
    expect(await jobsOf(world, id)).toBe(1);
    expect((await rowOf(world, id)).policy).toBe("Two batches pass by policy.");

    expect(await drive(world, id)).toBe("ended");
    const row = await rowOf(world, id);
    expect(row).toMatchObject({ state: "succeeded", leaseOwner: null, leaseUntil: null, epoch: 1 });
    expect(await batchesOf(world, id)).toEqual([3, 3]);
    expect(await tenantState(world)).toBe("filled");
    expect(row.result).toEqual({
      sentence: "It is done.",
      changed: ["6 rows were inserted.", "acme is marked."],
      uncertain: [],
      next: [],
      links: { tenant: "/tenants/acme" },
      ending: null,
    } satisfies OperationResult);
    expect(await trailOf(world, id)).toEqual(["requested", "approved", "queued", "running", "succeeded"]);
    expect(await drive(world, id)).toBe("not mine");
  });

  test("that needs a review waits for one, and runs after it", async () => {
    const id = await request(world, { batches: 3 });
    expect(await statesOf(world, id)).toEqual(["planned", "in_review"]);
    expect(await jobsOf(world, id)).toBe(0);
    expect(await drive(world, id)).toBe("not mine");
    expect(await approve(world, id)).toEqual({ ok: true, state: "queued" });
    expect(await jobsOf(world, id)).toBe(1);
    expect(await drive(world, id)).toBe("ended");
    expect((await rowOf(world, id)).state).toBe("succeeded");
    expect(await trailOf(world, id)).toEqual([
      "requested",
      "review-wanted",
      "review.approved",
      "approved",
      "queued",
      "running",
      "succeeded",
    ]);
  });
});
