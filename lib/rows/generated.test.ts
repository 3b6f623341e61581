/** Platforms that nobody thought of: whatever the schema, what comes back is what was there, and nobody else moves. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TYPES } from "./testing/generated/material.ts";
import { roundTrip } from "./testing/generated/round-trip.ts";
import { type PlatformShape, platformShape, type TableShape } from "./testing/generated/shape.ts";
import { temporaryFolder } from "./testing/walk.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

/** `npm run soak` asks for more, and for others. */
const RUNS = Number(process.env.TENANTRY_SOAK_RUNS ?? 25);
const SEED = Number(process.env.TENANTRY_SOAK_SEED ?? 20_260_101);

describe("a random platform", () => {
  it(
    "gives a tenant that is the same beside itself, and letter by letter in an empty twin",
    async () => {
      let rows = 0;
      const property = fc.asyncProperty(platformShape, async (shape) => {
        rows += await roundTrip(shape, folder.path);
      });
      await fc.assert(property, { numRuns: RUNS, seed: SEED });
      expect(rows).toBeGreaterThan(RUNS * 5);
    },
    60_000 + RUNS * 6_000,
  );
});

const TABLE: TableShape = {
  key: "uuid",
  owner: 0,
  target: "key",
  self: "none",
  back: "none",
  cross: null,
  toCommon: false,
  virtual: "none",
  virtualTo: 0,
  computed: "none",
  extras: [],
};

function shapeOf(tables: readonly Partial<TableShape>[], more: Partial<PlatformShape> = {}): PlatformShape {
  return {
    rootKey: "uuid",
    slug: true,
    common: "none",
    oddSchema: false,
    tables: tables.map((table) => ({ ...TABLE, ...table })),
    tenants: 2,
    rows: 12,
    names: 0,
    seed: 1,
    ...more,
  };
}

/** What random platforms have brought to light, and what they meet too seldom. */
const CASES: Record<string, PlatformShape> = {
  "an XML declaration that says nothing new": shapeOf([
    { extras: [TYPES.findIndex(({ type }) => type === "xml")] },
    { key: "nanoid", owner: 1 },
  ]),
  "a tenant's key that people chose, with everything in it that needs quoting": shapeOf(
    [{ key: "composite" }, { key: "composite", owner: 1 }, { key: "none", owner: 2 }],
    { rootKey: "text", oddSchema: true },
  ),
  "a circle in which nothing may be NULL": shapeOf([
    { key: "always", self: "required" },
    { key: "serial", owner: 1, back: "deferred", self: "required" },
  ]),
  "references of every kind to every kind of key": shapeOf(
    (["always", "by default", "uuid", "domain", "nanoid"] as const).flatMap((key, at) => [
      { key },
      ...(["column", "array", "json", "jsonb", "pattern"] as const).map((virtual) => ({
        key: "none" as const,
        virtual,
        // Each target stands before five tables that point at it; those have no key to be pointed at.
        virtualTo: at,
      })),
    ]),
    { common: "identity", seed: 5 },
  ),
};

describe("a platform with", () => {
  it.each(Object.entries(CASES))(
    "%s",
    async (_name, shape) => {
      expect(await roundTrip(shape, folder.path)).toBeGreaterThan(2);
    },
    60_000,
  );
});
