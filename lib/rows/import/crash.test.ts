/** Whenever the process of an import dies: nothing has happened or everything, and the next run gets it right. */
import type pg from "pg";
import { describe, expect, it } from "vitest";
import type { TestDatabase } from "../../testing/database.ts";
import { isSoak, shard } from "../../testing/shard.ts";
import { type CrashPoint, crashAt, crashPoints, inTwoLanes, untilAlone } from "../testing/crash.ts";
import type { CrashJob } from "../testing/crash-child.ts";
import { forget } from "../testing/exact-rows.ts";
import { compareTenants } from "../testing/oracle.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { HARBOR_STAGE, keyAtStage, SMALL_STAGE, type Stage } from "../testing/stages.ts";
import { type Exported, exportTo, importFrom, parsePlatform, temporaryFolder } from "../testing/walk.ts";

/** A whole tenant of the demo has a hundred side effects more of the same kinds: that is for `npm run soak`. */
const STAGES = isSoak()
  ? ([
      ["a small platform", SMALL_STAGE],
      ["the demo", HARBOR_STAGE],
    ] as const)
  : ([["a small platform", SMALL_STAGE]] as const);

/** A point takes three seconds: a run strikes every fifth, and as many runs strike them all. */
const SHARES = 5;

/** One tenant's bundle, and how to ask for it under another slug and other domains. */
interface Trial {
  readonly stage: Stage;
  readonly platform: string;
  readonly source: pg.Client;
  readonly bundle: Exported;
  /** What a whole import does to everybody else: it makes people. */
  readonly made: readonly string[];
}

interface Lane {
  readonly database: TestDatabase;
  readonly client: pg.Client;
  /** Who was there before any import. */
  readonly emails: readonly string[];
}

async function openLane(stage: Stage): Promise<Lane> {
  const database = await stage.open("elsewhere");
  const client = await database.connect();
  const { rows } = await client.query<{ email: string }>(`SELECT email FROM ${stage.people}`);
  return { database, client, emails: rows.map((row) => row.email) };
}

function domainsFor({ bundle }: Pick<Trial, "bundle">, slug: string): Map<string, string> {
  return new Map(bundle.manifest.tenant.domains.map((domain) => [domain, `${slug}.${domain}`]));
}

function jobFor(trial: Omit<Trial, "made">, { database }: Lane, newSlug: string): CrashJob {
  const newDomains = [...domainsFor(trial, newSlug)];
  const { path } = trial.bundle;
  return {
    operation: "import",
    url: database.url,
    platform: trial.platform,
    path,
    newSlug,
    newDomains,
    point: null,
  };
}

/** The people that an import makes stay when the tenant goes: the next one is to make them again. */
async function reset({ stage }: Pick<Trial, "stage">, { client, emails }: Lane, slug: string): Promise<void> {
  await forget(client, stage.spec(slug, new Map()), (await keyAtStage(client, stage, slug))!);
  await client.query(`DELETE FROM ${stage.people} WHERE email <> ALL ($1)`, [emails]);
}

async function crashAndGoOn(trial: Trial, point: CrashPoint, lane: Lane): Promise<"nothing" | "everything"> {
  const { stage, bundle, source, made } = trial;
  const { client, database } = lane;
  const slug = `copy-${point.number}-${point.when}`;
  const newDomains = domainsFor(trial, slug);
  const spec = stage.spec(slug, newDomains);
  const before = await readResidents(client, spec);
  const isWhole = async (key: string) => {
    expect(changedResidents(before, await readResidents(client, spec, key))).toEqual(made);
    const verdict = await compareTenants(
      spec,
      { client: source, key: bundle.manifest.tenant.key },
      { client, key },
    );
    expect(verdict).toMatchObject({ differences: [], keptIds: [] });
    expect(verdict.rows).toBeGreaterThan(16);
  };
  await crashAt(jobFor(trial, lane, slug), point);
  await untilAlone(client);
  const crashed = await keyAtStage(client, stage, slug);
  if (crashed !== null) await isWhole(crashed);
  else expect(changedResidents(before, await readResidents(client, spec))).toEqual([]);

  const platform = parsePlatform(trial.platform);
  const request = { path: bundle.path, url: database.url, platform, newSlug: slug, newDomains };
  const second = await importFrom(request);
  expect(second.outcome).toBe(crashed === null ? "imported" : "imported before");
  if (crashed !== null) expect(second.tenant.key).toBe(crashed);
  await isWhole(second.tenant.key);
  expect((await importFrom(request)).outcome).toBe("imported before");
  await reset(trial, lane, slug);
  return crashed === null ? "nothing" : "everything";
}

describe.each(STAGES)("an import into %s whose process is killed", (_name, stage) => {
  it("has done nothing or everything, wherever that was, and a second run ends well", async () => {
    const folder = await temporaryFolder();
    const home = await stage.open("home");
    const source = await home.connect();
    const text = await stage.platform();
    const platform = parsePlatform(text);
    const bundle = await exportTo(folder.path, { url: home.url, platform, tenant: stage.tenant });

    const trial = { stage, platform: text, source, bundle };
    const lane = await openLane(stage);
    const spec = stage.spec("listing", new Map());
    const before = await readResidents(lane.client, spec);
    const points = await crashPoints(jobFor(trial, lane, "listing"));
    const key = await keyAtStage(lane.client, stage, "listing");
    const made = changedResidents(before, await readResidents(lane.client, spec, key));
    expect(made).toHaveLength(1);
    expect(made[0]).toMatch(new RegExp(`^${stage.people}: 0 rows gone, [1-9]\\d* new$`));
    expect(points.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "begin",
        "create common rows",
        "store journal: loading",
        "store journal: committing",
        "commit",
        "store journal: done",
        ...stage.sideEffects,
      ]),
    );
    const outcomes: Record<string, string> = {};
    const struck = shard(points, SHARES);
    await inTwoLanes(
      struck,
      () => openLane(stage),
      async (point, mine) => {
        outcomes[`${point.when} ${point.name}`] = await crashAndGoOn({ ...trial, made }, point, mine);
      },
    );
    // Nothing of an import can be seen before its COMMIT, and all of it after.
    const committed = ["after commit", "after store journal: done", "before store journal: done"];
    const expected = struck.map(({ name, when }) => {
      const point = `${when} ${name}`;
      return [point, committed.includes(point) ? "everything" : "nothing"];
    });
    expect(outcomes).toEqual(Object.fromEntries(expected));
    await folder.remove();
  }, 1_200_000);
});
