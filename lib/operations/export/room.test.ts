/** What an export will come to, told before it begins, and refused where its store has no room for it. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createEngine } from "../../engine/engine.ts";
import { previewOperation, requestOperation } from "../../engine/request.ts";
import { newId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase } from "../../rows/testing/small-platform.ts";
import { carryOut, createWorldOf, type TestWorld } from "../testing/world.ts";

let world: TestWorld;
let tenantKey: string;
beforeAll(async () => {
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
  tenantKey = (await keyOfSlug(world.euClient, "one"))!;
}, 120_000);
afterAll(() => world.close());

/** An engine whose stores have so much room. */
function engineWith(room: number | null) {
  const { engine } = world.console;
  return createEngine({ ...engine, store: (id) => ({ ...engine.store(id), room: async () => room }) });
}

async function planned(room: number | null) {
  const { platformId, euId: databaseId } = world;
  const asked = { kind: "export", platformId, databaseId, input: { tenantKey } };
  const answer = await previewOperation(engineWith(room), await world.actor("operator"), asked);
  if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
  return answer;
}

it("is estimated from statistics at first, then from this tenant's own last bundle", async () => {
  const first = (await planned(1 << 30)).plan;
  expect(first.estimate.rows).toBeGreaterThan(0);
  expect(first.estimate.bytes).toBeGreaterThan(0);
  expect(first.estimate.seconds).toBeGreaterThan(0);
  expect(first.gates.at(-1)).toMatchObject({ code: "room-in-store", holds: true });
  expect(first.gates.at(-1)!.detail).toContain("statistics alone");
  const { result } = await carryOut(world, { kind: "export", input: { tenantKey } });
  const { records } = world.console;
  const [bundle] = await records.select().from(bundles).where(eq(bundles.id, result.links!.bundle!));
  const { estimate, gates } = (await planned(1 << 30)).plan;
  expect(gates.at(-1)!.detail).toContain("this tenant's last bundle");
  const perRow = bundle!.bytes! / bundle!.rows!;
  expect(estimate.bytes).toBe(Math.round(Math.max(4096, estimate.rows! * perRow)));
});

it("is refused where the store has no room for it, and nothing is written", async () => {
  const before = await readdir(join(world.folder, "bundles"));
  const { objections } = await planned(1 << 20);
  expect(objections.map(({ code, where }) => [code, where])).toEqual([["gate-closed", "room-in-store"]]);
  const answer = await requestOperation(engineWith(1 << 20), await world.actor("operator"), {
    kind: "export",
    platformId: world.platformId,
    databaseId: world.euId,
    input: { tenantKey },
    reason: null,
    idempotencyKey: newId(),
  });
  expect(answer).toMatchObject({ ok: false, findings: [{ code: "gate-closed" }] });
  expect(await readdir(join(world.folder, "bundles"))).toEqual(before);
});

it("says nothing of room where the store cannot tell", async () => {
  const { plan, objections } = await planned(null);
  expect(plan.gates.map(({ code }) => code)).not.toContain("room-in-store");
  expect(objections).toEqual([]);
});
