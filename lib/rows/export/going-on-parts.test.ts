/**
 * A killed export of a fenced tenant goes on within a table: behind the last part of each of its slices. What is read
 * again is what was not in the file, and nothing else.
 */
import { cp, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { shard } from "../../testing/shard.ts";
import { ROWS_EACH } from "../testing/bulky-platform.ts";
import { type CrashPoint, crashAt } from "../testing/crash.ts";
import { type KilledExport, type KilledExports, killedExports } from "../testing/killed-exports.ts";
import type { Unfinished } from "./unfinished.ts";

let exports: KilledExports;
let points: readonly CrashPoint[];

beforeAll(async () => {
  exports = await killedExports();
  await exports.fence();
  points = await exports.points();
});
afterAll(() => exports.close());
beforeEach(() => exports.fence());
afterEach(() => exports.unfence());

/** When so many of all parts have been handed over. */
const crashed = async (share: number) => exports.crashed(await exports.afterShare(share));
const goOn = async (job: KilledExport) => {
  const { code, taken } = await exports.goOn(job);
  return { code, taken };
};
const keptOf = async ({ keptIn }: KilledExport): Promise<Unfinished> =>
  JSON.parse(await readFile(keptIn, "utf8"));
const partialOf = async ({ folder }: KilledExport) =>
  join(folder, (await readdir(folder)).find((name) => name.endsWith(".partial"))!);

/** What the attempt has left, once more in another place. */
async function copied(job: KilledExport): Promise<KilledExport> {
  const other = exports.newJob();
  await cp(job.folder, other.folder, { recursive: true });
  await cp(job.keptIn, other.keptIn);
  return other;
}

const ANEW = { code: "export-began-anew", taken: 0 };

describe("killed within a table", () => {
  it.each([0.3, 0.6, 0.9])("after %f of the parts, it takes most of them over", async (share) => {
    const job = await crashed(share);
    const { code, taken } = await goOn(job);
    expect(code).toBe("export-went-on");
    // Some MiB of the file were still in the compressor.
    expect(taken / (3 * ROWS_EACH)).toBeGreaterThan(share - 0.3);
    // The table that it died in began before that.
    expect(taken % ROWS_EACH).not.toBe(1);
  });

  it("it ends well wherever it was killed, and killed again while it takes over", async () => {
    const struck = points.filter(({ name }) => /^(keep|write part|write)$/.test(name));
    for (const point of shard(struck, 50)) {
      const job = await exports.crashed(point);
      if (point.number % 2 === 0) await crashAt(job, await exports.afterShare(0.2));
      await goOn(job);
    }
  }, 600_000);

  it("killed while it takes over, it has lost nothing of what was there", async () => {
    const job = await crashed(0.9);
    const all = (await goOn(await copied(job))).taken;
    for (const share of [0.1, 0.3]) await crashAt(job, await exports.afterShare(share));
    expect((await goOn(job)).taken).toBe(all);
  });

  it("one of whose slices another place was kept for reads that slice anew", async () => {
    const job = await crashed(0.5);
    const { taken } = await goOn(await copied(job));
    const kept = await keptOf(job);
    for (const part of [...kept.open.at(-1)!.recent, ...kept.open.at(-1)!.settled.slices])
      if (part.slice === 0 && part.places !== null) for (const place of part.places) place[1]++;
    await writeFile(job.keptIn, JSON.stringify(kept));
    expect((await goOn(job)).taken).toBeLessThan(taken);
  });

  it("a VACUUM, and writes of others, are nothing to it", async () => {
    const job = await crashed(0.5);
    await exports.client.query("DELETE FROM notes WHERE id % 22 = 0");
    await exports.client.query("VACUUM");
    const { taken } = await goOn(job);
    expect(taken % ROWS_EACH).not.toBe(1);
  });
});

describe("it begins anew", () => {
  it.each(["VACUUM FULL items", "CLUSTER notes USING notes_item_id_idx"])("after %s", async (statement) => {
    const job = await crashed(0.6);
    await exports.client.query(statement);
    expect(await goOn(job)).toEqual(ANEW);
  });

  it("where the fence was taken down in between, and put up again", async () => {
    const job = await crashed(0.6);
    await exports.unfence();
    await exports.client.query("UPDATE items SET body = body || '!' WHERE id = 1");
    await exports.fence();
    expect(await goOn(job)).toEqual(ANEW);
  });

  it("where nothing is left of the file", async () => {
    const job = await crashed(0.6);
    await truncate(await partialOf(job), 100);
    expect(await goOn(job)).toEqual(ANEW);
  });
});

describe("of a file that is not what was kept of it, it takes over what still is:", () => {
  it("up to where it was cut", async () => {
    const job = await crashed(0.8);
    const all = (await goOn(await copied(job))).taken;
    const partial = await partialOf(job);
    await truncate(partial, (await readFile(partial)).length >> 1);
    const { taken } = await goOn(job);
    expect(taken).toBeLessThan(all);
    expect(taken).toBeGreaterThan(1);
  });

  it("up to where it was altered", async () => {
    const job = await crashed(0.8);
    const all = (await goOn(await copied(job))).taken;
    const partial = await partialOf(job);
    const bytes = await readFile(partial);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(partial, bytes);
    expect((await goOn(job)).taken).toBeLessThan(all);
  });

  it("not what another attempt of it has kept", async () => {
    const job = await crashed(0.8);
    const kept = await keptOf(job);
    kept.open[0]!.recent[0]!.sha256 = "0".repeat(64);
    await writeFile(job.keptIn, JSON.stringify(kept));
    expect(await goOn(job)).toEqual(ANEW);
  });
});
