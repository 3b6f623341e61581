import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { SessionState } from "../../../../../lib/access/actor-of.ts";
import {
  type DownloadWorld,
  newDownload,
  openDownloadWorld,
  session,
  type TestDownload,
} from "../../../../../lib/operations/bundles/testing/download-world.ts";
import { answerPackage } from "./answer.ts";

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

function get(query: string, as: SessionState = sam) {
  const address = `http://console.example/api/bundles/${own.id}/package?${query}`;
  const console = { records: world.records, stores: own.stores };
  return answerPackage(console, as, own.id, new Request(address));
}

it("is closed to those who are not signed in, and to who may not download", async () => {
  const query = `format=csv&link=${own.linkId}`;
  expect((await get(query, { state: "signed-out" })).status).toBe(401);
  expect((await get(query, vic)).status).toBe(403);
  expect(await own.recorded()).toEqual([]);
});

it("says in a sentence what is wrong with what was asked for, or with the bundle", async () => {
  const answer = async (query: string) => {
    const { status, headers, text } = await get(query).then(async (response) => ({
      status: response.status,
      headers: response.headers,
      text: await response.text(),
    }));
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(headers.get("cache-control")).toContain("no-store");
    return [status, text];
  };
  expect(await answer(`link=${own.linkId}`)).toEqual([400, expect.stringContaining("csv or jsonl")]);
  expect(await answer("format=csv")).toEqual([403, expect.stringContaining("Choose Download")]);
  // Random bytes under a bundle's name.
  expect(await answer(`format=csv&link=${own.linkId}`)).toEqual([409, expect.stringContaining("no bundle")]);
  expect(await own.recorded()).toEqual([]);
});
