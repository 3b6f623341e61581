import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HARBOR_PLATFORM_FILE } from "../../../examples/harbor/set-up.ts";
import { folderStore } from "../../bundle/stores/folder.ts";
import { readPlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { type Progress, quietContext } from "../run-context.ts";
import { harborSpec } from "../testing/harbor-spec.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { temporaryFolder } from "../testing/walk.ts";
import { exportTenant } from "./export-tenant.ts";
import { awaitSlot, EXPORT_CONNECTIONS, takeSlot } from "./pool.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase("harbor");
}, 120_000);
afterAll(() => database.drop());

/** Sessions that hold a slot each. */
async function holdersOf(slots: number) {
  const sessions = await Promise.all(Array.from({ length: slots }, () => database.connect()));
  for (const session of sessions) expect(await takeSlot(session)).toBe(true);
  return sessions;
}

it("has so many slots for all sessions of a database, and gets one back from each that ends", async () => {
  const sessions = await holdersOf(EXPORT_CONNECTIONS);
  const late = await database.connect();
  expect(await takeSlot(late)).toBe(false);
  const told: (string | null | undefined)[] = [];
  const progress = ({ throttle }: Progress) => void told.push(throttle);
  const waiting = awaitSlot(late, quietContext({ progress }));
  await expect.poll(() => told.length).toBeGreaterThan(0);
  expect(told[0]).toBe("other exports of this database");
  await sessions[2]!.end();
  await waiting;
  await Promise.all([...sessions, late].map((session) => session.end()));
});

it("ends its wait when it is told to", async () => {
  const holders = await holdersOf(EXPORT_CONNECTIONS);
  const late = await database.connect();
  const stop = new AbortController();
  const waiting = awaitSlot(late, quietContext({ signal: stop.signal }));
  stop.abort(new Error("told to"));
  await expect(waiting).rejects.toThrow();
  await Promise.all([...holders, late].map((session) => session.end()));
});

it("lets an export do with one connection where no other slot is left", async () => {
  const holders = await holdersOf(EXPORT_CONNECTIONS - 1);
  const holder = holders[0]!;
  const before = await readResidents(holder, harborSpec());
  const folder = await temporaryFolder();
  const { seal } = await exportTenant(
    {
      url: database.url,
      platform: readPlatformFile(await readFile(HARBOR_PLATFORM_FILE, "utf8"), "platform.yaml").file!,
      tenant: "saltmarsh",
      store: folderStore(folder.path),
      compression: "zstd",
      connections: 3,
      engineVersion: "test",
    },
    quietContext(),
  );
  expect(seal.totals.rows).toBeGreaterThan(100);
  expect(changedResidents(before, await readResidents(holder, harborSpec()))).toEqual([]);
  await folder.remove();
  await Promise.all(holders.map((session) => session.end()));
});
