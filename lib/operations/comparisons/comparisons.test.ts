import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Actor } from "../../access/actor.ts";
import { newId } from "../../records/id.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { comparisonRows, comparisons } from "../../records/schema/comparisons.ts";
import { ask as askOperation, carryOut, createTestWorld, drive, type TestWorld } from "../testing/world.ts";
import { askComparison, cancelComparison } from "./ask.ts";
import { runComparisons } from "./run.ts";
import type { ShownRow } from "./shown-row.ts";

const TENANT = "saltmarsh";
let world: TestWorld;
let support: Actor;
let viewer: Actor;
let key: string;
let before: string;
let after: string;

beforeAll(async () => {
  world = await createTestWorld();
  [support, viewer] = [await world.actor("support"), await world.actor("viewer")];
  const { rows } = await world.euClient.query<{ id: string }>(
    "SELECT id FROM public.organizations WHERE slug = $1",
    [TENANT],
  );
  key = rows[0]!.id;
  before = await exported();
  await world.euClient.query(
    `UPDATE public.tickets SET subject = subject || ' again'
      WHERE id = (SELECT min(id) FROM public.tickets WHERE organization_id = $1)`,
    [key],
  );
  after = await exported();
}, 180_000);
afterAll(() => world.close());
beforeEach(async () => {
  await world.console.records.delete(comparisons);
});

async function exported(): Promise<string> {
  const operationId = await askOperation(world, { kind: "export", input: { tenantKey: key } });
  await drive(world, operationId);
  const [row] = await world.console.records
    .select()
    .from(bundles)
    .where(eq(bundles.operationId, operationId));
  expect(row?.state).toBe("ready");
  return row!.id;
}

const beside = { after: () => `bundle:${after}`, live: () => `database:${world.euId}` };
const ask = (side: string, actor = support, bundleId = before) =>
  askComparison(world.console.records, actor, { bundleId, beside: side });
const round = (signal = new AbortController().signal) => runComparisons(world.console, signal);
const row = async (id: string) =>
  (await world.console.records.select().from(comparisons).where(eq(comparisons.id, id)))[0]!;
const asked = async (side: string, bundleId = before) => {
  const answer = await ask(side, support, bundleId);
  if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
  return answer.comparisonId;
};
const codes = (answer: Awaited<ReturnType<typeof cancelComparison>>) =>
  answer.ok ? [] : answer.findings.map(({ code }) => code);

it.each(["after", "live"] as const)(
  "finds between a bundle and %s the row that changed, and in which column",
  async (side) => {
    const id = await asked(beside[side]());
    expect(await round()).toBe(1);
    const found = await row(id);
    expect(found).toMatchObject({ state: "done", equal: false, attempts: 1, findings: [] });
    const apart = (
      found.tables as { table: string; changed: number; added: number; removed: number }[]
    ).filter(({ added, removed, changed }) => added + removed + changed > 0);
    expect(apart).toMatchObject([
      { table: "public.tickets", changed: 1, added: 0, removed: 0, columns: { subject: 1 } },
    ]);
    const rows = await world.console.records
      .select()
      .from(comparisonRows)
      .where(eq(comparisonRows.comparisonId, id));
    expect(rows).toHaveLength(1);
    const shown = rows[0]!.row as ShownRow;
    expect(shown.key.map(({ column }) => column)).toEqual(["id"]);
    expect(shown.cells.map(({ column }) => column)).toEqual(["subject"]);
    const trail = await world.console.records
      .select({ action: auditEntries.action, by: auditEntries.actorName })
      .from(auditEntries)
      .where(eq(auditEntries.subjectId, id))
      .orderBy(asc(auditEntries.at), asc(auditEntries.id));
    expect(trail).toEqual([
      { action: "comparison.asked", by: "support" },
      { action: "comparison.done", by: "worker" },
    ]);
  },
);

it("finds a bundle equal to the tenant that it was just made of", async () => {
  const id = await asked(beside.live(), after);
  await round();
  const found = await row(id);
  expect(found).toMatchObject({ state: "done", equal: true });
  expect((found.tables as { rows: number[] }[]).reduce((sum, { rows }) => sum + rows[0]!, 0)).toBeGreaterThan(
    100,
  );
});

it("finds what an import made of a bundle equal to it, under other ids, until a row of it changes", async () => {
  const copy = { bundleId: after, newSlug: "saltmarsh-copy", newDomains: await newDomains() };
  const imported = await carryOut(world, { kind: "import", databaseId: world.usId, input: copy });
  const compared = async () => {
    const id = await asked(`import:${imported.id}`, after);
    await round();
    return row(id);
  };
  const equal = await compared();
  expect(equal).toMatchObject({ state: "done", equal: true, findings: [], databaseId: world.usId });
  expect(equal.tables).not.toEqual([]);
  await world.usClient.query(
    `UPDATE public.tickets SET subject = subject || ' again' WHERE organization_id = $1 AND id =
       (SELECT min(id) FROM public.tickets WHERE organization_id = $1)`,
    [imported.result.links.tenant],
  );
  expect((await compared()).tables).toContainEqual(
    expect.objectContaining({ table: "public.tickets", changed: 1, added: 0, removed: 0 }),
  );
  // Another bundle's import is no side of this one.
  expect(codes(await ask(`import:${imported.id}`))).toEqual(["comparison-side-unknown"]);
});

