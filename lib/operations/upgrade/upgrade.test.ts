/** An upgrade as the console does it: an old bundle that an import refuses, upgraded by a worker, is imported. */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Manifest } from "../../bundle/manifest.ts";
import { previewOperation } from "../../engine/request.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { tombstones } from "../../records/schema/tombstones.ts";
import { untilAlone } from "../../rows/testing/crash.ts";
import { harborSpec } from "../../rows/testing/harbor-spec.ts";
import { changedResidents, readResidents } from "../../rows/testing/residents.ts";
import {
  ask,
  carryOut,
  createTestWorld,
  drive,
  refusedWith,
  rowOf,
  type TestWorld,
  tryToAsk,
} from "../testing/world.ts";
import { receiveUpload } from "../uploads/receive.ts";

const EXAMPLES = fileURLToPath(new URL("../../../examples", import.meta.url));
const OLD = new URL("../../rows/testing/harbor-versions/20241014090000.tar.zst", import.meta.url);

let world: TestWorld;
let bundleId: string;
beforeAll(async () => {
  process.env.TENANTRY_MIGRATIONS_FOLDER = EXAMPLES;
  world = await createTestWorld();
  const taken = await receiveUpload(world.console, await world.actor("admin"), {
    platformId: world.platformId,
    fileName: "copper-basin-old.tar.zst",
    content: createReadStream(OLD),
    announcedBytes: null,
    stillAllowed: async () => true,
  });
  if (!taken.ok) throw new Error(JSON.stringify(taken.findings));
  bundleId = taken.bundleId;
}, 120_000);
afterAll(async () => {
  delete process.env.TENANTRY_MIGRATIONS_FOLDER;
  await world.close();
});

const asked = (more: object = {}) => ({ kind: "upgrade", input: { bundleId, ...more } });

/** How many sessions of the platform's database something takes. */
async function sessionsOf(work: () => Promise<unknown>): Promise<number> {
  const before = await sessions();
  await work();
  return (await sessions()) - before;
}

/** Of those that have ended; the pools of the console keep none there. */
async function sessions(): Promise<number> {
  await untilAlone(world.euClient);
  const { rows } = await world.euClient.query<{ sessions: number }>(
    "SELECT sessions::int4 FROM pg_stat_database WHERE datname = current_database()",
  );
  return rows[0]!.sessions;
}

it("is not for who may only support or review", async () => {
  for (const by of ["support", "reviewer", "viewer"] as const)
    expect(await refusedWith(world, { ...asked(), by })).toEqual(["not-permitted"]);
});

it("plans what is in the way: a version that nobody has, a bundle that needs none", async () => {
  expect(await refusedWith(world, asked({ skip: "1: why" }))).toContain("migration-version-unknown");
  const answer = await tryToAsk(world, asked({ skip: "20250303080000" }));
  expect(answer).toMatchObject({ ok: false, findings: [{ where: "skip.20250303080000" }] });
});

it("makes a bundle that is imported where the old one was refused, and asks no database of the platform", async () => {
  const imported = { kind: "import", input: { bundleId, ids: "fresh" }, reason: "back again" };
  expect(await refusedWith(world, imported)).toContain("ledger-only-in-target");
  const { platformId } = world;
  const operator = await world.actor("operator");
  const before = await readResidents(world.euClient, harborSpec());
  // A plan looks at the database that it is for, and a run plans once more before it begins; nothing else does.
  const planned = await sessionsOf(() =>
    previewOperation(world.console.engine, operator, { ...asked(), platformId, databaseId: world.euId }),
  );
  const id = await ask(world, asked());
  expect(await sessionsOf(() => drive(world, id))).toBe(planned);
  const { result, state, findings } = await rowOf(world, id);
  expect([state, findings.filter(({ severity }) => severity === "blocks")]).toEqual(["succeeded", []]);
  const newId = result.links.bundle!;
  const [row] = await world.console.records.select().from(bundles).where(eq(bundles.id, newId));
  expect(row).toMatchObject({ state: "ready", schemaVersion: "20250303080000", tenantSlug: "copper-basin" });
  expect(row!.signature).toMatchObject({ state: "trusted" });
  expect((row!.manifest as Manifest).ancestry).toMatchObject([
    { bundle: { schema: { version: "20241014090000" } }, migrations: [{}, {}, {}, {}] },
  ]);
  const dryly = { ...imported, input: { ...imported.input, bundleId: newId } };
  expect((await tryToAsk(world, dryly)).ok).toBe(true);
  expect(changedResidents(before, await readResidents(world.euClient, harborSpec()))).toEqual([]);
  expect(await refusedWith(world, { kind: "upgrade", input: { bundleId: newId } })).toContain(
    "upgrade-not-needed",
  );
  await bringsBack(id, newId);
}, 120_000);

/** A tenant that was deleted when the database was at the old bundle's version, which has moved on since. */
async function bringsBack(operationId: string, upgraded: string): Promise<void> {
  const { records } = world.console;
  const [old] = await records.select().from(bundles).where(eq(bundles.id, bundleId));
  const tenantKey = old!.tenantKey!;
  const now = new Date();
  await records.insert(tombstones).values({
    ...{ id: randomUUID(), platformId: world.platformId, databaseId: world.euId, tenantKey, operationId },
    ...{ bundleId, bundleSha256: old!.sha256!, rows: old!.rows!, tables: [], state: "deleted" },
    ...{ provedAt: now, deletedAt: now, retainUntil: new Date(now.getTime() + 86_400_000) },
  });
  const operator = await world.actor("operator");
  const about = { kind: "restore", platformId: world.platformId, databaseId: world.euId };
  const plan = async (more: object = {}) => {
    const input = { tenantKey, ...more };
    const answer = await previewOperation(world.console.engine, operator, { ...about, input });
    if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
    return answer.plan;
  };
  const opens = { title: "Upgrade it", operation: "upgrade", bundleId };
  const refused = await plan();
  expect(refused.gates).toContainEqual(
    expect.objectContaining({ code: "schema-equal", holds: false, opens }),
  );
  expect(refused.findings.map(({ code }) => code)).toContain("ledger-only-in-target");
  const fits = await plan({ bundleId: upgraded });
  expect(fits.gates.filter(({ holds }) => !holds)).toEqual([]);
  // It is another file, and yet what was deleted.
  expect(fits.findings.map(({ code }) => code)).not.toContain("bundle-of-another-time");
  const residents = await readResidents(world.euClient, harborSpec(), tenantKey);
  await carryOut(world, { kind: "restore", input: { tenantKey, bundleId: upgraded }, reason: "a mistake" });
  // Nobody else's row has changed; two people whom the database lacks come along, as the plan says.
  const changes = changedResidents(residents, await readResidents(world.euClient, harborSpec(), tenantKey));
  expect(changes).toEqual(["public.users: 0 rows gone, 2 new"]);
  const { rows } = await world.euClient.query("SELECT status FROM organizations WHERE id = $1", [tenantKey]);
  expect(rows).toEqual([{ status: "suspended" }]);
}
