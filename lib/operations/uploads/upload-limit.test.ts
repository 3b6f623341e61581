import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { and, eq, lt, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Actor } from "../../access/actor.ts";
import { addTestActor } from "../../access/testing/people.ts";
import { folderStore } from "../../bundle/stores/folder.ts";
import { temporaryFolder, writeSample } from "../../bundle/testing/write-sample.ts";
import { openRecords, type Records } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { platforms } from "../../records/schema/platforms.ts";
import { settings } from "../../records/schema/settings.ts";
import { uploads } from "../../records/schema/uploads.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { receiveUpload } from "./receive.ts";
import { testSecrets } from "./testing/keys.ts";

const secrets = testSecrets();

const HARBOR = newId();
const GIB = 2 ** 30;

let records: Records;
let olga: Actor;
let otto: Actor;
let folder: string;
let file: Buffer;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  olga = (await addTestActor(records, "olga", ["operator"])).actor;
  otto = (await addTestActor(records, "otto", ["operator"])).actor;
  await records.insert(platforms).values({ id: HARBOR, name: "harbor", fileVersion: 1 });
  const value = { uploadsAtOnce: 2, uploadGiBADay: 1 };
  await records.insert(settings).values({ name: "policy", value, changedAt: new Date() });
}, 120_000);
afterAll(() => records.close());

beforeEach(async () => {
  folder = join(await temporaryFolder(), "bundles");
  file = await readFile((await writeSample("gzip")).path);
  await records.delete(uploads);
  await records.delete(bundles);
});

/** @param announced null where the sender does not say how much comes */
async function send(
  actor: Actor,
  content: AsyncIterable<Buffer>,
  announced: number | null = file.length + 300,
) {
  const stores = { ids: ["folder"], get: () => folderStore(folder) };
  const result = await receiveUpload({ records, stores, secrets, config: { uploadLimit: GIB } }, actor, {
    platformId: HARBOR,
    fileName: "acme.tar.gz",
    content,
    announcedBytes: announced,
    stillAllowed: async () => true,
  });
  return result.ok ? "taken in" : `${result.status} ${result.findings[0]!.code}`;
}
async function* whole(): AsyncGenerator<Buffer> {
  yield file;
}
async function* tiny(): AsyncGenerator<Buffer> {
  yield Buffer.from("no bundle at all");
}
/** What olga has sent already. */
const sent = (bytes: number, ago: string) =>
  records.insert(uploads).values({
    id: newId(),
    platformId: HARBOR,
    personId: olga.personId,
    state: "refused",
    store: "folder",
    name: newId(),
    fileName: "x",
    bytes,
    heartbeatAt: new Date(),
    beganAt: sql`now() - ${ago}::interval`,
  });

const files = () => readdir(folder).catch(() => []);

it("lets one person have as many under way as the policy says; another, or one that has lost its sender, counts not", async () => {
  const held = Promise.withResolvers<void>();
  async function* slow(): AsyncGenerator<Buffer> {
    yield file.subarray(0, 100);
    await held.promise;
    throw new Error("gone");
  }
  const running = [send(olga, slow()), send(olga, slow())];
  await expect.poll(() => records.$count(uploads)).toBe(2);
  expect(await send(olga, whole())).toBe("429 uploads-at-once");
  expect(await send(otto, whole())).toBe("taken in");
  expect(await records.$count(uploads)).toBe(3);
  await records.update(uploads).set({ heartbeatAt: sql`now() - interval '6 minutes'` });
  // Room again; the very file is there already.
  expect(await send(olga, whole())).toBe("409 bundle-known");
  held.resolve();
  expect(await Promise.all(running)).toEqual(["499 upload-broke-off", "499 upload-broke-off"]);
});

it("lets one person send as much within a day as the policy says, to the byte, and keeps nothing of more", async () => {
  await sent(GIB, "25 hours");
  await sent(GIB - file.length + 1, "23 hours");
  expect(await send(olga, whole())).toBe("429 uploads-of-the-day");
  expect(await files()).toEqual([]);
  expect(await send(otto, whole())).toBe("taken in");
  await sent(GIB, "1 hour");
  expect(await send(olga, whole())).toBe("429 uploads-of-the-day");
});

it.each([
  ["their sizes are announced", 300],
  ["nobody says how much comes", null],
])("lets two at once have no more of the day than one after the other, where %s", async (_, around) => {
  await sent(GIB - Math.round(1.5 * file.length), "1 hour");
  const others = Promise.withResolvers<void>();
  async function* slow(): AsyncGenerator<Buffer> {
    yield file.subarray(0, 100);
    await others.promise;
    yield file.subarray(100);
  }
  const announced = around === null ? null : file.length + around;
  const first = send(olga, slow(), announced);
  await expect.poll(() => records.$count(uploads)).toBe(2);
  expect(await send(olga, whole(), announced)).toBe("429 uploads-of-the-day");
  others.resolve();
  expect(await first).toBe("taken in");
  expect((await records.select().from(uploads)).filter(({ state }) => state === "taken_in")).toHaveLength(1);
  // What was kept for it and not sent is free again; what was sent in vain counts.
  await records.delete(uploads).where(and(eq(uploads.state, "refused"), lt(uploads.bytes, GIB / 2)));
  expect(await send(olga, tiny(), announced)).toBe("422 bundle-unknown-format");
});
