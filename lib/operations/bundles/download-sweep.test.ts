import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundles, downloads } from "../../records/schema/bundles.ts";
import { beginDownload, type DownloadRecord } from "./download-record.ts";
import { downloadStream, fetchedFile } from "./download-stream.ts";
import { sweepDownloads } from "./download-sweep.ts";
import {
  BYTES,
  type DownloadWorld,
  NAME,
  newDownload,
  openDownloadWorld,
  REASON,
  type TestDownload,
} from "./testing/download-world.ts";

let world: DownloadWorld;
let own: TestDownload;
beforeAll(async () => {
  world = await openDownloadWorld();
}, 120_000);
afterAll(() => world.records.close());
beforeEach(async () => {
  own = await newDownload(world);
});

/** Of this test's downloads. */
const silentFor = (minutes: number) =>
  world.records
    .update(downloads)
    .set({ heartbeatAt: sql`now() - make_interval(mins => ${minutes})` })
    .where(eq(downloads.bundleId, own.id));

it("ends what a killed process was sending, once and audited, and its link can resume it", async () => {
  const lost = await own.download();
  if (!lost.ok) throw new Error(lost.finding.code);
  const reader = lost.body!.getReader();
  await reader.read();
  await silentFor(4);
  expect(await sweepDownloads(world)).toBe(0);
  await silentFor(6);
  expect(await sweepDownloads(world)).toBe(1);
  expect(await sweepDownloads(world)).toBe(0);
  // The process was not dead after all: what it says now changes nothing.
  await reader.cancel();
  expect(await own.recorded()).toMatchObject([{ state: "aborted", endedAt: expect.any(Date) }]);
  const entries = await world.records.select().from(auditEntries).where(eq(auditEntries.subjectId, own.id));
  const ends = entries.filter(({ action }) => action === "bundle.download-aborted");
  expect(ends.map(({ actorName }) => actorName)).toEqual(["download sweep"]);
  expect((await own.sent({ range: "bytes=1000-" })).status).toBe(206);
});

/** Of which nobody takes a byte yet. */
async function held(): Promise<{ record: DownloadRecord; stream: ReadableStream<Uint8Array> }> {
  const [bundle] = await world.records.select().from(bundles).where(eq(bundles.id, own.id));
  const range = { start: 0, end: BYTES.length - 1 };
  const link = { id: own.linkId, reason: REASON };
  const record = await beginDownload(world.records, world.sam, { bundle: bundle!, link, range });
  if ("status" in record) throw new Error(record.finding.code);
  const source = await own.stores.get().open(NAME);
  const stream = downloadStream(fetchedFile(source, range), {
    record,
    stillAllowed: async () => true,
    beatEvery: 20,
  });
  return { record, stream };
}

it("leaves alone what is taken slowly: its process lives", async () => {
  const { stream } = await held();
  const begunAt = (await own.recorded())[0]!.heartbeatAt;
  await silentFor(6);
  await expect
    .poll(async () => (await own.recorded())[0]!.heartbeatAt.getTime())
    .toBeGreaterThanOrEqual(begunAt.getTime());
  expect(await sweepDownloads(world)).toBe(0);
  await stream.cancel();
});

it("stops a process that was taken for dead and lives", async () => {
  const { record, stream } = await held();
  await record.end("aborted", 0);
  const reader = stream.getReader();
  await expect(
    (async () => {
      for (;;) {
        if ((await reader.read()).done) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })(),
  ).rejects.toThrow("sign of life");
});
