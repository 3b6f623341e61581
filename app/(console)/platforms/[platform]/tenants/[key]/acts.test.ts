import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Role } from "../../../../../../lib/access/permissions.ts";
import { carryOut, createWorldOf, type TestWorld } from "../../../../../../lib/operations/testing/world.ts";
import { readTenant } from "../../../../../../lib/queries/tenant.ts";
import { auditEntries } from "../../../../../../lib/records/schema/audit-entries.ts";
import {
  keyOfSlug,
  SMALL_PLATFORM,
  smallDatabase,
} from "../../../../../../lib/rows/testing/small-platform.ts";
import { confirmFinalizerForm, holdTenantForm } from "./acts.ts";

const FINALIZERS = `
finalizers:
  - { name: objects, kind: manual, description: Files in the bucket. }
  - { name: search-index, kind: webhook, description: Documents of the search. }
`;

let world: TestWorld;
let key: string;
beforeAll(async () => {
  const databases = [await smallDatabase("home"), await smallDatabase("elsewhere")] as const;
  world = await createWorldOf(SMALL_PLATFORM + FINALIZERS, ...databases);
  key = (await keyOfSlug(world.euClient, "one"))!;
  const { takeCensus } = await import("../../../../../../lib/operations/census/census.ts");
  await takeCensus(world.console, world.euId);
}, 120_000);
afterAll(() => world.close());

type Core = typeof holdTenantForm;

async function send(core: Core, role: Role, fields: Record<string, string>) {
  const form = new FormData();
  const about = { databaseId: world.euId, tenantKey: key, platform: "small", database: "eu-1" };
  for (const [name, value] of Object.entries({ ...about, ...fields })) form.set(name, value);
  const outcome = await core(world.console, await world.actor(role), form);
  return outcome.ok ? outcome.to : outcome.state.findings.map(({ code }) => code);
}

const at = () => `/platforms/small/tenants/${key}?database=eu-1`;
const view = async () =>
  (await readTenant(world.console, await world.actor("viewer"), { platform: "small", key }))!.end;
const trail = (action: string) =>
  world.console.records.$count(
    auditEntries,
    and(eq(auditEntries.action, action), eq(auditEntries.tenantKey, key)),
  );

it("a hold is set and lifted by who may, for a reason, and stands in the trail", async () => {
  expect(await send(holdTenantForm, "operator", { hold: "set", reason: "x" })).toEqual(["not-permitted"]);
  expect(await send(holdTenantForm, "admin", { hold: "set", reason: " " })).toEqual(["reason-missing"]);
  expect(await send(holdTenantForm, "admin", { hold: "maybe", reason: "x" })).toEqual(["form-unreadable"]);
  expect(await send(holdTenantForm, "admin", { hold: "set", reason: "x", tenantKey: "nobody" })).toEqual([
    "tenant-unknown",
  ]);
  expect(await send(holdTenantForm, "admin", { hold: "set", reason: "a lawsuit" })).toBe(at());
  expect((await view()).hold).toMatchObject({ by: "admin", reason: "a lawsuit" });
  expect(await send(holdTenantForm, "admin", { hold: "lift", reason: "settled" })).toBe(at());
  expect((await view()).hold).toBeNull();
  expect([await trail("tenant.held"), await trail("tenant.hold-lifted")]).toEqual([1, 1]);
});

it("a finalizer is confirmed by who may ask for a delete, once the tenant is fenced, with a note", async () => {
  const note = "Bucket emptied, the list is empty.";
  const objects = { finalizer: "objects", note };
  expect(await send(confirmFinalizerForm, "viewer", objects)).toEqual(["not-permitted"]);
  expect(await send(confirmFinalizerForm, "operator", objects)).toEqual(["tenant-not-fenced"]);
  await carryOut(world, { kind: "suspend", input: { tenantKey: key, fence: "on" } });
  expect(await send(confirmFinalizerForm, "operator", { finalizer: "objects", note: "" })).toEqual([
    "note-missing",
  ]);
  for (const finalizer of ["search-index", "nobody"])
    expect(await send(confirmFinalizerForm, "operator", { finalizer, note })).toEqual(["finalizer-unknown"]);
  expect(
    await send(confirmFinalizerForm, "operator", { finalizer: "objects", note, databaseId: "x" }),
  ).toEqual(["form-unreadable"]);
  expect((await view()).finalizers).toMatchObject([
    { name: "objects", confirmed: null },
    { name: "search-index", kind: "webhook" },
  ]);
  expect(await send(confirmFinalizerForm, "operator", objects)).toBe(at());
  expect((await view()).finalizers[0]).toMatchObject({ stale: false, confirmed: { by: "operator", note } });
  expect(await trail("tenant.finalizer-confirmed")).toBe(1);
});