async function newDomains(): Promise<Record<string, string>> {
  const { rows } = await world.euClient.query<{ hostname: string }>(
    "SELECT hostname FROM public.domains WHERE organization_id = $1",
    [key],
  );
  return Object.fromEntries(rows.map(({ hostname }) => [hostname, `copy-${hostname}`]));
}

it("is one comparison, however often the same is asked for at once", async () => {
  const answers = await Promise.all([ask(beside.live()), ask(beside.live()), ask(beside.live())]);
  expect(new Set(answers.map((answer) => answer.ok && answer.comparisonId)).size).toBe(1);
});

it("is refused to who may not fetch bundles, of what is not there, and of another tenant", async () => {
  expect(codes(await ask(beside.live(), viewer))).toEqual(["not-permitted"]);
  expect(codes(await ask(beside.live(), support, newId()))).toEqual(["bundle-unknown"]);
  for (const side of [
    "",
    "database:",
    `database:${newId()}`,
    `bundle:${newId()}`,
    `bundle:${before}`,
    "bundle:x",
  ])
    expect(codes(await ask(side))).toEqual(["comparison-side-unknown"]);
  const other = newId();
  const [known] = await world.console.records.select().from(bundles).where(eq(bundles.id, after));
  const copy = { ...known!, id: other, name: "other.tar.gz", operationId: null, tenantKey: newId() };
  await world.console.records.insert(bundles).values(copy);
  expect(codes(await ask(`bundle:${other}`))).toEqual(["comparison-of-another"]);
  await world.console.records.update(bundles).set({ state: "expired" }).where(eq(bundles.id, other));
  expect(codes(await ask(`bundle:${other}`))).toEqual(["bundle-not-ready"]);
  expect(codes(await ask(beside.live(), support, other))).toEqual(["bundle-not-ready"]);
  expect(await world.console.records.select().from(comparisons)).toEqual([]);
});

it("is begun anew by the next worker where one was lost, a few times", async () => {
  const id = await asked(beside.after());
  await world.console.records
    .update(comparisons)
    .set({ state: "running", attempts: 2 })
    .where(eq(comparisons.id, id));
  await round();
  expect(await row(id)).toMatchObject({ state: "done", attempts: 3 });
  await world.console.records
    .update(comparisons)
    .set({ state: "running", endedAt: null })
    .where(eq(comparisons.id, id));
  await round();
  expect(await row(id)).toMatchObject({ state: "failed", findings: [{ code: "comparison-gave-up" }] });
});

it("waits for the next worker where this one is stopped", async () => {
  const id = await asked(beside.live());
  // It cannot end before it is stopped.
  await world.euClient.query("BEGIN; LOCK TABLE public.tickets IN ACCESS EXCLUSIVE MODE");
  try {
    const stopping = new AbortController();
    const stopped = expect(round(stopping.signal)).rejects.toThrow();
    await expect.poll(async () => (await row(id)).state, { interval: 20 }).toBe("running");
    stopping.abort(new Error("stopping"));
    await stopped;
  } finally {
    await world.euClient.query("ROLLBACK");
  }
  expect(await row(id)).toMatchObject({ state: "waiting", attempts: 0 });
});

it("can be called off by who may ask for it, once", async () => {
  const id = await asked(beside.live());
  const { records } = world.console;
  expect(codes(await cancelComparison(records, viewer, id))).toEqual(["not-permitted"]);
  expect(codes(await cancelComparison(records, support, id))).toEqual([]);
  expect(codes(await cancelComparison(records, support, id))).toEqual(["comparison-not-open"]);
  expect(await round()).toBe(0);
  expect((await row(id)).state).toBe("cancelled");
});

it("fails with the reason where a side cannot be read, and goes after a month", async () => {
  const [known] = await world.console.records.select().from(bundles).where(eq(bundles.id, after));
  const id = await asked(beside.after());
  await unlink(join(world.folder, "bundles", known!.name));
  await round();
  expect(await row(id)).toMatchObject({ state: "failed", findings: [{ code: "store-missing" }] });
  await world.console.records
    .update(comparisons)
    .set({ endedAt: new Date(Date.now() - 31 * 24 * 3_600_000) })
    .where(eq(comparisons.id, id));
  await round();
  expect(await row(id)).toBeUndefined();
});
