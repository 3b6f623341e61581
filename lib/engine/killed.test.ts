/** A worker is killed before and after each of its side effects; the records tell the truth, and the next one ends it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { shard } from "../testing/shard.ts";
import { answersOf } from "./answers.ts";
import type { StepRecord } from "./step-record.ts";
import { sweep } from "./sweeper.ts";
import { type CrashPoint, crashAt, crashPoints } from "./testing/crash.ts";
import {
  batchesOf,
  createWorld,
  drive,
  fault,
  forgetLease,
  jobsOf,
  request,
  rowOf,
  statesOf,
  tenantState,
  trailOf,
  type World,
} from "./testing/world.ts";
import { wishOperation } from "./wish.ts";

/** Two worlds: two children at a time. */
const worlds: World[] = [];
beforeAll(async () => {
  worlds.push(await createWorld(), await createWorld());
});
afterAll(() => Promise.all(worlds.map((world) => world.close())));

/** A run strikes every tenth point, and as many runs strike them all. */
const SHARES = 10;

interface Scenario {
  /** Makes an operation that waits for a worker. */
  prepare(world: World): Promise<string>;
  /** What is there when it has ended, whoever ended it. */
  readonly end: { readonly state: string; readonly batches: number[]; readonly tenant: string };
  /** The whole trail: one row a transition, however often a worker died. */
  readonly trail: readonly string[];
  /** The first side effect to crash at, where those before it are another scenario's. */
  readonly from?: string;
}

async function everywhere(scenario: Scenario): Promise<CrashPoint[]> {
  await worlds[0]!.clear();
  const id = await scenario.prepare(worlds[0]!);
  const points = await crashPoints(worlds[0]!, id);
  await isEnded(worlds[0]!, id, scenario);
  const first = scenario.from === undefined ? 0 : points.findIndex(({ name }) => name === scenario.from);
  expect(first).toBeGreaterThanOrEqual(0);
  const queue = shard(points.slice(first), SHARES);
  await Promise.all(
    worlds.map(async (world) => {
      for (let point = queue.shift(); point !== undefined; point = queue.shift())
        await killedAt(world, scenario, point);
    }),
  );
  return points;
}

async function killedAt(world: World, scenario: Scenario, point: CrashPoint): Promise<void> {
  await world.clear();
  const id = await scenario.prepare(world);
  await crashAt(world, id, point);
  const where = `${point.when} ${point.number} ${point.name}`;
  await tellsTheTruth(world, id, scenario, where);

  await world.records.pool.query("DELETE FROM pgboss.job");
  await forgetLease(world, id);
  const { enqueued } = await sweep(world.engine);
  const ended = (await rowOf(world, id)).state === scenario.end.state;
  expect([enqueued, await jobsOf(world, id)], where).toEqual(ended ? [0, 0] : [1, 1]);
  if (!ended) expect(await drive(world, id), where).toBe("ended");
  await isEnded(world, id, scenario, where);
}

/** Right after the crash, before anybody has looked: nothing is claimed that is not so. */
async function tellsTheTruth(world: World, id: string, scenario: Scenario, where: string): Promise<void> {
  const row = await rowOf(world, id);
  expect(["queued", "running", scenario.end.state], where).toContain(row.state);
  const batches = await batchesOf(world, id);
  const [fill, mark] = row.steps as StepRecord[];
  if (fill!.state === "done") expect(batches, where).toEqual([3, 3]);
  if (fill!.state === "undone") expect(batches, where).toEqual([]);
  if (mark!.state === "done") expect(await tenantState(world), where).toBe("filled");
  const answers = answersOf(row);
  if (row.state === "running") expect(answers.uncertain, where).not.toEqual(["Nothing."]);
  // The trail is never ahead of the state, nor behind it.
  expect(scenario.trail.slice(0, (await trailOf(world, id)).length), where).toEqual(await trailOf(world, id));
  expect((await statesOf(world, id)).at(-1), where).toBe(row.state);
}

async function isEnded(world: World, id: string, { end, trail }: Scenario, where = "whole"): Promise<void> {
  const row = await rowOf(world, id);
  expect({ state: row.state, leaseOwner: row.leaseOwner }, where).toEqual({
    state: end.state,
    leaseOwner: null,
  });
  expect(await batchesOf(world, id), where).toEqual(end.batches);
  expect(await tenantState(world), where).toBe(end.tenant);
  expect(await trailOf(world, id), where).toEqual(trail);
}

test("a run: the next worker completes it, no batch is written twice, every transition is on record once", async () => {
  const points = await everywhere({
    prepare: (world) => request(world),
    end: { state: "succeeded", batches: [3, 3], tenant: "filled" },
    trail: ["requested", "approved", "queued", "running", "succeeded"],
  });
  expect(points.filter(({ when }) => when === "before").map(({ name }) => name)).toEqual([
    ...["claim", "move to running", "begin fill"],
    ...[1, 2].flatMap((batch) => [
      ...[
        `store intent of insert batch ${batch}`,
        `insert batch ${batch}`,
        `store outcome of insert batch ${batch}`,
      ],
      "save checkpoint of fill",
      ...[
        `store intent of commit batch ${batch}`,
        `commit batch ${batch}`,
        `store outcome of commit batch ${batch}`,
      ],
    ]),
    ...["store that fill is done", "begin mark", "store intent of mark", "mark", "store outcome of mark"],
    ...["store that mark is done", "begin prove", "store that prove is done", "move to succeeded"],
  ]);
}, 300_000);

test("an abort: the next worker goes on taking back", async () => {
  const points = await everywhere({
    async prepare(world) {
      const id = await request(world);
      const wish = (what: "pause" | "abort") =>
        wishOperation(world.engine, world.operator, { operationId: id, wish: what });
      const pausing = world.engineWith({
        sideEffect: async (name, run) => {
          const result = await run();
          if (name === "commit batch 1") await wish("pause");
          return result;
        },
      });
      await drive(world, id, pausing);
      await wish("abort");
      return id;
    },
    end: { state: "aborted", batches: [], tenant: "plain" },
    trail: [
      ...["requested", "approved", "queued", "running", "pause-wanted", "paused", "resumed", "running"],
      "aborted",
    ],
  });
  expect(points.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      ...["store the rollback's intent", "begin to undo fill", "store intent of commit deletion"],
      ...[
        "commit deletion",
        "store outcome of commit deletion",
        "store that fill is undone",
        "move to aborted",
      ],
    ]),
  );
}, 300_000);

test("a refusal in a later step: the next worker rolls the earlier ones back, and says so", async () => {
  await everywhere({
    async prepare(world) {
      await fault(world, "before mark", "refuse", 99);
      return request(world);
    },
    end: { state: "failed", batches: [], tenant: "plain" },
    trail: ["requested", "approved", "queued", "running", "failed"],
    from: "begin mark",
  });
}, 300_000);
