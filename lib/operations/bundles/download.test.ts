import { createHash, randomBytes } from "node:crypto";
import { rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Actor } from "../../access/actor.ts";
import { addTestActor } from "../../access/testing/people.ts";
import { folderStore } from "../../bundle/stores/folder.ts";
import { temporaryFolder } from "../../bundle/testing/write-sample.ts";
import { openRecords, type Records } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { BUNDLE_STATES, bundles, downloads } from "../../records/schema/bundles.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { type DownloadRequest, type DownloadResult, downloadBundle } from "./download.ts";
import { beginDownload } from "./download-record.ts";
import { downloadStream } from "./download-stream.ts";

/** More than several chunks of a store's stream. */
const BYTES = randomBytes(1_300_007);
const NAME = "acme-ü.tar.zst";

let records: Records;
let sam: Actor;
let vic: Actor;
let folder: string;
let id: string;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  sam = (await addTestActor(records, "sam", ["support"])).actor;
  vic = (await addTestActor(records, "vic", ["viewer"])).actor;
}, 120_000);
afterAll(() => records.close());

beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder, NAME), BYTES);
  await records.delete(downloads);
  await records.delete(bundles);
  id = newId();
  await records.insert(bundles).values({
    id,
    store: "folder",
    name: NAME,
    state: "ready",
    origin: "export",
    tenantKey: "17",
    bytes: BYTES.length,
    sha256: createHash("sha256").update(BYTES).digest("hex"),
  });
});

const download = (given: Partial<DownloadRequest> = {}, actor = sam): Promise<DownloadResult> => {
  const stores = { ids: ["folder"], get: () => folderStore(folder) };
  const request = { bundleId: id, range: null, ifRange: null, headersOnly: false, ...given };
  return downloadBundle({ records, stores }, actor, { stillAllowed: async () => true, ...request });
};
const sent = async (given: Partial<DownloadRequest> = {}) => {
  const result = await download(given);
  if (!result.ok) throw new Error(result.finding.code);
  return { ...result, bytes: Buffer.from(await new Response(result.body).arrayBuffer()) };
};
const refused = async (given: Partial<DownloadRequest> = {}, actor = sam) => {
  const result = await download(given, actor);
  if (result.ok) throw new Error("it was not refused");
  return result;
};
const recorded = () => records.select().from(downloads).orderBy(asc(downloads.id));
const audited = async () =>
  (
    await records
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.subjectId, id))
      .orderBy(asc(auditEntries.at), asc(auditEntries.id))
  ).map(({ action, actorId }) => ({ action, actorId }));

it("sends the whole file under its name, and records and audits both ends", async () => {
  const { status, headers, bytes } = await sent();
  expect(status).toBe(200);
  expect(bytes.equals(BYTES)).toBe(true);
  expect(headers).toMatchObject({
    "Content-Length": String(BYTES.length),
    "Content-Type": "application/zstd",
    "Accept-Ranges": "bytes",
    ETag: `"${createHash("sha256").update(bytes).digest("hex")}"`,
  });
  expect(headers["Content-Disposition"]).toContain("filename*=UTF-8''acme-%C3%BC.tar.zst");
  expect(await recorded()).toMatchObject([
    {
      state: "complete",
      personId: sam.personId,
      rangeStart: 0,
      rangeEnd: BYTES.length - 1,
      bytesSent: BYTES.length,
      endedAt: expect.any(Date),
    },
  ]);
  expect(await audited()).toEqual([
    { action: "bundle.download-begun", actorId: sam.personId },
    { action: "bundle.download-complete", actorId: sam.personId },
  ]);
});

it.each([
  ["bytes=1000-1999", 1000, 2000],
  ["bytes=-77", BYTES.length - 77, BYTES.length],
  ["bytes=262143-", 262_143, BYTES.length],
])("sends the part %s", async (range, from, to) => {
  const { status, headers, bytes } = await sent({ range });
  expect(status).toBe(206);
  expect(headers["Content-Range"]).toBe(`bytes ${from}-${to - 1}/${BYTES.length}`);
  expect(bytes.equals(BYTES.subarray(from, to))).toBe(true);
  expect(await recorded()).toMatchObject([{ state: "complete", bytesSent: to - from }]);
});

