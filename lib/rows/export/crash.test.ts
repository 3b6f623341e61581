/** Whenever the process of an export dies: there is no bundle, or a whole one, and the next run gets it right. */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { verifyBundle } from "../../bundle/verify.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { shard } from "../../testing/shard.ts";
import { type CrashPoint, crashAt, crashPoints, inTwoLanes } from "../testing/crash.ts";
import type { CrashJob } from "../testing/crash-child.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { SMALL_PLATFORM, smallDatabase, smallPlatform, smallSpec } from "../testing/small-platform.ts";
import { exportTo, temporaryFolder } from "../testing/walk.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: TestDatabase;

beforeAll(async () => {
  folder = await temporaryFolder();
  home = await smallDatabase("home");
});
afterAll(() => folder.remove());

/** A point takes two seconds: a run strikes every fifth, and as many runs strike them all. */
const SHARES = 5;

const NAME = "one.tar.gz";

function jobIn(place: string): CrashJob & { operation: "export" } {
  return {
    operation: "export",
    url: home.url,
    platform: SMALL_PLATFORM,
    folder: place,
    name: NAME,
    tenant: "one",
    point: null,
  };
}

async function crashAndGoOn(point: CrashPoint): Promise<"nothing" | "everything"> {
  const place = join(folder.path, `${point.number}-${point.when}`);
  await crashAt(jobIn(place), point);
  const left: string[] = await readdir(place).catch(() => []);
  const there = left.includes(NAME);
  // Whatever else there is does not look like a bundle.
  expect(left.filter((name) => name !== NAME && !name.endsWith(".partial"))).toEqual([]);
  if (!there) await exportTo(place, { url: home.url, platform: smallPlatform(), tenant: "one", name: NAME });
  const source = await fileSource(join(place, NAME));
  const { seal, findings } = await verifyBundle(source);
  await source.close();
  expect(findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
  expect(seal?.totals.rows).toBe(17 + 4);
  if (!there) expect(await readdir(place)).toEqual([NAME]);
  return there ? "everything" : "nothing";
}

describe("an export whose process is killed", () => {
  it("has left no bundle or a whole one, wherever that was, and a second run ends well", async () => {
    const client = await home.connect();
    const before = await readResidents(client, smallSpec());
    await mkdir(join(folder.path, "listing"));
    const points = await crashPoints(jobIn(join(folder.path, "listing")));
    expect(points.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "create partial",
        "write manifest",
        "write part",
        "write",
        "write seal",
        "sync file",
        "publish",
        "remove partial",
        "sync folder",
      ]),
    );
    const outcomes: string[] = [];
    const struck = shard(points, SHARES);
    await inTwoLanes(
      struck,
      async () => {},
      async (point) => {
        const outcome = await crashAndGoOn(point);
        if (outcome === "everything") outcomes.push(`${point.when} ${point.name}`);
      },
    );
    // A bundle is there from the moment on in which it is published.
    const published = new Set([
      "after commit",
      "after publish",
      "after remove partial",
      "after sync folder",
      "before remove partial",
      "before sync folder",
    ]);
    const expected = struck
      .map(({ name, when }) => `${when} ${name}`)
      .filter((point) => published.has(point));
    expect(outcomes.sort()).toEqual(expected.sort());
    expect(changedResidents(before, await readResidents(client, smallSpec()))).toEqual([]);
  }, 120_000);
});
