import { rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { folderStore } from "../../bundle/stores/folder.ts";
import { newId } from "../../records/id.ts";
import { BUNDLE_STATES, bundles } from "../../records/schema/bundles.ts";
import { beginDownload } from "./download-record.ts";
import { downloadStream, fetchedFile } from "./download-stream.ts";
import {
  BYTES,
  type DownloadWorld,
  NAME,
  newDownload,
  openDownloadWorld,
  REASON,
  session,
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

it("sends the whole file under its name, and records and audits both ends", async () => {
  const { status, headers, bytes } = await own.sent();
  expect(status).toBe(200);
  expect(bytes.equals(BYTES)).toBe(true);
  expect(headers).toMatchObject({
    "Content-Length": String(BYTES.length),
    "Content-Type": "application/zstd",
    "Accept-Ranges": "bytes",
    ETag: `"${own.sha256}"`,
  });
  expect(headers["Content-Disposition"]).toContain("filename*=UTF-8''acme-%C3%BC.tar.zst");
  expect(await own.recorded()).toMatchObject([
    {
      state: "complete",
      personId: world.sam.personId,
      linkId: own.linkId,
      rangeStart: 0,
      rangeEnd: BYTES.length - 1,
      bytesSent: BYTES.length,
      endedAt: expect.any(Date),
    },
  ]);
  expect(await own.audited()).toMatchObject([
    { action: "bundle.download-asked", actorId: world.sam.personId },
    { action: "bundle.download-begun", actorId: world.sam.personId },
    { action: "bundle.download-complete", actorId: world.sam.personId },
  ]);
});

it.each([
  ["bytes=1000-1999", 1000, 2000],
  ["bytes=-77", BYTES.length - 77, BYTES.length],
  ["bytes=262143-", 262_143, BYTES.length],
])("sends the part %s", async (range, from, to) => {
  const { status, headers, bytes } = await own.sent({ range });
  expect(status).toBe(206);
  expect(headers["Content-Range"]).toBe(`bytes ${from}-${to - 1}/${BYTES.length}`);
  expect(bytes.equals(BYTES.subarray(from, to))).toBe(true);
  expect(await own.recorded()).toMatchObject([{ state: "complete", bytesSent: to - from }]);
});

it("goes on where a download broke off, to the same bytes", async () => {
  const first = await own.download();
  if (!first.ok) throw new Error(first.finding.code);
  const reader = first.body!.getReader();
  const begun = Buffer.concat([(await reader.read()).value!, (await reader.read()).value!]);
  await reader.cancel();
  expect(await own.recorded()).toMatchObject([{ state: "aborted", bytesSent: begun.length }]);
  expect((await own.audited()).at(-1)).toMatchObject({ action: "bundle.download-aborted" });

  const ifRange = first.headers.ETag!;
  const rest = await own.sent({ range: `bytes=${begun.length}-`, ifRange });
  expect(Buffer.concat([begun, rest.bytes]).equals(BYTES)).toBe(true);
  const anew = await own.sent({ range: `bytes=${begun.length}-`, ifRange: '"another"' });
  expect(anew.status).toBe(200);
  expect(anew.bytes.equals(BYTES)).toBe(true);
});

it("reads nothing before it is asked for, and closes the file when the client goes away first", async () => {
  const result = await own.download();
  if (!result.ok) throw new Error(result.finding.code);
  await result.body!.cancel();
  expect(await own.recorded()).toMatchObject([{ state: "aborted", bytesSent: 0 }]);
});

it("answers a part that is not there with the file's length, and records nothing", async () => {
  expect(await own.refused({ range: `bytes=${BYTES.length}-` })).toMatchObject({
    status: 416,
    headers: { "Content-Range": `bytes */${BYTES.length}` },
  });
  expect(await own.recorded()).toEqual([]);
});

it("tells the headers without recording a download", async () => {
  const result = await own.download({ headersOnly: true });
  expect(result).toMatchObject({ ok: true, status: 200, body: null });
  expect(await own.recorded()).toEqual([]);
});

it("sends nothing to who may not download, whether the bundle is there or not", async () => {
  for (const bundleId of [own.id, newId(), "nonsense"]) {
    const { status, finding } = await own.refused({ bundleId }, session(world.vic));
    expect(status).toBe(403);
    expect(finding.todo).toContain("support");
  }
  expect(await own.recorded()).toEqual([]);
});

it("ends a download when its person may not any more", async () => {
  const range = { start: 0, end: BYTES.length - 1 };
  const [bundle] = await world.records.select().from(bundles).where(eq(bundles.id, own.id));
  const link = { id: own.linkId, reason: REASON };
  const record = await beginDownload(world.records, world.sam, { bundle: bundle!, link, range });
  if ("status" in record) throw new Error(record.finding.code);
  const source = await folderStore(own.folder).open(NAME);
  let allowed = true;
  const stream = downloadStream(fetchedFile(source, range), {
    record,
    stillAllowed: async () => allowed,
    askEvery: -1,
  });
  const reader = stream.getReader();
  const first = (await reader.read()).value!;
  allowed = false;
  await expect(reader.read()).rejects.toThrow("not allowed");
  expect(await own.recorded()).toMatchObject([{ state: "aborted", bytesSent: first.length }]);
});

it("marks a bundle as missing whose file is gone, and says what to do", async () => {
  await rm(join(own.folder, NAME));
  const { status, finding } = await own.refused();
  expect(status).toBe(404);
  expect(finding.todo).toContain("backup");
  const [row] = await world.records.select().from(bundles).where(eq(bundles.id, own.id));
  expect(row).toMatchObject({ state: "missing", findings: [{ code: "bundle-file-missing" }] });
  expect((await own.audited()).at(-1)).toMatchObject({ action: "bundle.file-missing" });
  expect((await own.refused()).status).toBe(404);
});

it("does not send a file of another length than the one that was proved", async () => {
  await truncate(join(own.folder, NAME), 1000);
  expect((await own.refused()).status).toBe(404);
  const [row] = await world.records.select().from(bundles).where(eq(bundles.id, own.id));
  expect(row).toMatchObject({ state: "missing", findings: [{ code: "bundle-file-changed" }] });
});

it.each(BUNDLE_STATES.filter((state) => state !== "ready"))(
  "does not send a bundle that is %s",
  async (state) => {
    await world.records.update(bundles).set({ state }).where(eq(bundles.id, own.id));
    const { status, finding } = await own.refused();
    expect([404, 409, 410]).toContain(status);
    expect(finding.todo).toBeDefined();
  },
);

it("knows no bundle by another id", async () => {
  expect((await own.refused({ bundleId: newId() })).status).toBe(404);
  expect((await own.refused({ bundleId: "../../etc/passwd" })).status).toBe(404);
});
