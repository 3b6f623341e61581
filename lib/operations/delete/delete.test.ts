import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCertificate } from "../../bundle/certificate.ts";
import { driveOperation } from "../../engine/drive.ts";
import { createEngine } from "../../engine/engine.ts";
import type { OperationPlan } from "../../engine/plan.ts";
import { wishOperation } from "../../engine/wish.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { tenants } from "../../records/schema/tenants.ts";
import { erasureCertificates, tombstones } from "../../records/schema/tombstones.ts";
import { changedResidents, readResidents } from "../../rows/testing/residents.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase, smallSpec } from "../../rows/testing/small-platform.ts";
import { trustedKeys } from "../signer.ts";
import { makeReady, setPolicy } from "../testing/doomed.ts";
import { approve, ask, carryOut, createWorldOf, rowOf, type TestWorld, tryToAsk } from "../testing/world.ts";

let world: TestWorld;
let one: string;
beforeAll(async () => {
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
  one = (await keyOfSlug(world.euClient, "one"))!;
  await setPolicy(world);
}, 120_000);
afterAll(() => world.close());

describe("a tenant that is deleted", () => {
  it("is gone, with a proof, a tombstone and a certificate, and nobody else is touched", async () => {
    const bundleId = await makeReady(world, one);
    const before = await readResidents(world.euClient, smallSpec(), one);
    const row = await carryOut(world, {
      kind: "delete",
      input: { tenantKey: one, bundleId },
      reason: "asked",
    });
    expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
    expect(await keyOfSlug(world.euClient, "one")).toBeNull();
    const { records } = world.console;
    const [stone] = await records.select().from(tombstones).where(eq(tombstones.operationId, row.id));
    expect(stone).toMatchObject({
      state: "deleted",
      tenantKey: one,
      bundleId,
      rows: 17,
      proof: { empty: true },
    });
    const [tenant] = await records.select().from(tenants).where(eq(tenants.key, one));
    expect(tenant).toMatchObject({ state: "deleted", slug: null, name: null, fence: null });
    const [bundle] = await records.select().from(bundles).where(eq(bundles.id, bundleId));
    expect(bundle!.expiresAt).toEqual(stone!.retainUntil);
    const { rows } = await world.euClient.query("SELECT FROM pg_namespace WHERE nspname = 'tenantry'");
    expect(rows).toEqual([]);
    const [certified] = await records
      .select()
      .from(erasureCertificates)
      .where(eq(erasureCertificates.operationId, row.id));
    const trust = await trustedKeys(records);
    const { certificate, signature } = readCertificate(certified!.envelope, [...trust]);
    expect(signature.state).toBe("trusted");
    expect(certificate).toMatchObject({
      tenant: { key: one },
      deleted: { rows: 17 },
      operation: { requestedBy: { name: "operator" }, approvedBy: [{ name: "reviewer" }] },
    });
    expect(row.result.links).toMatchObject({ certificate: certified!.id, tenant: one });
    const trail = await records.$count(
      auditEntries,
      and(eq(auditEntries.operationId, row.id), eq(auditEntries.action, "tenant.deleted")),
    );
    expect(trail).toBe(1);
  }, 120_000);

  it("comes back whole from the bundle with its own ids, suspended, and nobody else is touched", async () => {
    const before = await readResidents(world.euClient, smallSpec(), one);
    const row = await carryOut(world, { kind: "restore", input: { tenantKey: one }, reason: "a mistake" });
    expect(row.reviewsNeeded).toBe(1);
    expect(changedResidents(before, await readResidents(world.euClient, smallSpec(), one))).toEqual([]);
    const { rows } = await world.euClient.query("SELECT id, status FROM orgs WHERE slug = 'one'");
    expect(rows).toEqual([{ id: one, status: "suspended" }]);
    const { records } = world.console;
    const [tenant] = await records.select().from(tenants).where(eq(tenants.key, one));
    expect(tenant).toMatchObject({ state: "suspended", slug: "one", goneAt: null });
    const [stone] = await records.select().from(tombstones).where(eq(tombstones.closedBy, row.id));
    expect(stone).toMatchObject({ state: "restored", tenantKey: one });
  }, 120_000);

  it("stays deletable: after an abort on its way only what is missing comes back", async () => {
    await carryOut(world, { kind: "resume", input: { tenantKey: one }, by: "admin" });
    const bundleId = await makeReady(world, one);
    const whole = await readResidents(world.euClient, smallSpec());
    const id = await ask(world, { kind: "delete", input: { tenantKey: one, bundleId } });
    await approve(world, id);
    const { engine } = world.console;
    let batches = 0;
    const aborting = createEngine({
      ...engine,
      async sideEffect(name, act) {
        const done = await act();
        // The first commits note which rows are meant; then come the batches.
        if (name === "commit" && ++batches === 3)
          await wishOperation(engine, await world.actor("operator"), { operationId: id, wish: "abort" });
        return done;
      },
    });
    await driveOperation(aborting, id);
    const row = await rowOf(world, id);
    expect(row.state, JSON.stringify(row.result)).toBe("aborted");
    expect(row.result.sentence).toContain("This stays: ");
    expect(row.result.changed.join(" ")).toMatch(/of 17 rows of the tenant are deleted/);
    expect(changedResidents(whole, await readResidents(world.euClient, smallSpec()))).not.toEqual([]);
    const { records } = world.console;
    const [tenant] = await records.select().from(tenants).where(eq(tenants.key, one));
    expect(tenant!.state).toBe("deleting");
    // Half a tenant is neither let in nor exported as a whole one, nor deleted with a bundle of the rest.
    for (const [kind, input] of [
      ["resume", { tenantKey: one }],
      ["export", { tenantKey: one }],
      ["delete", { tenantKey: one, bundleId }],
    ] as const)
      expect(await tryToAsk(world, { kind, input }), kind).toMatchObject({
        ok: false,
        findings: expect.arrayContaining([expect.objectContaining({ code: "gate-closed", where: "whole" })]),
      });
    const restored = await carryOut(world, { kind: "restore", input: { tenantKey: one } });
    expect((restored.plan as OperationPlan).summary).toContain("what is missing");
    expect(changedResidents(whole, await readResidents(world.euClient, smallSpec()))).toEqual([]);
    const [back] = await records.select().from(tenants).where(eq(tenants.key, one));
    expect(back).toMatchObject({ state: "suspended", fence: { state: "held" } });
    // Behind the same fence, with the same bundle, it can be deleted after all.
    await carryOut(world, { kind: "delete", input: { tenantKey: one, bundleId } });
    await carryOut(world, { kind: "restore", input: { tenantKey: one } });
  }, 120_000);
});
