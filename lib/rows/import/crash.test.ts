/** Whenever the process of an import dies: nothing has happened or everything, and the next run gets it right. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../../testing/database.ts";
import { type CrashPoint, crashAt, crashPoints, inTwoLanes, untilAlone } from "../testing/crash.ts";
import type { CrashJob } from "../testing/crash-child.ts";
import { forget } from "../testing/exact-rows.ts";
import { compareTenants } from "../testing/oracle.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import {
  keyOfSlug,
  MISSING_PEOPLE,
  SMALL_PLATFORM,
  smallDatabase,
  smallPlatform,
  smallSpec,
} from "../testing/small-platform.ts";
import { type Exported, exportTo, importFrom, temporaryFolder } from "../testing/walk.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: TestDatabase;
let source: pg.Client;
let bundle: Exported;

beforeAll(async () => {
  folder = await temporaryFolder();
  home = await smallDatabase("home");
  source = await home.connect();
  bundle = await exportTo(folder.path, { url: home.url, platform: smallPlatform(), tenant: "one" });
});
afterAll(() => folder.remove());

interface Lane {
  readonly database: TestDatabase;
  readonly client: pg.Client;
}

async function openLane(): Promise<Lane> {
  const database = await smallDatabase("elsewhere");
  return { database, client: await database.connect() };
}

function jobFor({ database }: Lane, newSlug: string): CrashJob & { operation: "import" } {
  const { path } = bundle;
  const { url } = database;
  return { operation: "import", url, platform: SMALL_PLATFORM, path, newSlug, newDomains: [], point: null };
}

/** The people that an import makes stay when the tenant goes: the next one is to make them again. */
async function reset({ client }: Lane, slug: string): Promise<void> {
  await forget(client, smallSpec(), (await keyOfSlug(client, slug))!);
  await client.query("DELETE FROM people p WHERE NOT EXISTS (SELECT FROM items i WHERE i.person_id = p.id)");
}

async function crashAndGoOn(point: CrashPoint, lane: Lane): Promise<"nothing" | "everything"> {
  const slug = `copy-${point.number}-${point.when}`;
  const spec = smallSpec(slug);
  const { client, database } = lane;
  const before = await readResidents(client, spec);
  const isWhole = async (key: string) => {
    expect(changedResidents(before, await readResidents(client, spec, key))).toEqual([
      `public.people: 0 rows gone, ${MISSING_PEOPLE} new`,
    ]);
    const verdict = await compareTenants(
      spec,
      { client: source, key: bundle.manifest.tenant.key },
      { client, key },
    );
    expect(verdict).toMatchObject({ differences: [], keptIds: [] });
    expect(verdict.rows).toBe(17);
  };
  await crashAt(jobFor(lane, slug), point);
  await untilAlone(client);
  const crashed = await keyOfSlug(client, slug);
  if (crashed !== null) await isWhole(crashed);
  else expect(changedResidents(before, await readResidents(client, spec))).toEqual([]);

  const request = {
    path: bundle.path,
    url: database.url,
    platform: smallPlatform(),
    newSlug: slug,
    newDomains: new Map<string, string>(),
  };
  const second = await importFrom(request);
  expect(second.outcome).toBe(crashed === null ? "imported" : "imported before");
  if (crashed !== null) expect(second.tenant.key).toBe(crashed);
  await isWhole(second.tenant.key);
  expect((await importFrom(request)).outcome).toBe("imported before");
  await reset(lane, slug);
  return crashed === null ? "nothing" : "everything";
}

describe("an import whose process is killed", () => {
  it("has done nothing or everything, wherever that was, and a second run ends well", async () => {
    const lane = await openLane();
    const points = await crashPoints(jobFor(lane, "listing"));
    expect(points.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "begin",
        "create common rows",
        "draw ids public.items.id",
        "store journal: loading",
        "copy public.notes",
        "store journal: committing",
        "commit",
        "store journal: done",
      ]),
    );
    const outcomes: Record<string, string> = {};
    await inTwoLanes(points, openLane, async (point, mine) => {
      outcomes[`${point.when} ${point.name}`] = await crashAndGoOn(point, mine);
    });
    expect(Object.keys(outcomes)).toHaveLength(points.length);
    // Nothing of an import can be seen before its COMMIT, and all of it after.
    const seen = Object.entries(outcomes).filter(([, outcome]) => outcome === "everything");
    expect(seen.map(([name]) => name).sort()).toEqual([
      "after commit",
      "after store journal: done",
      "before store journal: done",
    ]);
  }, 120_000);
});
