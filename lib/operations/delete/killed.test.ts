/** A worker that is killed at each of a delete's own side effects: the next one ends it, once, and nobody else is touched. */
import { and, eq, isNotNull, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { operations } from "../../records/schema/operations.ts";
import { erasureCertificates, tombstones } from "../../records/schema/tombstones.ts";
import { changedResidents, readResidents } from "../../rows/testing/residents.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase, smallSpec } from "../../rows/testing/small-platform.ts";
import { shard } from "../../testing/shard.ts";
import { type CrashPoint, crashAt, crashPoints } from "../testing/crash.ts";
import { makeReady, setPolicy } from "../testing/doomed.ts";
import { approve, ask, carryOut, createWorldOf, drive, rowOf, type TestWorld } from "../testing/world.ts";

/** The engine's own and those of the batches are struck elsewhere. */
const STRIKES = [
  "note tombstone",
  "note first batch",
  "keep what was nulled",
  "record proof",
  "record finalizers",
  "take fence down",
  "bury",
];

/** A point takes ten seconds: a run strikes one, and as many runs strike them all. */
const SHARES = 14;

let world: TestWorld;
let one: string;
beforeAll(async () => {
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
  one = (await keyOfSlug(world.euClient, "one"))!;
  await setPolicy(world);
}, 120_000);
afterAll(() => world.close());

async function approved(): Promise<string> {
  const bundleId = await makeReady(world, one);
  const id = await ask(world, { kind: "delete", input: { tenantKey: one, bundleId } });
  await approve(world, id);
  return id;
}

async function bringBack(): Promise<void> {
  await carryOut(world, { kind: "restore", input: { tenantKey: one } });
  await carryOut(world, { kind: "resume", input: { tenantKey: one }, by: "admin" });
}

async function strike(point: CrashPoint): Promise<void> {
  const before = await readResidents(world.euClient, smallSpec(), one);
  const id = await approved();
  await crashAt(world, id, point);
  const { records } = world.console;
  await records
    .update(operations)
    .set({ leaseUntil: sql`now() - interval '1 second'` })
    .where(and(eq(operations.id, id), isNotNull(operations.leaseUntil)));
  await drive(world, id);
  const row = await rowOf(world, id);
  expect(row.state, JSON.stringify(row.findings)).toBe("succeeded");
  expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
  const stones = await records.select().from(tombstones).where(eq(tombstones.operationId, id));
  expect(stones).toMatchObject([{ state: "deleted", rows: 17, proof: { empty: true } }]);
  expect(await records.$count(erasureCertificates, eq(erasureCertificates.operationId, id))).toBe(1);
  await bringBack();
}

it("is deleted once, wherever its worker was killed", async () => {
  const points = await crashPoints(world, await approved());
  await bringBack();
  const struck = points.filter(({ name }) => STRIKES.includes(name));
  expect([...new Set(struck.map(({ name }) => name))].toSorted()).toEqual([...STRIKES].toSorted());
  for (const point of shard(struck, SHARES)) {
    try {
      await strike(point);
    } catch (error) {
      throw new Error(`${point.when} ${point.name} (${point.number})`, { cause: error });
    }
  }
}, 600_000);
