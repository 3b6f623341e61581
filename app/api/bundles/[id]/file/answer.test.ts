import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { SessionState } from "../../../../../lib/access/actor-of.ts";
import {
  BYTES,
  type DownloadWorld,
  newDownload,
  openDownloadWorld,
  session,
  type TestDownload,
} from "../../../../../lib/operations/bundles/testing/download-world.ts";
import { readBundleDownload } from "../../../../../lib/queries/bundle-download.ts";
import { Refused } from "../../../../../lib/queries/refused.ts";
import { newId } from "../../../../../lib/records/id.ts";
import { downloadLinks } from "../../../../../lib/records/schema/bundles.ts";
import { answerFile } from "./answer.ts";

let world: DownloadWorld;
let own: TestDownload;
let sam: SessionState;
let vic: SessionState;
beforeAll(async () => {
  world = await openDownloadWorld();
  sam = { state: "signed-in", ...session(world.sam), vouchedAt: null };
  vic = { state: "signed-in", ...session(world.vic), vouchedAt: null };
}, 120_000);
afterAll(() => world.records.close());
beforeEach(async () => {
  own = await newDownload(world);
});

const PAGE = { accept: "text/html,*/*;q=0.8" };

function get(link: string, headers: Record<string, string> = {}, as: SessionState = sam, method = "GET") {
  const address = `http://console.example/api/bundles/${own.id}/file${link === "" ? "" : `?link=${link}`}`;
  const console = { records: world.records, stores: own.stores };
  return answerFile(console, as, own.id, new Request(address, { method, headers }));
}
const lapse = () =>
  world.records
    .update(downloadLinks)
    .set({ expiresAt: sql`now() - interval '1 second'` })
    .where(eq(downloadLinks.bundleId, own.id));
const page = (link: string, id = own.id, person = session(world.sam)) =>
  readBundleDownload({ records: world.records }, person, { id, link });

it("sends the file by its link, and resumes it", async () => {
  const whole = await get(own.linkId, PAGE);
  expect(whole.headers.get("cache-control")).toContain("no-store");
  expect(Buffer.from(await whole.arrayBuffer()).equals(BYTES)).toBe(true);
  const headers = { range: "bytes=9-", "if-range": whole.headers.get("etag")! };
  const rest = await get(own.linkId, headers);
  expect([rest.status, Buffer.from(await rest.arrayBuffer()).equals(BYTES.subarray(9))]).toEqual([206, true]);
  const head = await get(own.linkId, {}, sam, "HEAD");
  expect([head.status, head.headers.get("content-length")]).toEqual([200, String(BYTES.length)]);
});

it("is closed to those who are not signed in, and to who may not download", async () => {
  expect((await get(own.linkId, {}, { state: "signed-out" })).status).toBe(401);
  expect((await get(own.linkId, PAGE, vic)).status).toBe(403);
  await expect(page(own.linkId, own.id, session(world.vic))).rejects.toThrow(Refused);
});

it("leads a browser that looks to the page that makes a link; whoever saves gets the sentence alone", async () => {
  const led = await get("", PAGE);
  expect([led.status, led.headers.get("location")]).toEqual([303, `/bundles/${own.id}/download`]);
  const script = await get("");
  expect([script.status, await script.text()]).toEqual([
    403,
    expect.stringContaining("Choose Download on the bundle's page"),
  ]);
  const link = own.linkId;
  expect(await page(link)).toMatchObject({ open: true, findings: [], link: { id: link } });
  await lapse();
  const late = await get(link, PAGE);
  expect([late.status, late.headers.get("location")]).toEqual([
    303,
    `/bundles/${own.id}/download?link=${link}`,
  ]);
  const resumed = await get(link, { ...PAGE, range: "bytes=9-" });
  expect([resumed.status, await resumed.text()]).toEqual([410, expect.stringContaining("has expired")]);
});

it("says on the page why a link is not good, and takes a new request", async () => {
  expect(await page("")).toMatchObject({ open: true, findings: [], link: null });
  expect(await page(newId())).toMatchObject({
    open: true,
    findings: [{ code: "download-link-missing" }],
    link: null,
  });
  await lapse();
  expect(await page(own.linkId)).toMatchObject({ findings: [{ code: "download-link-expired" }], link: null });
  expect(await page("", newId())).toBeNull();
});
