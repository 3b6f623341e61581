import { basename, dirname } from "node:path";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { fromBufferPromise } from "yauzl";
import { folderStore } from "../../bundle/stores/folder.ts";
import { temporarySource, writeSample } from "../../bundle/testing/write-sample.ts";
import { verifyBundle } from "../../bundle/verify.ts";
import { newId } from "../../records/id.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundles, downloads } from "../../records/schema/bundles.ts";
import { makeDownloadLink } from "./download-link.ts";
import { provedBundle } from "./facts.ts";
import { packageBundle } from "./package.ts";
import { type DownloadWorld, newDownload, openDownloadWorld, session } from "./testing/download-world.ts";

let world: DownloadWorld;
let id: string;
let linkId: string;
let stores: Parameters<typeof packageBundle>[0]["stores"];
beforeAll(async () => {
  world = await openDownloadWorld();
}, 120_000);
afterAll(() => world.records.close());

beforeEach(async () => {
  const { path } = await writeSample("gzip");
  const source = await temporarySource(path);
  id = newId();
  await world.records.insert(bundles).values({
    id,
    store: id,
    name: basename(path),
    state: "ready",
    origin: "upload",
    ...provedBundle(await verifyBundle(source), source.size),
  });
  const made = await makeDownloadLink(world.records, session(world.sam), {
    bundleId: id,
    reason: "asked for",
  });
  if (!made.ok) throw new Error(made.findings[0]!.code);
  linkId = made.linkId;
  stores = { ids: [id], get: () => folderStore(dirname(path)) };
});

const fetchPackage = (given: object = {}, person = session(world.sam)) =>
  packageBundle({ records: world.records, stores }, person, {
    bundleId: id,
    linkId,
    format: "csv",
    stillAllowed: async () => true,
    ...given,
  });

const recorded = () =>
  world.records.select().from(downloads).where(eq(downloads.bundleId, id)).orderBy(asc(downloads.id));

it("is a ZIP that is made while it is sent, recorded with its form and its end", async () => {
  const result = await fetchPackage();
  if (!result.ok) throw new Error(result.finding.code);
  expect(result.headers["Content-Type"]).toBe("application/zip");
  expect(result.headers["Content-Disposition"]).toMatch(/-csv\.zip"/);
  expect(result.headers).not.toHaveProperty("Content-Length");
  const bytes = Buffer.from(await new Response(result.body).arrayBuffer());
  const zip = await fromBufferPromise(bytes);
  expect(zip.entryCount).toBeGreaterThan(2);
  expect(await recorded()).toMatchObject([
    { state: "complete", package: "csv", bytesSent: bytes.length, linkId },
  ]);
  const trail = await world.records
    .select({ action: auditEntries.action, data: auditEntries.data })
    .from(auditEntries)
    .where(eq(auditEntries.subjectId, id))
    .orderBy(asc(auditEntries.at), asc(auditEntries.id));
  expect(trail.map(({ action }) => action)).toEqual([
    "bundle.download-asked",
    "bundle.download-begun",
    "bundle.download-complete",
  ]);
  expect(trail[1]!.data).toMatchObject({ package: "csv", reason: "asked for" });
});

it("is recorded as broken off where its taker goes away", async () => {
  const result = await fetchPackage({ format: "jsonl" });
  if (!result.ok) throw new Error(result.finding.code);
  await result.body!.cancel();
  expect(await recorded()).toMatchObject([{ state: "aborted", package: "jsonl", bytesSent: 0 }]);
});

it("is refused as the file is, and recorded by nobody then", async () => {
  const status = async (asked: ReturnType<typeof fetchPackage>) => {
    const answer = await asked;
    return answer.ok ? 200 : [answer.status, answer.finding.code];
  };
  expect(await status(fetchPackage({}, session(world.vic)))).toEqual([403, "bundle-download-forbidden"]);
  expect(await status(fetchPackage({ linkId: "" }))).toEqual([403, "download-link-missing"]);
  expect(await status(fetchPackage({ bundleId: newId() }))).toEqual([404, "bundle-unknown"]);
  expect(await recorded()).toEqual([]);
  // Random bytes under a bundle's name.
  const other = await newDownload(world);
  const none = packageBundle({ records: world.records, stores: other.stores }, session(world.sam), {
    bundleId: other.id,
    linkId: other.linkId,
    format: "csv",
    stillAllowed: async () => true,
  });
  expect(await status(none)).toEqual([409, "bundle-unknown-format"]);
  expect(await other.recorded()).toEqual([]);
});
