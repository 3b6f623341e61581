/** Platforms that nobody thought of: whatever the schema, what comes back is what was there, and nobody else moves. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomCases } from "../testing/shard.ts";
import { CASES } from "./testing/generated/cases.ts";
import { createLane, type Lane } from "./testing/generated/lane.ts";
import { roundTrip } from "./testing/generated/round-trip.ts";
import { type PlatformShape, platformShape } from "./testing/generated/shape.ts";
import { temporaryFolder } from "./testing/walk.ts";

/** `npm run soak` asks for more, and for others. */
const { runs: RUNS, seed: SEED } = randomCases(16);
/** Milliseconds: what a share of them may take. */
const LIMIT = 30_000 + RUNS * 6_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let lanes: readonly [Lane, Lane];
/** Of the server that tests run on: what an older one does not know is left out. */
let major: number;
beforeAll(async () => {
  folder = await temporaryFolder();
  lanes = [createLane(), createLane()];
  const [{ client }] = await lanes[0].clear();
  const { rows } = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  major = Math.floor(rows[0]!.version / 10_000);
});
afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.drop()));
  await folder.remove();
});

describe("random platforms, two at a time,", () => {
  it(
    "give a tenant that is the same beside itself, and letter by letter in an empty twin",
    async () => {
      let rows = 0;
      let platforms = 0;
      let hasFailed = false;
      const go = async (lane: Lane, numRuns: number, seed: number) => {
        let isMine = false;
        const property = fc.asyncProperty(platformShape, async (shape) => {
          // The other lane's counterexample is what there is to see.
          if (hasFailed && !isMine) return;
          try {
            rows += await roundTrip(shape, { lane, folder: folder.path, major });
          } catch (error) {
            isMine ||= !hasFailed;
            hasFailed = true;
            throw error;
          }
          platforms++;
        });
        // A long search for a smaller counterexample ends with the smallest so far.
        await fc.assert(property, {
          numRuns,
          seed,
          interruptAfterTimeLimit: LIMIT,
          markInterruptAsFailure: true,
        });
      };
      const half = Math.ceil(RUNS / 2);
      // Both, also where one fails: what is after this has the lanes for itself.
      const ended = await Promise.allSettled(lanes.map((lane, at) => go(lane, half, SEED + at * 1_000_003)));
      process.stdout.write(`${platforms} random platforms passed, with ${rows} rows\n`);
      for (const lane of ended) if (lane.status === "rejected") throw lane.reason;
      expect(platforms).toBe(half * 2);
      expect(rows).toBeGreaterThan(RUNS * 2);
    },
    LIMIT + 60_000,
  );
});

describe("a platform with", () => {
  it.each(Object.entries(CASES))(
    "%s",
    async (_name, shape: PlatformShape) => {
      const place = { lane: lanes[0], folder: folder.path, major };
      expect(await roundTrip(shape, place)).toBeGreaterThan(2);
    },
    60_000,
  );
});
