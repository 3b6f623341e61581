/** What a migration does to a tenant, as the console has it seen: asked for, by a worker, kept, and by whom it is read. */
import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { asc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Actor } from "../../access/actor.ts";
import { secretContext } from "../../access/secret-context.ts";
import { newId } from "../../records/id.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { migrationEffectRows, migrationEffects } from "../../records/schema/migration-effects.ts";
import { untilAlone } from "../../rows/testing/crash.ts";
import { harborSpec } from "../../rows/testing/harbor-spec.ts";
import { changedResidents, readResidents } from "../../rows/testing/residents.ts";
import type { ShownRow } from "../comparisons/shown-row.ts";
import { surveyMigrations } from "../migrations/survey.ts";
import { createTestWorld, type TestWorld } from "../testing/world.ts";
import { receiveUpload } from "../uploads/receive.ts";
import { askEffect, cancelEffect, type EffectAsked } from "./ask.ts";
import type { KeptEffect, PersonalRows } from "./keep.ts";
import { runEffects } from "./run.ts";

const EXAMPLES = fileURLToPath(new URL("../../../examples", import.meta.url));
const OLD = new URL("../../rows/testing/harbor-versions/20230711073000.tar.zst", import.meta.url);
/** It takes a customer's contact apart: a name and an e-mail address, both personal. */
const SPLIT = "20230904091000";
const TABLE = "public.customers";

let world: TestWorld;
let operator: Actor;
let admin: Actor;
let bundleId: string;
beforeAll(async () => {
  process.env.TENANTRY_MIGRATIONS_FOLDER = EXAMPLES;
  world = await createTestWorld();
  [operator, admin] = [await world.actor("operator"), await world.actor("admin")];
  const taken = await receiveUpload(world.console, admin, {
    platformId: world.platformId,
    fileName: "old.tar.zst",
    content: createReadStream(OLD),
    announcedBytes: null,
    stillAllowed: async () => true,
  });
  if (!taken.ok) throw new Error(JSON.stringify(taken.findings));
  bundleId = taken.bundleId;
  await surveyMigrations(world.console, world.platformId, new AbortController().signal);
}, 120_000);
afterAll(async () => {
  delete process.env.TENANTRY_MIGRATIONS_FOLDER;
  await world.close();
});
beforeEach(async () => {
  await world.console.records.delete(migrationEffects);
});

const asked = (more: Partial<EffectAsked> = {}): EffectAsked => ({
  platformId: world.platformId,
  bundleId,
  version: SPLIT,
  to: SPLIT,
  personal: false,
  reason: "",
  ...more,
});
const ask = (more?: Partial<EffectAsked>, by = operator) => askEffect(world.console.records, by, asked(more));
const idOf = async (more?: Partial<EffectAsked>, by = operator) => {
  const answer = await ask(more, by);
  if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
  return answer.effectId;
};
const codes = (answer: Awaited<ReturnType<typeof cancelEffect>>) =>
  answer.ok ? [] : answer.findings.map(({ code }) => code);
const round = () => runEffects(world.console, new AbortController().signal);
const rowOf = async (id: string) =>
  (await world.console.records.select().from(migrationEffects).where(eq(migrationEffects.id, id)))[0]!;

async function sessions(): Promise<number> {
  await untilAlone(world.euClient);
  const { rows } = await world.euClient.query<{ sessions: number }>(
    "SELECT sessions::int4 FROM pg_stat_database WHERE datname = current_database()",
  );
  return rows[0]!.sessions;
}

it("refuses who may not, what is not there, and what is another platform's", async () => {
  for (const role of ["viewer", "support", "reviewer"] as const)
    expect(codes(await ask({}, await world.actor(role)))).toEqual(["not-permitted"]);
  expect(codes(await ask({ bundleId: newId() }))).toEqual(["bundle-unknown"]);
  expect(codes(await ask({ platformId: newId() }))).toEqual(["platform-unknown"]);
  expect(codes(await ask({ personal: true }))).toEqual(["reason-missing"]);
  const { records } = world.console;
  const stray = newId();
  const { id: _, ...bundle } = (await records.select().from(bundles).where(eq(bundles.id, bundleId)))[0]!;
  const { signatureKey: __, ...copy } = bundle;
  await records.insert(bundles).values({ ...copy, id: stray, name: "stray", platformId: null });
  expect(codes(await ask({ bundleId: stray }))).toEqual(["bundle-of-another-platform"]);
  await records
    .update(bundles)
    .set({ platformId: world.platformId, state: "missing" })
    .where(eq(bundles.id, stray));
  expect(codes(await ask({ bundleId: stray }))).toEqual(["bundle-not-ready"]);
  expect(await records.select().from(migrationEffects)).toEqual([]);
});

