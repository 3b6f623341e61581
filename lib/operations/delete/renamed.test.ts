/**
 * A tenant that gets another slug and name while it is being deleted: by somebody who writes past its fence, for nobody
 * else can. Before the first row goes nothing is done of a plan that names it otherwise; afterwards the plan binds.
 */
import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { readCertificate } from "../../bundle/certificate.ts";
import { driveOperation } from "../../engine/drive.ts";
import { createEngine } from "../../engine/engine.ts";
import type { OperationPlan } from "../../engine/plan.ts";
import { lookAgain, planAgain } from "../../engine/plan-again.ts";
import { reviewOperation } from "../../engine/review.ts";
import { whatChanged } from "../../engine/what-changed.ts";
import { wishOperation } from "../../engine/wish.ts";
import { operations } from "../../records/schema/operations.ts";
import { erasureCertificates, tombstones } from "../../records/schema/tombstones.ts";
import { changedResidents, type Residents, readResidents } from "../../rows/testing/residents.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase, smallSpec } from "../../rows/testing/small-platform.ts";
import { trustedKeys } from "../signer.ts";
import { makeReady, setPolicy } from "../testing/doomed.ts";
import {
  approve,
  ask,
  carryOut,
  createWorldOf,
  drive,
  refusedWith,
  rowOf,
  type TestWorld,
} from "../testing/world.ts";

const PLATFORM = SMALL_PLATFORM.replace("slug: slug", "slug: slug\n  name: name");
const NAMED = "ALTER TABLE orgs ADD COLUMN name text; UPDATE orgs SET name = initcap(slug)";

let world: TestWorld;
let one: string;
let bundleId: string;
let others: Residents;
beforeAll(async () => {
  const databases = [await smallDatabase("home"), await smallDatabase("elsewhere")] as const;
  for (const database of databases) await (await database.connect()).query(NAMED);
  world = await createWorldOf(PLATFORM, ...databases);
  one = (await keyOfSlug(world.euClient, "one"))!;
  await setPolicy(world);
  bundleId = await makeReady(world, one);
  others = await readResidents(world.euClient, smallSpec(), one);
}, 120_000);
afterAll(() => world.close());
afterEach(async () => {
  expect(changedResidents(others, await readResidents(world.euClient, smallSpec(), one))).toEqual([]);
});

const asked = (more: object = {}) => ({ kind: "delete", input: { tenantKey: one, bundleId }, ...more });
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const phraseFor = (slug: string) => `delete ${slug} and 17 rows`;
const rowsLeft = async () =>
  (await world.euClient.query<{ n: number }>("SELECT count(*)::int AS n FROM items WHERE org_id = $1", [one]))
    .rows[0]!.n;

/** Past the fence, which is left standing. */
async function rename(slug: string): Promise<void> {
  await world.euClient.query("ALTER TABLE orgs DISABLE TRIGGER USER");
  await world.euClient.query("UPDATE orgs SET slug = $2, name = initcap($2) WHERE id = $1", [one, slug]);
  const { rows } = await world.euClient.query<{ name: string }>(
    "SELECT quote_ident(tgname) AS name FROM pg_trigger WHERE tgrelid = 'orgs'::regclass AND NOT tgisinternal",
  );
  for (const { name } of rows) await world.euClient.query(`ALTER TABLE orgs ENABLE ALWAYS TRIGGER ${name}`);
}

/** By its fence's coming down and going up once more: what was written past the former one counts no more. */
async function readyAgain(): Promise<void> {
  await carryOut(world, { kind: "resume", input: { tenantKey: one }, by: "admin" });
  bundleId = await makeReady(world, one);
}

async function review(operationId: string, phrase: string) {
  const { digest } = await rowOf(world, operationId);
  const words = { intent: "x", risk: "x", rollback: "x", reason: "x" };
  const given = { operationId, digest: digest!, decision: "approve" as const, ...words, phrase };
  const answer = await reviewOperation(world.console.engine, await world.actor("reviewer"), given);
  return answer.ok ? "approved" : answer.findings.map(({ code }) => code).join(" ");
}

async function planAgainSays(operationId: string): Promise<string[]> {
  const answer = await planAgain(world.console.engine, await world.actor("operator"), { operationId });
  return answer.ok ? ["ok"] : answer.findings.map(({ code, where }) => `${code} ${where}`);
}

/** Something happens once, after so many commits of the run. */
function driveWith(id: string, commits: number, happens: () => Promise<unknown>) {
  let left = commits;
  const engine = createEngine({
    ...world.console.engine,
    async sideEffect(name, act) {
      const done = await act();
      if (name === "commit" && --left === 0) await happens();
      return done;
    },
  });
  return driveOperation(engine, id);
}

const RENAMED = [
  { what: "tenant's slug", before: "one", after: "uno" },
  { what: "tenant's name", before: "One", after: "Uno" },
];

