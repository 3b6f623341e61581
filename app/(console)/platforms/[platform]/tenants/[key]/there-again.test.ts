/** A tenant that was deleted and is there again: on the list, off it, deleted anew; and one whose restore was never proved. */
import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Role } from "../../../../../../lib/access/permissions.ts";
import { breakGlass } from "../../../../../../lib/engine/break-glass.ts";
import { driveOperation } from "../../../../../../lib/engine/drive.ts";
import { createEngine } from "../../../../../../lib/engine/engine.ts";
import type { OperationPlan } from "../../../../../../lib/engine/plan.ts";
import { phraseOf } from "../../../../../../lib/engine/typed-phrase.ts";
import { wishOperation } from "../../../../../../lib/engine/wish.ts";
import { checkBundleFiles } from "../../../../../../lib/operations/bundles/check-files.ts";
import { holdBundle, keepBundle } from "../../../../../../lib/operations/bundles/keeping.ts";
import { takeCensus } from "../../../../../../lib/operations/census/census.ts";
import { makeReady, setPolicy } from "../../../../../../lib/operations/testing/doomed.ts";
import {
  approve,
  ask,
  carryOut,
  createWorldOf,
  drive,
  rowOf,
  type TestWorld,
  tryToAsk,
} from "../../../../../../lib/operations/testing/world.ts";
import { readBundle } from "../../../../../../lib/queries/bundle.ts";
import { readCertificateView } from "../../../../../../lib/queries/certificate.ts";
import { readNewOperation } from "../../../../../../lib/queries/new-operation.ts";
import { readDeletedNews } from "../../../../../../lib/queries/overview-deleted.ts";
import { readTenant } from "../../../../../../lib/queries/tenant.ts";
import { auditEntries } from "../../../../../../lib/records/schema/audit-entries.ts";
import { bundles } from "../../../../../../lib/records/schema/bundles.ts";
import { persons } from "../../../../../../lib/records/schema/persons.ts";
import { tombstones } from "../../../../../../lib/records/schema/tombstones.ts";
import {
  changedResidents,
  type Residents,
  readResidents,
} from "../../../../../../lib/rows/testing/residents.ts";
import {
  keyOfSlug,
  SMALL_PLATFORM,
  smallDatabase,
  smallSpec,
} from "../../../../../../lib/rows/testing/small-platform.ts";
import { dismissForm } from "./acts.ts";

/** Parents before children. */
const TABLES = ["orgs", "items", "notes"];

let world: TestWorld;
let key: string;
let bundleId: string;
let certificate: string;
let others: Residents;
beforeAll(async () => {
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
  key = (await keyOfSlug(world.euClient, "one"))!;
  others = await readResidents(world.euClient, smallSpec(), key);
  for (const table of TABLES) await world.euClient.query(`CREATE TEMP TABLE kept_${table} AS TABLE ${table}`);
  await setPolicy(world);
  bundleId = await makeReady(world, key);
  const deleted = await carryOut(world, { kind: "delete", input: { tenantKey: key, bundleId } });
  certificate = deleted.result.links.certificate!;
}, 120_000);
afterAll(async () => {
  expect(changedResidents(others, await readResidents(world.euClient, smallSpec(), key))).toEqual([]);
  await world.close();
});

/** The database as an older backup has it: the rows of before the delete. */
async function comeBack(): Promise<void> {
  for (const table of TABLES)
    await world.euClient.query(
      `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM kept_${table} b
        WHERE NOT EXISTS (SELECT FROM ${table} t WHERE t.id = b.id)`,
    );
  await takeCensus(world.console, world.euId);
}

async function goAway(): Promise<void> {
  await world.euClient.query(
    `DELETE FROM notes WHERE item_id IN (SELECT id FROM items WHERE org_id = '${key}');
     DELETE FROM items WHERE org_id = '${key}'; DELETE FROM orgs WHERE id = '${key}'`,
  );
  await takeCensus(world.console, world.euId);
}

