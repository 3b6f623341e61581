/** A drill as the console does it: evidence of a bundle that can be brought back, and of one that cannot. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { desc, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { retryOperation } from "../../engine/retry.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { drills } from "../../records/schema/drills.ts";
import { changedResidents, readResidents } from "../../rows/testing/residents.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase, smallSpec } from "../../rows/testing/small-platform.ts";
import { ask, carryOut, createWorldOf, drive, refusedWith, rowOf, type TestWorld } from "../testing/world.ts";

let world: TestWorld;
let bundleId: string;
beforeAll(async () => {
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
  const tenantKey = (await keyOfSlug(world.euClient, "one"))!;
  bundleId = (await carryOut(world, { kind: "export", input: { tenantKey } })).result.links.bundle!;
}, 120_000);
afterAll(() => world.close());

const asked = () => ({ kind: "drill", input: { bundleId } });

async function lastAudit(action: string) {
  const [entry] = await world.console.records
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.action, action))
    .orderBy(desc(auditEntries.at))
    .limit(1);
  return entry;
}

it("passes, is kept as evidence, and changes nothing", async () => {
  const before = await readResidents(world.euClient, smallSpec());
  const { id, result } = await carryOut(world, asked());
  const evidence = await world.console.records.select().from(drills).where(eq(drills.operationId, id));
  expect(evidence).toMatchObject([{ bundleId, passed: true }]);
  expect(evidence[0]!.rows).toBeGreaterThan(0);
  expect(result.changed.join(" ")).toContain("Nothing was written to a database of the platform.");
  expect(await lastAudit("bundle.drill-passed")).toMatchObject({ operationId: id, subjectId: bundleId });
  expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
}, 120_000);

it("is not for who may only support or review", async () => {
  for (const by of ["support", "reviewer", "viewer"] as const)
    expect(await refusedWith(world, { ...asked(), by })).toEqual(["not-permitted"]);
});

it("is refused where the database has gone on", async () => {
  await world.usClient.query("ALTER TABLE items ADD COLUMN later int");
  const codes = await refusedWith(world, { ...asked(), databaseId: world.usId });
  expect(codes).toContain("shape-differs");
});

it("fails for a file that was damaged since, is evidence too, and passes when it is tried again with the file back", async () => {
  const id = await ask(world, asked());
  const [bundle] = await world.console.records.select().from(bundles).where(eq(bundles.id, bundleId));
  const path = join(world.folder, "bundles", bundle!.name);
  const whole = await readFile(path);
  const middle = Math.floor(whole.length / 2);
  await writeFile(
    path,
    Buffer.concat([whole.subarray(0, middle), Buffer.from([0xff]), whole.subarray(middle + 1)]),
  );
  await drive(world, id);
  expect((await rowOf(world, id)).state).toBe("failed");
  const evidence = () => world.console.records.select().from(drills).where(eq(drills.operationId, id));
  expect(await evidence()).toMatchObject([{ passed: false, rows: null }]);
  expect(await lastAudit("bundle.drill-failed")).toMatchObject({ operationId: id });

  await writeFile(path, whole);
  const retried = await retryOperation(world.console.engine, await world.actor("operator"), {
    operationId: id,
  });
  expect(retried).toMatchObject({ ok: true });
  await drive(world, id);
  expect((await rowOf(world, id)).state).toBe("succeeded");
  expect(await evidence()).toMatchObject([{ passed: true }]);
}, 120_000);