it("between the plan and its review: the reviewer is shown it, and an approval of the former plan comes to nothing", async () => {
  const id = await ask(world, asked());
  await rename("uno");
  const look = await lookAgain(world.console.engine, await world.actor("reviewer"), { operationId: id });
  if (!look.ok) throw new Error(JSON.stringify(look.findings));
  expect(look.changes).toMatchObject(RENAMED);
  // The phrase is that of the plan that is approved, and no other.
  expect(await review(id, phraseFor("uno"))).toBe("phrase-differs");
  expect(await review(id, phraseFor("one"))).toBe("approved");
  await drive(world, id);
  const row = await rowOf(world, id);
  expect(row.state).toBe("superseded");
  expect(whatChanged(row.supersededPlan as OperationPlan, row.plan as OperationPlan)).toMatchObject(RENAMED);
  // Its bundle has the former name, and a row was written past the fence.
  expect(await planAgainSays(id)).toEqual(["gate-closed quiet", "gate-closed backup-equal"]);
  expect(await rowsLeft()).toBe(4);
}, 120_000);

it("between a look at the plan and the request: the phrase that was looked at is refused, the new name's is taken", async () => {
  await readyAgain();
  const stored = () => world.console.records.$count(operations);
  const number = await stored();
  expect(await refusedWith(world, asked({ phrase: phraseFor("one") }))).toEqual(["phrase-differs"]);
  expect(await stored()).toBe(number);
  await ask(world, asked({ phrase: phraseFor("uno") }));
}, 120_000);

it("between the review and the run: nothing goes, also where it is called as before again", async () => {
  const [{ id } = { id: "" }] = await world.console.records
    .select({ id: operations.id })
    .from(operations)
    .where(eq(operations.state, "in_review"));
  await approve(world, id);
  await rename("eins");
  await drive(world, id);
  expect((await rowOf(world, id)).state).toBe("superseded");
  await rename("uno");
  expect(await planAgainSays(id)).toEqual(["gate-closed quiet"]);
  expect(await rowsLeft()).toBe(4);
}, 120_000);

it("in the middle of the run: an abort leaves what is missing to be restored, once it is called as in the bundle again", async () => {
  await readyAgain();
  const id = await ask(world, asked());
  await approve(world, id);
  const { engine } = world.console;
  // The first commits note which rows are meant; then come the batches.
  await driveWith(id, 3, async () => {
    await rename("tres");
    await wishOperation(engine, await world.actor("operator"), { operationId: id, wish: "abort" });
  });
  expect((await rowOf(world, id)).state).toBe("aborted");
  const restore = { kind: "restore", input: { tenantKey: one } };
  const refused = await ask(world, restore);
  await approve(world, refused);
  await drive(world, refused);
  const { state, findings } = await rowOf(world, refused);
  expect(state).toBe("failed");
  expect(findings.filter(({ severity }) => severity === "blocks")).toMatchObject([
    { code: "rows-differ-from-bundle", where: "public.orgs" },
  ]);
  await rename("uno");
  await carryOut(world, restore);
  expect(await rowsLeft()).toBe(4);
}, 120_000);

it("in the middle of the run: the tenant that was approved goes, by its key, and is called what the plan calls it", async () => {
  await readyAgain();
  const id = await ask(world, asked());
  await approve(world, id);
  await driveWith(id, 3, () => rename("dos"));
  const row = await rowOf(world, id);
  expect([row.state, row.findings.filter(({ severity }) => severity === "blocks")]).toEqual([
    "succeeded",
    [],
  ]);
  expect(row.result.changed[0]).toMatch(/^Uno/);
  const { rows } = await world.euClient.query("SELECT FROM orgs WHERE id = $1", [one]);
  expect(rows).toEqual([]);
  const { records } = world.console;
  const [stone] = await records.select().from(tombstones).where(eq(tombstones.operationId, id));
  expect(stone).toMatchObject({ state: "deleted", tenantKey: one, rows: 17, proof: { empty: true } });
  const [certified] = await records
    .select()
    .from(erasureCertificates)
    .where(eq(erasureCertificates.operationId, id));
  const trust = await trustedKeys(records);
  const { certificate } = readCertificate(certified!.envelope, [...trust]);
  expect(certificate!.tenant).toEqual({ key: one, slugSha256: sha256("uno") });
}, 120_000);

it("and comes back from its bundle under the name that was approved", async () => {
  await carryOut(world, { kind: "restore", input: { tenantKey: one } });
  const { rows } = await world.euClient.query("SELECT slug, name FROM orgs WHERE id = $1", [one]);
  expect(rows).toEqual([{ slug: "uno", name: "Uno" }]);
  expect(await rowsLeft()).toBe(4);
}, 120_000);
