/**
 * A killed export of a fenced tenant goes on within a table: behind the last part of each of its slices. What is read
 * again is what was not in the file, and nothing else.
 */
import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { verifyBundle } from "../../bundle/verify.ts";
import { readCatalog } from "../../catalog/read.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { shard } from "../../testing/shard.ts";
import { bundleSide } from "../compare/bundle-side.ts";
import { compareSides } from "../compare/compare.ts";
import { liveSide } from "../compare/live-side.ts";
import { dropFence, holdFence } from "../fence/fence.ts";
import { type Progress, quietContext } from "../run-context.ts";
import { BULKY_PLATFORM, bulkyDatabase, bulkyPlatform, ROWS_EACH } from "../testing/bulky-platform.ts";
import { type CrashPoint, crashAt, crashPoints } from "../testing/crash.ts";
import type { CrashJob } from "../testing/crash-child.ts";
import { goingOnIn } from "../testing/going-on-in.ts";
import { exportTo, temporaryFolder } from "../testing/walk.ts";
import type { Unfinished } from "./unfinished.ts";

const NAME = "one.tar.gz";
const PLATFORM = bulkyPlatform();

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: TestDatabase;
let client: pg.Client;
let key: string;
let points: readonly CrashPoint[];
let places = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
  home = await bulkyDatabase();
  client = await home.connect();
  const { rows } = await client.query<{ id: string }>("SELECT id FROM orgs WHERE slug = 'one'");
  key = rows[0]!.id;
  await fence();
  points = await crashPoints(newJob());
});
afterAll(() => folder.remove());
beforeEach(fence);
afterEach(() => dropFence(client, key, quietContext()));

async function fence(): Promise<void> {
  await holdFence(client, deriveModel(await readCatalog(client), PLATFORM), key, quietContext());
}

type Job = CrashJob & { operation: "export"; keptIn: string };

function newJob(): Job {
  const place = join(folder.path, String(++places));
  return {
    operation: "export",
    url: home.url,
    platform: BULKY_PLATFORM,
    folder: place,
    name: NAME,
    tenant: "one",
    keptIn: `${place}.kept`,
    point: null,
  };
}

/** When so many of all parts have been handed over. */
function afterShare(share: number): CrashPoint {
  const written = points.filter(({ name, when }) => name === "write part" && when === "after");
  return written[Math.floor(written.length * share)]!;
}

async function crashed(point: CrashPoint): Promise<Job> {
  const job = newJob();
  await crashAt(job, point);
  return job;
}

const keptOf = async ({ keptIn }: Job): Promise<Unfinished> => JSON.parse(await readFile(keptIn, "utf8"));
const partialOf = async ({ folder: place }: Job) =>
  join(place, (await readdir(place)).find((name) => name.endsWith(".partial"))!);

