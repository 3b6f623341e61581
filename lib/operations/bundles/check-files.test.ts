import { rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundles, storeChecks } from "../../records/schema/bundles.ts";
import { operations } from "../../records/schema/operations.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase } from "../../rows/testing/small-platform.ts";
import { approve, ask, carryOut, createWorldOf, type TestWorld } from "../testing/world.ts";
import { checkBundleFiles } from "./check-files.ts";

let world: TestWorld;
let folder: string;
let id: string;
let name: string;
beforeAll(async () => {
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
  folder = join(world.folder, "bundles");
  const tenantKey = await keyOfSlug(world.euClient, "one");
  id = (await carryOut(world, { kind: "export", input: { tenantKey, expiresInDays: "30" } })).result.links
    .bundle!;
  name = (await bundle()).name;
}, 120_000);
afterAll(() => world.close());

async function bundle() {
  const [row] = await world.console.records.select().from(bundles).where(eq(bundles.id, id));
  return row!;
}

const NOTHING = { expired: 0, missing: 0, back: 0, unknown: 0 };
const HOUR = 60 * 60 * 1000;

describe("the stores' files against the records", () => {
  it("are as they were written, and stay as they are", async () => {
    expect(await checkBundleFiles(world.console)).toEqual(NOTHING);
    expect((await bundle()).state).toBe("ready");
  });

  it("are missed when they go, and taken in again when the same file comes back", async () => {
    await rename(join(folder, name), join(world.folder, "away"));
    expect(await checkBundleFiles(world.console)).toEqual({ ...NOTHING, missing: 1 });
    expect(await bundle()).toMatchObject({ state: "missing", findings: [{ code: "bundle-file-missing" }] });
    expect(await checkBundleFiles(world.console)).toEqual(NOTHING);
    await writeFile(join(folder, name), Buffer.alloc((await bundle()).bytes!));
    expect(await checkBundleFiles(world.console)).toEqual(NOTHING);
    expect((await bundle()).state).toBe("missing");
    await rename(join(world.folder, "away"), join(folder, name));
    expect(await checkBundleFiles(world.console)).toEqual({ ...NOTHING, back: 1 });
    expect(await bundle()).toMatchObject({ state: "ready", findings: [] });
    const entries = await world.console.records
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.subjectId, id));
    expect(entries.map(({ action }) => action).toSorted()).toEqual([
      "bundle.file-back",
      "bundle.file-missing",
      "bundle.written",
    ]);
  });

  it("that nobody knows are shown once they have lain for an hour, and are good for nothing", async () => {
    await writeFile(join(folder, "stranger.tar.gz"), "not a bundle");
    expect(await checkBundleFiles(world.console)).toEqual(NOTHING);
    expect(await checkBundleFiles(world.console, Date.now() + 2 * HOUR)).toEqual({ ...NOTHING, unknown: 1 });
    expect(await checkBundleFiles(world.console, Date.now() + 2 * HOUR)).toEqual(NOTHING);
    const [row] = await world.console.records
      .select()
      .from(bundles)
      .where(eq(bundles.name, "stranger.tar.gz"));
    expect(row).toMatchObject({ state: "refused", findings: [{ code: "bundle-file-unknown" }] });
    const { records } = world.console;
    expect(await records.select().from(storeChecks)).toEqual([
      { store: "folder", checkedAt: expect.any(Date), files: 2 },
    ]);
    await unlink(join(folder, "stranger.tar.gz"));
    expect(await checkBundleFiles(world.console)).toEqual(NOTHING);
    expect(await records.$count(bundles, eq(bundles.id, row!.id))).toBe(0);
    const entries = await records.select().from(auditEntries).where(eq(auditEntries.subjectId, row!.id));
    expect(entries.map(({ action }) => action).toSorted()).toEqual([
      "bundle.file-unknown",
      "bundle.unknown-file-gone",
    ]);
  });

  it("are removed when they expire, but not while an import wants to read them", async () => {
    const soon = (await bundle()).expiresAt!.getTime() - Date.now();
    expect(soon).toBeGreaterThan(29 * 24 * HOUR);
    await world.console.records
      .update(bundles)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(bundles.id, id));
    const importing = await ask(world, { kind: "import", databaseId: world.usId, input: { bundleId: id } });
    await approve(world, importing);
    expect(await checkBundleFiles(world.console)).toEqual(NOTHING);
    await world.console.records
      .update(operations)
      .set({ state: "withdrawn" })
      .where(eq(operations.id, importing));
    expect(await checkBundleFiles(world.console)).toEqual({ ...NOTHING, expired: 1 });
    expect((await bundle()).state).toBe("expired");
    expect((await world.console.stores.get("folder").list()).map((file) => file.name)).not.toContain(name);
  });
});
