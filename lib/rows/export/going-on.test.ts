/**
 * An export whose process is killed goes on from its last whole part where the tenant's fence has stood since, and
 * begins anew where anything may have changed: the bundle is the same that an undisturbed export writes.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Seal } from "../../bundle/manifest.ts";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { verifyBundle } from "../../bundle/verify.ts";
import { readCatalog } from "../../catalog/read.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { shard } from "../../testing/shard.ts";
import { dropFence, holdFence } from "../fence/fence.ts";
import { quietContext } from "../run-context.ts";
import { type CrashPoint, crashAt, crashPoints } from "../testing/crash.ts";
import type { CrashJob } from "../testing/crash-child.ts";
import { goingOnIn } from "../testing/going-on-in.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import {
  keyOfSlug,
  SMALL_PLATFORM,
  smallDatabase,
  smallPlatform,
  smallSpec,
} from "../testing/small-platform.ts";
import { exportTo, temporaryFolder } from "../testing/walk.ts";

const NAME = "one.tar.gz";
const PLATFORM = smallPlatform();
/** Of what hardly compresses, so that it does not wait in the compressor, which holds up to 4 MB: 4 MB of items, 6 MB of notes. */
const BULK = `
  INSERT INTO items (org_id, body) SELECT $1, b FROM generate_series(1, 2000) n,
    LATERAL (SELECT string_agg(md5(n || '-' || k), '') AS b FROM generate_series(1, 64) k) bodies`;
const NOTES = `
  INSERT INTO notes SELECT gen_random_uuid(), i.id, i.body || left(i.body, 1000) FROM items i WHERE length(i.body) > 100`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: TestDatabase;
let client: pg.Client;
let key: string;
let places = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
  home = await smallDatabase("home");
  client = await home.connect();
  key = (await keyOfSlug(client, "one"))!;
  await client.query(BULK, [key]);
  await client.query(NOTES);
  await client.query("ANALYZE");
});
afterAll(() => folder.remove());
afterEach(() => dropFence(client, key, quietContext()));

async function fence(): Promise<void> {
  await holdFence(client, deriveModel(await readCatalog(client), PLATFORM), key, quietContext());
}

type Job = CrashJob & { operation: "export"; keptIn: string };

function newJob(compression: "gzip" | "zstd" = "gzip"): Job {
  const place = join(folder.path, String(++places));
  return {
    operation: "export",
    url: home.url,
    platform: SMALL_PLATFORM,
    folder: place,
    name: NAME,
    tenant: "one",
    compression,
    keptIn: `${place}.kept`,
    point: null,
  };
}

/** Digests of all tables' lines: rows, bytes and sums, in whatever order the rows came. */
const digests = ({ tables }: Seal) => tables;

async function undisturbed(): Promise<Seal> {
  const place = join(folder.path, String(++places));
  return (await exportTo(place, { url: home.url, platform: PLATFORM, tenant: "one", name: NAME })).seal;
}

