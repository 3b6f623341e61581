/**
 * The clocks of a delete: the records', the platform's database's, and those of the processes that plan and run it. What
 * one of them has dated is held against that one's now; where two would have to be, it goes without a clock.
 */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordsNow } from "../../records/clock.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { finalizerConfirmations, tombstones } from "../../records/schema/tombstones.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase } from "../../rows/testing/small-platform.ts";
import { withClockOff } from "../../testing/clock-off.ts";
import { confirmFinalizer } from "../finalizers/confirm.ts";
import { makeReady, setPolicy } from "../testing/doomed.ts";
import { carryOut, createWorldOf, type TestWorld, tryToAsk } from "../testing/world.ts";

const PLATFORM = `${SMALL_PLATFORM}
finalizers:
  - { name: objects, kind: manual, description: Files in the bucket. }
`;
const DAY = 86_400_000;

let world: TestWorld;
let one: string;
let bundleId: string;
beforeAll(async () => {
  world = await createWorldOf(PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
  one = (await keyOfSlug(world.euClient, "one"))!;
  await setPolicy(world);
  bundleId = await makeReady(world, one);
}, 120_000);
afterAll(() => world.close());

const asked = () => ({ kind: "delete", input: { tenantKey: one, bundleId } });

/** What stands against a delete, by the places that are named. */
async function against(): Promise<string[]> {
  const answer = await tryToAsk(world, { ...asked(), phrase: "not what is asked for" });
  return answer.ok
    ? []
    : answer.findings.map(({ code, where }) => (code === "phrase-differs" ? code : where));
}

async function confirm(): Promise<void> {
  const said = { databaseId: world.euId, tenantKey: one, finalizer: "objects", note: "Bucket emptied." };
  const answer = await confirmFinalizer(world.console.engine, await world.actor("operator"), said);
  if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
}

/** As if the records' clock were so many hours ahead of the platform's: that is what has dated it. */
const recordsAhead = (hours: number) =>
  world.console.records
    .update(finalizerConfirmations)
    .set({ createdAt: sql`now() + make_interval(hours => ${hours})` })
    .where(eq(finalizerConfirmations.tenantKey, one));

it("a confirmation counts for the fence behind which it was given, and for no other, whichever clock is ahead", async () => {
  expect(await against()).toEqual(["finalizer:objects"]);
  await confirm();
  for (const hours of [5, -5]) {
    await recordsAhead(hours);
    expect(await against(), `${hours}`).toEqual(["phrase-differs"]);
  }
  await carryOut(world, { kind: "resume", input: { tenantKey: one }, by: "admin" });
  bundleId = await makeReady(world, one);
  for (const hours of [5, -5]) {
    await recordsAhead(hours);
    expect(await against(), `${hours}`).toEqual(["finalizer:objects"]);
  }
  await confirm();
}, 120_000);

describe.each([40, -40])("planned and run by processes whose clock is %s days ahead", (days) => {
  const off = <T>(work: () => Promise<T>) => withClockOff(days * DAY, work);

  it("a delete waits for its windows, and its drill is as old as it is", async () => {
    await setPolicy(world, { suspendedHours: 1, quietHours: 1 });
    expect(await off(against)).toEqual(["suspended", "quiet"]);
    await setPolicy(world);
    expect(await off(against)).toEqual(["phrase-differs"]);
  });

  it("a delete runs, can be undone for as long as the policy says, and is", async () => {
    const { records } = world.console;
    const { id } = await off(() => carryOut(world, asked()));
    const [stone] = await records.select().from(tombstones).where(eq(tombstones.operationId, id));
    const now = (await recordsNow(records)).getTime();
    const left = (stone!.retainUntil!.getTime() - now) / DAY;
    expect(left > 89 && left <= 90).toBe(true);
    await off(() => carryOut(world, { kind: "restore", input: { tenantKey: one } }));
    await carryOut(world, { kind: "resume", input: { tenantKey: one }, by: "admin" });
    bundleId = await off(() => makeReady(world, one));
    await confirm();
    const [bundle] = await records.select().from(bundles).where(eq(bundles.id, bundleId));
    expect(Math.abs(bundle!.createdAt.getTime() - now)).toBeLessThan(DAY);
  }, 120_000);
});
