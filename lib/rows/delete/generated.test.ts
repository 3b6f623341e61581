/** Platforms that nobody thought of: whatever the schema, a tenant goes without a trace, takes nobody along, and comes back. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomCases, shard } from "../../testing/shard.ts";
import { CASES } from "../testing/generated/cases.ts";
import { eraseRound } from "../testing/generated/erase-round.ts";
import { createLane, type Lane } from "../testing/generated/lane.ts";
import { type PlatformShape, platformShape } from "../testing/generated/shape.ts";
import { temporaryFolder } from "../testing/walk.ts";

/** `npm run soak` asks for more, and for others. */
const { runs: RUNS, seed: SEED } = randomCases(4, 0.5);
/** Milliseconds. */
const LIMIT = 60_000 + RUNS * 20_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let lane: Lane;
/** Of the server that tests run on: what an older one does not know is left out. */
let major: number;
beforeAll(async () => {
  [folder, lane] = [await temporaryFolder(), createLane()];
  const [{ client }] = await lane.clear();
  const { rows } = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  major = Math.floor(rows[0]!.version / 10_000);
});
afterAll(async () => {
  await lane.drop();
  await folder.remove();
});

describe("of random platforms", () => {
  it(
    "a tenant is deleted in part and comes back, is deleted whole, and comes back with the same ids",
    async () => {
      let rows = 0;
      const property = fc.asyncProperty(platformShape, async (shape) => {
        rows += await eraseRound(shape, { lane, folder: folder.path, major });
      });
      await fc.assert(property, {
        numRuns: RUNS,
        seed: SEED,
        interruptAfterTimeLimit: LIMIT,
        markInterruptAsFailure: true,
      });
      expect(rows).toBeGreaterThan(RUNS);
    },
    LIMIT + 60_000,
  );
});

describe("of a platform with", () => {
  // Four rounds each; lib/rows/generated.test.ts takes all of them round in every run.
  it.each(shard(Object.entries(CASES), 3))(
    "%s",
    async (_name, shape: PlatformShape) => {
      expect(await eraseRound(shape, { lane, folder: folder.path, major })).toBeGreaterThan(2);
    },
    120_000,
  );
});