/** The next attempt: ends with one whole bundle, that of now, and says what it took over. */
async function goOn({ folder: place, keptIn, compression }: Job) {
  const request = { url: home.url, platform: PLATFORM, tenant: "one", name: NAME, compression };
  const { findings, seal } = await exportTo(place, { ...request, goingOn: goingOnIn(keptIn, true) });
  expect(await readdir(place)).toEqual([NAME]);
  const source = await fileSource(join(place, NAME));
  const verified = await verifyBundle(source);
  await source.close();
  expect(verified.findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
  expect(digests(verified.seal!)).toEqual(digests(await undisturbed()));
  expect(seal.totals.rows).toBeGreaterThan(4_000);
  return findings.find(({ code }) => code === "export-went-on" || code === "export-began-anew")!;
}

/** Of a fenced tenant's export; the same for every one. */
const listed = new Map<string, CrashPoint[]>();
async function pointsOf(compression: "gzip" | "zstd"): Promise<CrashPoint[]> {
  const points = listed.get(compression) ?? (await crashPoints({ ...newJob(compression), point: null }));
  listed.set(compression, points);
  return points;
}

/** Where the notes have begun and some of them are in the file: the items are whole in it. */
async function latePoint(compression: "gzip" | "zstd"): Promise<CrashPoint> {
  const points = await pointsOf(compression);
  const last = points.filter(({ name, when }) => name === "write seal" && when === "before").at(-1)!;
  const kept = points.filter(({ name, when }) => name === "keep" && when === "after");
  const written = points.filter(({ name, when }) => name === "write part" && when === "after");
  // Of all but the part of common rows.
  expect(kept).toHaveLength(written.length - 1);
  return last;
}

async function crashedLate(compression: "gzip" | "zstd" = "gzip"): Promise<Job> {
  await fence();
  const job = newJob(compression);
  await crashAt(job, await latePoint(compression));
  return job;
}

const ITEMS = 2_000 + 4;
/** All of the items at least: of the notes some may still have been in the compressor. */
const WENT_ON = { code: "export-went-on", count: expect.toSatisfy((rows: number) => rows > ITEMS) };
const BEGAN_ANEW = { code: "export-began-anew" };

describe("behind a fence", () => {
  it.each(["gzip", "zstd"] as const)(
    "it goes on from the last part that is whole (%s)",
    async (compression) => {
      const before = await readResidents(client, smallSpec());
      const job = await crashedLate(compression);
      expect(await goOn(job)).toMatchObject(WENT_ON);
      expect(changedResidents(before, await readResidents(client, smallSpec()))).toEqual([]);
    },
  );

  it("it ends well wherever it was killed, and however often", async () => {
    await fence();
    const points = await pointsOf("gzip");
    const before = points.filter(({ name }) => name !== "commit" && !/publish|sync|remove/.test(name));
    for (const point of shard(before, 24)) {
      const job = newJob();
      await crashAt(job, point);
      // And once more, early: what was taken over is in the next file only when it is written.
      if (point.number % 2 === 0) await crashAt(job, points.find(({ name }) => name === "write part")!);
      expect([WENT_ON.code, BEGAN_ANEW.code]).toContain((await goOn(job)).code);
    }
  }, 600_000);
});

describe("it begins anew", () => {
  it("where no fence holds the tenant's rows", async () => {
    const job = newJob();
    const points = await crashPoints({ ...newJob(), point: null });
    expect(points.map(({ name }) => name)).not.toContain("keep");
    await crashAt(job, points.find(({ name, when }) => name === "write seal" && when === "before")!);
    await client.query("UPDATE items SET body = body || '!' WHERE org_id = $1", [key]);
    expect(await goOn(job)).toMatchObject(BEGAN_ANEW);
  });

  it("where the fence was taken down in between, a row written, and another put up", async () => {
    const job = await crashedLate();
    await dropFence(client, key, quietContext());
    await client.query("UPDATE items SET body = body || '?' WHERE org_id = $1", [key]);
    await fence();
    expect(await goOn(job)).toMatchObject(BEGAN_ANEW);
  });

  it("where a table was written anew behind the fence", async () => {
    const job = await crashedLate();
    await client.query("ALTER TABLE items ALTER body TYPE text USING upper(body)");
    expect(await goOn(job)).toMatchObject(BEGAN_ANEW);
  });

  it("where a trigger of the fence was switched off for a moment", async () => {
    const job = await crashedLate();
    await client.query("ALTER TABLE items DISABLE TRIGGER USER");
    await client.query("UPDATE items SET body = lower(body) WHERE org_id = $1", [key]);
    const { rows } = await client.query<{ name: string }>(
      "SELECT tgname AS name FROM pg_trigger WHERE tgrelid = 'items'::regclass AND tgname LIKE 'tenantry_fence%'",
    );
    for (const { name } of rows) await client.query(`ALTER TABLE items ENABLE ALWAYS TRIGGER ${name}`);
    expect(await goOn(job)).toMatchObject(BEGAN_ANEW);
  });

  it("where the unfinished file is not what was kept of it", async () => {
    const job = await crashedLate();
    const [partial] = (await readdir(job.folder)).filter((name) => name.endsWith(".partial"));
    const bytes = await readFile(join(job.folder, partial!));
    // In the middle of the items: what stands before is still whole.
    bytes[bytes.length >> 2]! ^= 1;
    await writeFile(join(job.folder, partial!), bytes);
    const said = await goOn(job);
    expect(said.code === BEGAN_ANEW.code || said.count! <= ITEMS).toBe(true);
  });
});

it("is refused where the fence is gone at the end", async () => {
  const job = await crashedLate();
  const request = { url: home.url, platform: PLATFORM, tenant: "one", name: NAME };
  const context = quietContext({
    sideEffect: async (name, effect) => {
      // Its triggers cannot be dropped meanwhile: what reads the tables holds them.
      if (name === "write part") await client.query("DELETE FROM tenantry.fence");
      return effect();
    },
  });
  const running = exportTo(job.folder, { ...request, goingOn: goingOnIn(job.keptIn, true) }, context);
  await expect(running).rejects.toMatchObject({ findings: [{ code: "fence-changed" }] });
  expect(await readdir(job.folder)).toEqual([]);
});