/** The next attempt: ends with the one whole bundle that equals the living tenant, and says what it took over. */
async function goOn({ folder: place, keptIn }: Job) {
  const seen: Progress[] = [];
  const context = quietContext({ progress: (progress) => seen.push(progress) });
  const request = { url: home.url, platform: PLATFORM, tenant: "one", name: NAME };
  const { findings } = await exportTo(place, { ...request, goingOn: goingOnIn(keptIn, true) }, context);
  expect(await readdir(place)).toEqual([NAME]);
  const source = await fileSource(join(place, NAME));
  const verified = await verifyBundle(source);
  expect(verified.findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
  expect(verified.seal!.totals.rows).toBe(3 * ROWS_EACH + 1);
  const live = await liveSide({ url: home.url, platform: PLATFORM, tenant: "one" });
  const { equal } = await compareSides(await bundleSide(source), live, quietContext());
  await live.close();
  await source.close();
  expect(equal).toBe(true);
  const said = findings.find(({ code }) => /^export-(went-on|began-anew)$/.test(code))!;
  const taken = seen.findLast(({ phase }) => phase === "taking over")?.rows ?? 0;
  expect(said.count ?? 0).toBe(taken);
  // What is not taken over is read, once.
  expect(seen.at(-1)).toMatchObject({ phase: "reading", rows: 3 * ROWS_EACH + 1 });
  return { code: said.code, taken };
}

describe("killed within a table", () => {
  it.each([0.3, 0.45, 0.6, 0.75, 0.9])("after %f of the parts, it takes most of them over", async (share) => {
    const job = await crashed(afterShare(share));
    const { code, taken } = await goOn(job);
    expect(code).toBe("export-went-on");
    // Some MiB of the file were still in the compressor.
    expect(taken / (3 * ROWS_EACH)).toBeGreaterThan(share - 0.3);
    // The table that it died in began before that.
    expect(taken % ROWS_EACH).not.toBe(1);
  });

  it("it ends well wherever it was killed, and killed again while it takes over", async () => {
    const struck = points.filter(({ name }) => /^(keep|write part|write)$/.test(name));
    for (const point of shard(struck, 30)) {
      const job = await crashed(point);
      if (point.number % 2 === 0) await crashAt(job, afterShare(0.2));
      await goOn(job);
    }
  }, 600_000);

  it("one of whose slices another place was kept for reads that slice anew", async () => {
    const job = await crashed(afterShare(0.5));
    const { taken } = await goOn({ ...job, ...(await copied(job)) });
    const kept = await keptOf(job);
    for (const part of [...kept.open.at(-1)!.recent, ...kept.open.at(-1)!.settled.slices])
      if (part.slice === 0 && part.places !== null) for (const place of part.places) place[1]++;
    await writeFile(job.keptIn, JSON.stringify(kept));
    expect((await goOn(job)).taken).toBeLessThan(taken);
  });

  it("a VACUUM, and writes of others, are nothing to it", async () => {
    const job = await crashed(afterShare(0.5));
    await client.query("DELETE FROM notes WHERE id % 22 = 0");
    await client.query("VACUUM");
    const { taken } = await goOn(job);
    expect(taken % ROWS_EACH).not.toBe(1);
  });
});

describe("it begins anew", () => {
  it.each(["VACUUM FULL items", "CLUSTER notes USING notes_item_id_idx"])("after %s", async (statement) => {
    const job = await crashed(afterShare(0.6));
    await client.query(statement);
    expect(await goOn(job)).toEqual({ code: "export-began-anew", taken: 0 });
  });

  it("where the fence was taken down in between, and put up again", async () => {
    const job = await crashed(afterShare(0.6));
    await dropFence(client, key, quietContext());
    await client.query("UPDATE items SET body = body || '!' WHERE id = 1");
    await fence();
    expect(await goOn(job)).toEqual({ code: "export-began-anew", taken: 0 });
  });

  it("where nothing is left of the file", async () => {
    const job = await crashed(afterShare(0.6));
    await truncate(await partialOf(job), 100);
    expect(await goOn(job)).toEqual({ code: "export-began-anew", taken: 0 });
  });
});

describe("of a file that is not what was kept of it, it takes over what still is:", () => {
  it("up to where it was cut", async () => {
    const job = await crashed(afterShare(0.8));
    const all = (await goOn({ ...job, ...(await copied(job)) })).taken;
    const partial = await partialOf(job);
    await truncate(partial, (await readFile(partial)).length >> 1);
    const { taken } = await goOn(job);
    expect(taken).toBeLessThan(all);
    expect(taken).toBeGreaterThan(1);
  });

  it("up to where it was altered", async () => {
    const job = await crashed(afterShare(0.8));
    const all = (await goOn({ ...job, ...(await copied(job)) })).taken;
    const partial = await partialOf(job);
    const bytes = await readFile(partial);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(partial, bytes);
    expect((await goOn(job)).taken).toBeLessThan(all);
  });

  it("not what another attempt of it has kept", async () => {
    const job = await crashed(afterShare(0.8));
    const kept = await keptOf(job);
    kept.open[0]!.recent[0]!.sha256 = "0".repeat(64);
    await writeFile(job.keptIn, JSON.stringify(kept));
    expect(await goOn(job)).toEqual({ code: "export-began-anew", taken: 0 });
  });
});

/** What the attempt has left, once more in another place. */
async function copied(job: Job): Promise<Pick<Job, "folder" | "keptIn">> {
  const { folder: place, keptIn } = newJob();
  const { cp } = await import("node:fs/promises");
  await cp(job.folder, place, { recursive: true });
  await cp(job.keptIn, keptIn);
  return { folder: place, keptIn };
}