it("is seen once, with nothing personal in it, and asks no database of the platform", async () => {
  const id = await idOf();
  expect(await idOf({}, admin)).toBe(id);
  const residents = await readResidents(world.euClient, harborSpec());
  const before = await sessions();
  expect(await round()).toBe(1);
  expect(await sessions()).toBe(before);
  expect(changedResidents(residents, await readResidents(world.euClient, harborSpec()))).toEqual([]);
  const { records } = world.console;
  const row = await rowOf(id);
  expect(row).toMatchObject({ state: "done", attempts: 1, findings: [], personalRows: null });
  const customers = (row.effect as KeptEffect).tables.find(({ table }) => table === TABLE)!;
  expect(customers.rows[0]).toBeGreaterThan(0);
  expect(customers.changed).toBe(customers.rows[0]);
  expect(customers.columns.map(({ name, is, class: of }) => [name, is, of])).toEqual([
    ["contact_name", "new", "personal"],
    ["contact_email", "new", "personal"],
    ["contact", "gone", expect.any(String)],
  ]);
  const shown = await records
    .select({ row: migrationEffectRows.row })
    .from(migrationEffectRows)
    .where(eq(migrationEffectRows.table, TABLE));
  expect(shown.length).toBeGreaterThan(0);
  for (const { row: kept } of shown)
    for (const { column, after } of (kept as ShownRow).cells)
      if (column.startsWith("contact_")) expect(after).toEqual({ hidden: true });
  const trail = await records
    .select({ action: auditEntries.action, by: auditEntries.actorName })
    .from(auditEntries)
    .where(eq(auditEntries.subjectId, id))
    .orderBy(asc(auditEntries.at), asc(auditEntries.id));
  expect(trail).toEqual([
    { action: "effect.asked", by: "operator" },
    { action: "effect.done", by: "worker" },
  ]);

  // The same bundle, versions and files: it is there already. Another stretch is not.
  expect(await idOf()).toBe(id);
  const further = await idOf({ to: "20230918104500" });
  expect(further).not.toBe(id);
  await cancelEffect(records, operator, further);
}, 120_000);

it("keeps personal columns sealed where somebody asked for them, and for an hour", async () => {
  const { records } = world.console;
  const id = await idOf({ personal: true, reason: "a customer says that his name is wrong" });
  expect(await idOf()).not.toBe(id);
  await records.delete(migrationEffects).where(sql`${migrationEffects.id} <> ${id}`);
  expect(await round()).toBe(1);
  const [entry] = await records.select().from(auditEntries).where(eq(auditEntries.subjectId, id));
  expect(entry).toMatchObject({
    action: "effect.asked-with-personal",
    data: { reason: "a customer says that his name is wrong" },
  });
  const row = await rowOf(id);
  expect(JSON.stringify(await records.select().from(migrationEffectRows))).not.toContain("@");
  expect(row.personalRows!.toString("latin1")).not.toContain("@example");
  const opened = JSON.parse(
    world.console.secrets.open(row.personalRows!, secretContext.effectRows(id)),
  ) as PersonalRows;
  const emails = opened[TABLE]!.flatMap(({ cells }) =>
    cells.filter(({ column }) => column === "contact_email"),
  );
  expect(emails.map(({ after }) => after)).toContainEqual({ text: expect.stringContaining("@") });
  await records
    .update(migrationEffects)
    .set({ endedAt: sql`now() - interval '61 minutes'` })
    .where(eq(migrationEffects.id, id));
  await round();
  expect((await rowOf(id)).personalRows).toBeNull();
}, 120_000);

it("is called off, is given up when workers are lost over it, and says why nothing can be seen", async () => {
  const { records } = world.console;
  const off = await idOf();
  expect(codes(await cancelEffect(records, await world.actor("support"), off))).toEqual(["not-permitted"]);
  expect(codes(await cancelEffect(records, operator, off))).toEqual([]);
  expect(codes(await cancelEffect(records, operator, off))).toEqual(["effect-not-open"]);
  expect(await round()).toBe(0);
  const lost = await idOf();
  await records
    .update(migrationEffects)
    .set({ state: "running", attempts: 3 })
    .where(eq(migrationEffects.id, lost));
  await round();
  expect(await rowOf(lost)).toMatchObject({ state: "failed", findings: [{ code: "effect-gave-up" }] });
  const behind = await idOf({ version: "20230711073000", to: "20230711073000" });
  await round();
  expect(await rowOf(behind)).toMatchObject({ state: "failed", findings: [{ code: "effect-in-bundle" }] });
});
