/** Deletes that must not happen: by the request, by the review, and by the worker, whatever the records say. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { grantRole, revokeRole } from "../../access/people.ts";
import type { Role } from "../../access/permissions.ts";
import { breakGlass } from "../../engine/break-glass.ts";
import { reviewOperation } from "../../engine/review.ts";
import { newId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { drills } from "../../records/schema/drills.ts";
import { operations } from "../../records/schema/operations.ts";
import { persons } from "../../records/schema/persons.ts";
import { reviews } from "../../records/schema/reviews.ts";
import { changedResidents, type Residents, readResidents } from "../../rows/testing/residents.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase, smallSpec } from "../../rows/testing/small-platform.ts";
import { holdTenant } from "../holds/hold-tenant.ts";
import { makeReady, setPolicy } from "../testing/doomed.ts";
import { approve, ask, createWorldOf, drive, refusedWith, rowOf, type TestWorld } from "../testing/world.ts";

let world: TestWorld;
let one: string;
let two: string;
let bundleId: string;
let before: Residents;
const asked = (more: object = {}) => ({ kind: "delete", input: { tenantKey: one, bundleId }, ...more });
beforeAll(async () => {
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
  one = (await keyOfSlug(world.euClient, "one"))!;
  two = (await keyOfSlug(world.euClient, "two"))!;
  await setPolicy(world);
  bundleId = await makeReady(world, one);
  before = await readResidents(world.euClient, smallSpec());
}, 120_000);
afterAll(() => world.close());
/** Whatever was tried, nothing has happened, and the tenant is free for the next. */
afterEach(async () => {
  expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
  await world.console.records
    .update(operations)
    .set({ state: "withdrawn" })
    .where(eq(operations.kind, "delete"));
});

const update = (id: string, set: Partial<typeof operations.$inferInsert>) =>
  world.console.records.update(operations).set(set).where(eq(operations.id, id));
const codesOf = async (id: string) => (await rowOf(world, id)).findings.map(({ code }) => code);

async function endsAs(id: string, state: string): Promise<void> {
  await drive(world, id);
  expect((await rowOf(world, id)).state).toBe(state);
}

const PHRASE = "delete one and 17 rows";

async function review(operationId: string, by: Role, phrase?: string) {
  const row = await rowOf(world, operationId);
  const answer = await reviewOperation(world.console.engine, await world.actor(by), {
    operationId,
    digest: row.digest!,
    decision: "approve",
    intent: "x",
    risk: "x",
    rollback: "x",
    reason: "x",
    ...(phrase === undefined ? {} : { phrase }),
  });
  return answer.ok ? answer.state : answer.findings.map(({ code }) => code);
}

it("is asked for by who may, and with its phrase", async () => {
  expect(await refusedWith(world, asked({ by: "support" }))).toEqual(["not-permitted"]);
  for (const phrase of ["", "delete one", "delete one and 18 rows", "delete two and 17 rows"])
    expect(await refusedWith(world, asked({ phrase }))).toEqual(["phrase-differs"]);
  await ask(world, asked({ phrase: " delete one and 17  rows " }));
});

it("is approved by another person, who types the phrase too", async () => {
  const id = await ask(world, asked());
  expect(await review(id, "reviewer")).toEqual(["phrase-differs"]);
  expect(await review(id, "reviewer", "delete one and 16 rows")).toEqual(["phrase-differs"]);
  expect(await review(id, "operator", "delete one and 17 rows")).toEqual(["not-permitted"]);
  expect(await review(id, "reviewer", "delete one and 17 rows")).toBe("queued");
});

it("is refused where a gate is closed, whoever asks", async () => {
  expect(await refusedWith(world, asked({ input: { tenantKey: two, bundleId } }))).toContain("gate-closed");
  expect(await refusedWith(world, asked({ input: { tenantKey: one } }))).toEqual([
    "gate-closed",
    "gate-closed",
  ]);
  await setPolicy(world, { suspendedHours: 1 });
  expect(await refusedWith(world, asked({ by: "admin" }))).toEqual(["gate-closed"]);
  await setPolicy(world);
});

it("is not run where a gate has closed since the approval, which opens none", async () => {
  const id = await ask(world, asked());
  await approve(world, id);
  const hold = { databaseId: world.euId, tenantKey: one, reason: "a lawsuit" };
  await holdTenant(world.console.records, await world.actor("admin"), { ...hold, hold: true });
  await endsAs(id, "failed");
  expect(await codesOf(id)).toEqual(["gate-closed"]);
  await holdTenant(world.console.records, await world.actor("admin"), { ...hold, hold: false });
});

it("waits for another review where its reviewer may not review any more", async () => {
  const id = await ask(world, asked());
  await approve(world, id);
  const reviewer = await world.actor("reviewer");
  const { records } = world.console;
  const admin = await world.actor("admin");
  await revokeRole(records, admin, reviewer.personId, "reviewer");
  await endsAs(id, "in_review");
  await grantRole(records, admin, reviewer.personId, "reviewer");
});

it("takes two persons where the policy says so: not the same one twice, and not one whose role is gone", async () => {
  await setPolicy(world, { reviews: { delete: 2 } });
  const id = await ask(world, asked());
  expect(await review(id, "reviewer", PHRASE)).toBe("in_review");
  expect(await review(id, "reviewer", PHRASE)).toEqual(["already-reviewed"]);
  expect(await review(id, "admin", PHRASE)).toBe("queued");
  const reviewer = await world.actor("reviewer");
  const admin = await world.actor("admin");
  await revokeRole(world.console.records, admin, reviewer.personId, "reviewer");
  await endsAs(id, "in_review");
  await grantRole(world.console.records, admin, reviewer.personId, "reviewer");
  await setPolicy(world);
});

