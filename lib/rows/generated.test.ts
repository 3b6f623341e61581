/** Platforms that nobody thought of: whatever the schema, what comes back is what was there, and nobody else moves. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CASES } from "./testing/generated/cases.ts";
import { createLane, type Lane } from "./testing/generated/lane.ts";
import { roundTrip } from "./testing/generated/round-trip.ts";
import { type PlatformShape, platformShape } from "./testing/generated/shape.ts";
import { temporaryFolder } from "./testing/walk.ts";

/** `npm run soak` asks for more, and for others. */
const RUNS = Number(process.env.TENANTRY_SOAK_RUNS ?? 100);
const SEED = Number(process.env.TENANTRY_SOAK_SEED ?? 20_260_101);

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
      const go = async (lane: Lane, numRuns: number, seed: number) => {
        const property = fc.asyncProperty(platformShape, async (shape) => {
          rows += await roundTrip(shape, { lane, folder: folder.path, major });
          platforms++;
        });
        await fc.assert(property, { numRuns, seed });
      };
      const half = Math.ceil(RUNS / 2);
      try {
        await Promise.all(lanes.map((lane, at) => go(lane, half, SEED + at * 1_000_003)));
      } finally {
        process.stdout.write(`${platforms} random platforms passed, with ${rows} rows\n`);
      }
      expect(platforms).toBe(half * 2);
      expect(rows).toBeGreaterThan(RUNS * 2);
    },
    60_000 + RUNS * 6_000,
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