async function dismiss(role: Role, fields: Record<string, string> = {}) {
  const form = new FormData();
  const about = { databaseId: world.euId, tenantKey: key, platform: "small", database: "eu-1" };
  for (const [name, value] of Object.entries({ ...about, reason: "it was put back", ...fields }))
    form.set(name, value);
  const outcome = await dismissForm(world.console, await world.actor(role), form);
  return outcome.ok ? "ok" : outcome.state.findings.map(({ code }) => code).join(" ");
}

const listed = async () => (await readDeletedNews(world.console)).deleted;
const viewer = () => world.actor("viewer");
const view = async () => (await readTenant(world.console, await viewer(), { platform: "small", key }))!;
const stoneView = async () => (await view()).end.tombstone!;

it("keeps its bundle exactly as long as there is a way back, whatever is asked, and longer under a hold", async () => {
  const { records } = world.console;
  const admin = await world.actor("admin");
  const keep = await keepBundle(records, admin, { bundleId, retention: "always", reason: "x" });
  expect(keep).toMatchObject({ ok: false, findings: [{ code: "bundle-of-deleted" }] });
  const ofBundle = eq(bundles.id, bundleId);
  const state = async () => (await records.select().from(bundles).where(ofBundle))[0]!.state;
  const past = sql`now() - interval '1 day'`;
  await records.update(bundles).set({ expiresAt: past }).where(ofBundle);
  expect(await checkBundleFiles(world.console)).toMatchObject({ expired: 0 });
  const [stone] = (await readBundle(world.console, await viewer(), bundleId))!.tombstones;
  expect(stone).toMatchObject({ state: "deleted", restsOnIt: true, inTime: true, tenantKey: key });
  // The time is over: a restore is refused, and what is left of its bundle is a hold's.
  const { retainUntil } = (await records.select().from(tombstones))[0]!;
  await records.update(tombstones).set({ retainUntil: past });
  const late = await tryToAsk(world, { kind: "restore", input: { tenantKey: key } });
  expect(late).toMatchObject({ ok: false, findings: [{ code: "gate-closed", where: "in-time" }] });
  await holdBundle(records, admin, { bundleId, hold: true, reason: "a lawsuit" });
  expect(await checkBundleFiles(world.console)).toMatchObject({ expired: 0 });
  await records.update(tombstones).set({ retainUntil });
  await records.update(bundles).set({ expiresAt: retainUntil }).where(ofBundle);
  await holdBundle(records, admin, { bundleId, hold: false, reason: "settled" });
  expect(await state()).toBe("ready");
}, 120_000);

it("stands on the list once it is there again, and is taken off by who may, for a reason, until it is gone once more", async () => {
  expect(await listed()).toEqual({ entries: [], total: 0 });
  expect(await dismiss("admin")).toBe("not-there-again");
  await comeBack();
  expect(await listed()).toMatchObject({
    total: 1,
    entries: [{ why: "again", tenantKey: key, database: { name: "eu-1" } }],
  });
  expect(await readCertificateView(world.console, await viewer(), certificate)).toMatchObject({
    state: "deleted",
    thereAgain: true,
    proof: { empty: true },
  });
  for (const role of ["viewer", "operator", "reviewer"] as const)
    expect(await dismiss(role)).toBe("not-permitted");
  expect(await dismiss("admin", { reason: "  " })).toBe("reason-missing");
  expect(await dismiss("admin", { tenantKey: "nobody" })).toBe("tenant-unknown");
  expect(await dismiss("admin", { databaseId: "x" })).toBe("form-unreadable");
  expect((await listed()).total).toBe(1);
  expect(await dismiss("admin")).toBe("ok");
  expect((await listed()).total).toBe(0);
  expect(await stoneView()).toMatchObject({
    state: "deleted",
    dismissed: { by: "admin", reason: "it was put back" },
  });
  const trail = and(eq(auditEntries.action, "tenant.there-again-dismissed"), eq(auditEntries.tenantKey, key));
  expect(await world.console.records.$count(auditEntries, trail)).toBe(1);
  await goAway();
  await comeBack();
  expect((await listed()).total).toBe(1);
  expect((await stoneView()).dismissed).toBeNull();
}, 120_000);

