import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Actor } from "../../../lib/access/actor.ts";
import { addTestActor } from "../../../lib/access/testing/people.ts";
import { openRecords, type Records } from "../../../lib/records/client.ts";
import { newId } from "../../../lib/records/id.ts";
import { bundles } from "../../../lib/records/schema/bundles.ts";
import { createTestDatabase } from "../../../lib/testing/database.ts";
import { cancel, compare, reveal } from "./acts.ts";

let records: Records;
let sam: Actor;
let vic: Actor;
const bundleId = newId();
beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  sam = (await addTestActor(records, "sam", ["support"])).actor;
  vic = (await addTestActor(records, "vic", ["viewer"])).actor;
  await records
    .insert(bundles)
    .values({ id: bundleId, store: "folder", name: "one", state: "ready", origin: "export" });
});
afterAll(() => records.close());

async function ask(actor: Actor, values: Readonly<Record<string, string>>, act = reveal) {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.append(name, value);
  const outcome = await act({ records }, actor, form);
  return outcome.ok ? outcome.to : outcome.state.findings.map(({ code }) => code);
}

it("shows personal columns to those who may, with a reason, and leads back to the rows", async () => {
  const asked = { bundleId, reason: "case 17", table: "data-3", page: "2" };
  expect(await ask(vic, asked)).toEqual(["not-permitted"]);
  expect(await ask(sam, { ...asked, reason: " " })).toEqual(["reason-missing"]);
  expect(await ask(sam, { ...asked, bundleId: newId() })).toEqual(["bundle-unknown"]);
  expect(await ask(sam, { ...asked, bundleId: "1" })).toEqual(["form-unreadable"]);
  expect(await ask(sam, asked)).toMatch(new RegExp(`^/bundles/${bundleId}/.*table=data-3&page=2$`));
});

it("compares a bundle for those who may fetch it, and lets them call it off", async () => {
  const otherId = newId();
  const tenantKey = "7";
  await records.update(bundles).set({ tenantKey }).where(eq(bundles.id, bundleId));
  await records
    .insert(bundles)
    .values({ id: otherId, store: "folder", name: "two", state: "ready", origin: "export", tenantKey });
  const asked = { bundleId, beside: `bundle:${otherId}` };
  expect(await ask(vic, asked, compare)).toEqual(["not-permitted"]);
  expect(await ask(sam, { ...asked, bundleId: "1" }, compare)).toEqual(["form-unreadable"]);
  expect(await ask(sam, { bundleId }, compare)).toEqual(["comparison-side-unknown"]);
  const page = await ask(sam, asked, compare);
  expect(page).toMatch(/^\/comparisons\//);
  const comparisonId = String(page).split("/").at(-1)!;
  expect(await ask(vic, { comparisonId }, cancel)).toEqual(["not-permitted"]);
  expect(await ask(sam, { comparisonId: "1" }, cancel)).toEqual(["form-unreadable"]);
  expect(await ask(sam, { comparisonId }, cancel)).toBe(page);
  expect(await ask(sam, { comparisonId }, cancel)).toEqual(["comparison-not-open"]);
});
