/** A worker dies while it writes the encrypted bundle of a fenced tenant: the next one goes on with the platform's key. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { and, eq, isNotNull, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import { wishOperation } from "../../engine/wish.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { operations } from "../../records/schema/operations.ts";
import { holdFence } from "../../rows/fence/fence.ts";
import { quietContext } from "../../rows/run-context.ts";
import {
  BULKY_PLATFORM,
  bulkyDatabase,
  bulkyPlatform,
  ROWS_EACH,
} from "../../rows/testing/bulky-platform.ts";
import { untilAlone } from "../../rows/testing/crash.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { type CrashPoint, crashAt, crashPoints } from "../testing/crash.ts";
import { type Asked, ask, createWorldOf, drive, rowOf, type TestWorld } from "../testing/world.ts";

let world: TestWorld;
let asked: Asked;
let saved: readonly CrashPoint[];

beforeAll(async () => {
  world = await createWorldOf(BULKY_PLATFORM, await bulkyDatabase(), await bulkyDatabase());
  const { rows } = await world.euClient.query<{ id: string }>("SELECT id FROM orgs WHERE slug = 'one'");
  const tenantKey = rows[0]!.id;
  const model = deriveModel(await readCatalog(world.euClient), bulkyPlatform());
  await holdFence(world.euClient, model, tenantKey, quietContext());
  asked = { kind: "export", input: { tenantKey, encrypted: true } };
  const points = await crashPoints(world, await ask(world, asked));
  saved = points.filter(({ name, when }) => name === "save checkpoint of write" && when === "after");
  expect(saved.length).toBeGreaterThan(12);
}, 60_000);
afterAll(() => world.close());

/** The next worker comes when the dead one's lease is over: here at once. */
async function driveOn(id: string): Promise<void> {
  await world.console.records
    .update(operations)
    .set({ leaseUntil: sql`now() - interval '1 second'` })
    .where(and(eq(operations.id, id), isNotNull(operations.leaseUntil)));
  expect(await drive(world, id)).toBe("ended");
}

it("and says how many rows it took over", async () => {
  const id = await ask(world, asked);
  await crashAt(world, id, saved[Math.floor(saved.length * 0.7)]!);
  await untilAlone(world.euClient);
  await driveOn(id);
  const { state, findings } = await rowOf(world, id);
  expect(state).toBe("succeeded");
  const said = findings.find(({ code }) => code === "export-went-on");
  expect(said?.count).toBeGreaterThan(ROWS_EACH / 2);
  const listed = await world.console.records.select().from(bundles).where(eq(bundles.operationId, id));
  expect(listed).toMatchObject([{ state: "ready", rows: 3 * ROWS_EACH + 1 }]);
}, 60_000);

it("and leaves nothing of it where the run is aborted instead", async () => {
  const id = await ask(world, asked);
  await crashAt(world, id, saved[Math.floor(saved.length * 0.7)]!);
  await untilAlone(world.euClient);
  const files = () => readdir(join(world.folder, "bundles"));
  expect((await files()).filter((name) => name.endsWith(".partial"))).toHaveLength(1);
  const wish = { operationId: id, wish: "abort" } as const;
  expect(await wishOperation(world.console.engine, await world.actor("operator"), wish)).toMatchObject({
    ok: true,
  });
  await driveOn(id);
  expect((await rowOf(world, id)).state).toBe("aborted");
  expect((await files()).filter((name) => name.endsWith(".partial"))).toEqual([]);
}, 60_000);
