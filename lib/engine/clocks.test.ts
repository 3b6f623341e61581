/** A worker, or a web process, whose clock is weeks off: whatever rests on time goes by the records' clock. */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { operations } from "../records/schema/operations.ts";
import { withClockOff } from "../testing/clock-off.ts";
import { grantException } from "./exceptions.ts";
import { readPolicyFor } from "./read-policy.ts";
import { retryOperation } from "./retry.ts";
import { sweep } from "./sweeper.ts";
import { createWorld, drive, fault, request, rowOf, type World } from "./testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.clear());
afterAll(() => world.close());

const DAY = 86_400_000;

/** By the records' clock. */
async function expiresIn(id: string, minutes: number): Promise<void> {
  const expiresAt = sql`now() + make_interval(mins => ${minutes})`;
  await world.records.update(operations).set({ expiresAt }).where(eq(operations.id, id));
}

const retried = async (id: string) => {
  const answer = await retryOperation(world.engine, world.operator, { operationId: id });
  return answer.ok ? "retried" : answer.findings.map(({ code }) => code).join(" ");
};

describe.each([40, -40])("a process whose clock is %s days ahead", (days) => {
  const off = <T>(work: () => Promise<T>) => withClockOff(days * DAY, work);

  it("runs what is approved, and nothing whose approval has expired", async () => {
    const [good, late] = [await request(world), await request(world, { tenant: "globex" })];
    await expiresIn(late, -1);
    await off(async () => {
      await drive(world, good);
      await drive(world, late);
    });
    const ran = await rowOf(world, good);
    expect([ran.state, (await rowOf(world, late)).state]).toEqual(["succeeded", "expired"]);
    expect(ran.endedAt! >= ran.startedAt! && ran.startedAt! >= ran.plannedAt!).toBe(true);
  });

  it("tries again what failed while its approval holds, and no longer", async () => {
    const id = await request(world);
    await fault(world, "before batch 1", "refuse", 2);
    await drive(world, id);
    await expiresIn(id, -1);
    expect(await off(() => retried(id))).toBe("approval-expired");
    await expiresIn(id, 60);
    expect(await off(() => retried(id))).toBe("retried");
  });

  it("plans a draft that is as old as it is", async () => {
    const id = await off(() => request(world, {}, { draft: true }));
    expect(await sweep(world.engine)).toMatchObject({ expired: 0 });
    await world.records.update(operations).set({ plannedAt: sql`now() - interval '25 hours'` });
    expect(await off(() => sweep(world.engine))).toMatchObject({ expired: 1 });
    expect((await rowOf(world, id)).state).toBe("expired");
  });

  it("goes by an exception for as long as it holds", async () => {
    const subject = { kind: "fill", platformId: world.platformId, tenantKey: "acme" };
    const granted = await off(() =>
      grantException(world.engine, world.admin, {
        ...subject,
        tenantKey: null,
        rule: "reviews",
        value: 2,
        ownerId: world.admin.personId,
        reason: "a test",
        days: 1,
      }),
    );
    expect(granted).toMatchObject({ ok: true });
    const reviews = () => off(async () => (await readPolicyFor(world.records, subject)).policy.reviews.fill);
    expect(await reviews()).toBe(2);
    await world.records.execute(
      sql`UPDATE policy_exceptions SET created_at = now() - interval '2 days', expires_at = now() - interval '1 second'`,
    );
    expect(await reviews()).toBeUndefined();
  });
});