it("goes past its reviewers by who may, for a reason, with the phrase and a fresh sign-in, and past no gate", async () => {
  const id = await ask(world, asked());
  const glass = async (by: Role, more: object = {}) => {
    const proof = { password: "", vouchedAt: Date.now() };
    const given = { operationId: id, reason: "a court order", phrase: PHRASE, ...proof, ...more };
    const answer = await breakGlass(world.console.engine, await world.actor(by), given);
    return answer.ok ? "ok" : answer.findings.map(({ code }) => code).join(" ");
  };
  expect(await glass("reviewer")).toBe("not-permitted");
  expect(await glass("admin", { reason: " " })).toBe("reason-missing");
  for (const phrase of [undefined, "", "delete one and 16 rows"])
    expect(await glass("admin", { phrase })).toBe("phrase-differs");
  expect(await glass("admin", { password: "guessed" })).toBe("password-wrong");
  const admin = await world.actor("admin");
  // From here on an identity provider vouches for them.
  const { records } = world.console;
  await records.update(persons).set({ passwordHash: null }).where(eq(persons.id, admin.personId));
  expect(await glass("admin", { vouchedAt: null })).toBe("sign-in-undated");
  expect(await glass("admin", { vouchedAt: Date.now() - 3_600_000 })).toBe("sign-in-stale");
  expect(await glass("admin")).toBe("ok");
  await setPolicy(world, { quietHours: 1 });
  await endsAs(id, "failed");
  expect(await codesOf(id)).toEqual(["gate-closed"]);
  await setPolicy(world);
});

it("is not run where its approval has expired, its drill is too old by now, or its file is another one", async () => {
  const { records } = world.console;
  const approved = async () => {
    const id = await ask(world, asked());
    await approve(world, id);
    return id;
  };
  const late = await approved();
  await update(late, { expiresAt: new Date(Date.now() - 1000) });
  await endsAs(late, "expired");

  const old = await approved();
  const ofBundle = eq(drills.bundleId, bundleId);
  await records.update(drills).set({ createdAt: sql`now() - interval '100 days'` }).where(ofBundle);
  await endsAs(old, "failed");
  expect(await codesOf(old)).toEqual(["gate-closed"]);
  await records.update(drills).set({ createdAt: sql`now()` }).where(ofBundle);
  await update(old, { state: "withdrawn" });

  const replaced = await approved();
  const { name } = (await records.select().from(bundles).where(eq(bundles.id, bundleId)))[0]!;
  const file = join(world.folder, "bundles", name);
  const whole = await readFile(file);
  await writeFile(file, whole.subarray(0, whole.length - 1));
  await endsAs(replaced, "failed");
  await writeFile(file, whole);
});

it("is not run on forged records: of another tenant, without a review, with one by who may not, by another digest, with the answers changed", async () => {
  const approved = async () => {
    const id = await ask(world, asked());
    await approve(world, id);
    return id;
  };
  const other = await approved();
  await update(other, { input: { tenantKey: two, bundleId } });
  await drive(world, other);
  expect(["superseded", "failed"]).toContain((await rowOf(world, other)).state);
  await update(other, { state: "withdrawn" });

  const unreviewed = await ask(world, asked());
  await update(unreviewed, { state: "queued", reviewsNeeded: 0, expiresAt: new Date(Date.now() + 60_000) });
  await endsAs(unreviewed, "in_review");
  await update(unreviewed, { state: "withdrawn" });

  const byNobody = await ask(world, asked());
  const row = await rowOf(world, byNobody);
  await world.console.records.insert(reviews).values({
    id: newId(),
    operationId: byNobody,
    requestedBy: row.requestedBy,
    reviewerId: (await world.actor("support")).personId,
    decision: "approve",
    digest: row.digest!,
    round: row.reviewRound,
    intent: "x",
    risk: "x",
    rollback: "x",
    reason: "x",
  });
  await update(byNobody, { state: "queued", expiresAt: new Date(Date.now() + 60_000) });
  await endsAs(byNobody, "in_review");
  await update(byNobody, { state: "withdrawn" });

  const digest = await approved();
  await update(digest, { digest: "0".repeat(64) });
  await endsAs(digest, "superseded");
  await update(digest, { state: "withdrawn" });

  const answers = await approved();
  await update(answers, { input: { tenantKey: one, bundleId, triggers: { "public.items (x)": [] } } });
  await endsAs(answers, "superseded");
});

it("is not run where somebody has got behind the fence and changed a row", async () => {
  const id = await ask(world, asked());
  await approve(world, id);
  const write = async (body: string) => {
    await world.euClient.query("ALTER TABLE items DISABLE TRIGGER USER");
    await world.euClient.query(`UPDATE items SET body = ${body} WHERE org_id = $1`, [one]);
    const { rows } = await world.euClient.query<{ name: string }>(
      "SELECT quote_ident(tgname) AS name FROM pg_trigger WHERE tgrelid = 'items'::regclass AND NOT tgisinternal",
    );
    for (const { name } of rows)
      await world.euClient.query(`ALTER TABLE items ENABLE ALWAYS TRIGGER ${name}`);
  };
  await world.euClient.query("CREATE TEMP TABLE kept AS SELECT id, body FROM items WHERE org_id = $1", [one]);
  await write("'changed'");
  await endsAs(id, "failed");
  expect(await codesOf(id)).toContain("gate-closed");
  await write("(SELECT k.body FROM kept k WHERE k.id = items.id)");
  await world.euClient.query("DROP TABLE kept");
});