it("has a delete's form that knows of it, and no other tenant's does", async () => {
  const form = async (tenant: string) =>
    (await readNewOperation(world.console, await viewer(), {
      kind: "delete",
      database: world.euId,
      tenant,
      bundle: null,
    }))!.tenant;
  expect(await form(key)).toMatchObject({ deletedBefore: { deletedAt: expect.any(Date) } });
  expect(await form((await keyOfSlug(world.euClient, "two"))!)).toMatchObject({ deletedBefore: null });
}, 120_000);

it("is deleted again with a bundle of its own, past its reviewers by who breaks glass, which the certificate says", async () => {
  bundleId = await makeReady(world, key);
  const id = await ask(world, { kind: "delete", input: { tenantKey: key, bundleId } });
  const row = await rowOf(world, id);
  const { engine } = world.console;
  const phrase = phraseOf(engine.registry.get("delete"), row.plan as OperationPlan)!;
  const proof = { password: "", vouchedAt: Date.now() };
  const given = { operationId: id, reason: "a court order", phrase, ...proof };
  const admin = await world.actor("admin");
  // An identity provider vouches for them.
  const isAdmin = eq(persons.id, admin.personId);
  await world.console.records.update(persons).set({ passwordHash: null }).where(isAdmin);
  expect(await breakGlass(engine, admin, given)).toMatchObject({ ok: true });
  await drive(world, id);
  expect((await rowOf(world, id)).state).toBe("succeeded");
  expect(await listed()).toEqual({ entries: [], total: 0 });
  const { result } = await rowOf(world, id);
  const shown = await readCertificateView(world.console, await viewer(), result.links.certificate!);
  expect(shown!.certificate.operation).toMatchObject({ approvedBy: [], glassBrokenBy: { name: "admin" } });
  expect((await readCertificateView(world.console, await viewer(), certificate))!.state).toBe("replaced");
}, 120_000);

it("restored, lets nobody in before it is proved to be its bundle, unless an admin says that it stays as it is", async () => {
  const { engine } = world.console;
  const id = await ask(world, { kind: "restore", input: { tenantKey: key } });
  await approve(world, id);
  // Somebody writes between the commit and the proof.
  const disturbed = createEngine({
    ...engine,
    async sideEffect(name, act) {
      if (name === "begin verify")
        await world.euClient.query("UPDATE items SET body = 'written' WHERE org_id = $1", [key]);
      return act();
    },
  });
  await driveOperation(disturbed, id);
  const row = await rowOf(world, id);
  expect(row.state, JSON.stringify(row.findings)).toBe("paused");
  const { rows } = await world.euClient.query("SELECT status FROM orgs WHERE id = $1", [key]);
  expect(rows).toEqual([{ status: "suspended" }]);
  const resume = { kind: "resume", input: { tenantKey: key }, by: "admin" as const };
  const lettingIn = { ok: false, findings: [{ code: "gate-closed", where: "whole" }] };
  expect(await tryToAsk(world, resume)).toMatchObject(lettingIn);
  await takeCensus(world.console, world.euId);
  expect(await dismiss("admin")).toBe("tenant-busy");
  await wishOperation(engine, await world.actor("operator"), { operationId: id, wish: "abort" });
  await drive(world, id);
  expect((await rowOf(world, id)).state).toBe("aborted");
  await takeCensus(world.console, world.euId);
  expect((await view()).state).toBe("restoring");
  expect(await tryToAsk(world, resume)).toMatchObject(lettingIn);
  expect((await listed()).total).toBe(1);
  expect(await dismiss("admin", { reason: "the one row was written by a job" })).toBe("ok");
  expect((await view()).state).toBe("suspended");
  await carryOut(world, resume);
}, 120_000);