it("goes on where a download broke off, to the same bytes", async () => {
  const first = await download();
  if (!first.ok) throw new Error(first.finding.code);
  const reader = first.body!.getReader();
  const begun = Buffer.concat([(await reader.read()).value!, (await reader.read()).value!]);
  await reader.cancel();
  expect(await recorded()).toMatchObject([{ state: "aborted", bytesSent: begun.length }]);
  expect((await audited()).at(-1)).toMatchObject({ action: "bundle.download-aborted" });

  const ifRange = first.headers.ETag!;
  const rest = await sent({ range: `bytes=${begun.length}-`, ifRange });
  expect(Buffer.concat([begun, rest.bytes]).equals(BYTES)).toBe(true);
  const anew = await sent({ range: `bytes=${begun.length}-`, ifRange: '"another"' });
  expect(anew.status).toBe(200);
  expect(anew.bytes.equals(BYTES)).toBe(true);
});

it("reads nothing before it is asked for, and closes the file when the client goes away first", async () => {
  const result = await download();
  if (!result.ok) throw new Error(result.finding.code);
  await result.body!.cancel();
  expect(await recorded()).toMatchObject([{ state: "aborted", bytesSent: 0 }]);
});

it("answers a part that is not there with the file's length, and records nothing", async () => {
  expect(await refused({ range: `bytes=${BYTES.length}-` })).toMatchObject({
    status: 416,
    headers: { "Content-Range": `bytes */${BYTES.length}` },
  });
  expect(await recorded()).toEqual([]);
});

it("tells the headers without recording a download", async () => {
  const result = await download({ headersOnly: true });
  expect(result).toMatchObject({ ok: true, status: 200, body: null });
  expect(await recorded()).toEqual([]);
});

it("sends nothing to who may not download, whether the bundle is there or not", async () => {
  for (const bundleId of [id, newId(), "nonsense"]) {
    const { status, finding } = await refused({ bundleId }, vic);
    expect(status).toBe(403);
    expect(finding.todo).toContain("support");
  }
  expect(await recorded()).toEqual([]);
});

it("ends a download when its person may not any more", async () => {
  const range = { start: 0, end: BYTES.length - 1 };
  const [bundle] = await records.select().from(bundles).where(eq(bundles.id, id));
  const record = await beginDownload(records, sam, bundle!, range);
  const source = await folderStore(folder).open(NAME);
  let allowed = true;
  const stream = downloadStream(source, { range, record, stillAllowed: async () => allowed, askEvery: -1 });
  const reader = stream.getReader();
  const first = (await reader.read()).value!;
  allowed = false;
  await expect(reader.read()).rejects.toThrow("not allowed");
  expect(await recorded()).toMatchObject([{ state: "aborted", bytesSent: first.length }]);
});

it("marks a bundle as missing whose file is gone, and says what to do", async () => {
  await rm(join(folder, NAME));
  const { status, finding } = await refused();
  expect(status).toBe(404);
  expect(finding.todo).toContain("backup");
  const [row] = await records.select().from(bundles).where(eq(bundles.id, id));
  expect(row).toMatchObject({ state: "missing", findings: [{ code: "bundle-file-missing" }] });
  expect(await audited()).toMatchObject([{ action: "bundle.file-missing" }]);
  expect((await refused()).status).toBe(404);
});

it("does not send a file of another length than the one that was proved", async () => {
  await truncate(join(folder, NAME), 1000);
  expect((await refused()).status).toBe(404);
  const [row] = await records.select().from(bundles).where(eq(bundles.id, id));
  expect(row).toMatchObject({ state: "missing", findings: [{ code: "bundle-file-changed" }] });
});

it.each(BUNDLE_STATES.filter((state) => state !== "ready"))(
  "does not send a bundle that is %s",
  async (state) => {
    await records.update(bundles).set({ state }).where(eq(bundles.id, id));
    const { status, finding } = await refused();
    expect([404, 409, 410]).toContain(status);
    expect(finding.todo).toBeDefined();
  },
);

it("knows no bundle by another id", async () => {
  expect((await refused({ bundleId: newId() })).status).toBe(404);
  expect((await refused({ bundleId: "../../etc/passwd" })).status).toBe(404);
});
