/** Imports that are cut off, called off, or meet one another. */
import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Refusal } from "../../findings/finding.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { quietContext } from "../run-context.ts";
import { untilAlone } from "../testing/crash.ts";
import { forget } from "../testing/exact-rows.ts";
import { disturbedAt, listing, type SideEffectPoint, terminate, untilWaiting } from "../testing/interrupt.ts";
import { compareTenants } from "../testing/oracle.ts";
import { changedResidents, type Residents, readResidents } from "../testing/residents.ts";
import {
  keyOfSlug,
  MISSING_PEOPLE,
  smallDatabase,
  smallPlatform,
  smallSpec,
} from "../testing/small-platform.ts";
import { type Exported, exportTo, importFrom, refusal, temporaryFolder } from "../testing/walk.ts";

const SLUG = "copy";
const spec = smallSpec(SLUG);
const platform = smallPlatform();

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: TestDatabase;
let source: pg.Client;
let bundle: Exported;
let database: TestDatabase;
let client: pg.Client;
let other: pg.Client;
let before: Residents;

beforeAll(async () => {
  folder = await temporaryFolder();
  home = await smallDatabase("home");
  source = await home.connect();
});
beforeEach(async () => {
  // A bundle of its own for each test: the journal lies beside it.
  const name = `one-${Math.random().toString(36).slice(2)}.tar.gz`;
  bundle = await exportTo(folder.path, { url: home.url, platform, tenant: "one", name });
  database = await smallDatabase("elsewhere");
  client = await database.connect();
  other = await database.connect();
  before = await readResidents(client, spec);
});
afterEach(() => database.drop());
afterAll(() => folder.remove());

function start(context = quietContext(), more: { newSlug?: string; journal?: () => string } = {}) {
  return importFrom({ path: bundle.path, url: database.url, platform, newSlug: SLUG, ...more }, context);
}

async function isUntouched(): Promise<void> {
  expect(changedResidents(before, await readResidents(client, spec))).toEqual([]);
}

async function isWhole(): Promise<void> {
  const key = (await keyOfSlug(client, SLUG))!;
  expect(changedResidents(before, await readResidents(client, spec, key))).toEqual([
    `public.people: 0 rows gone, ${MISSING_PEOPLE} new`,
  ]);
  const verdict = await compareTenants(
    spec,
    { client: source, key: bundle.manifest.tenant.key },
    { client, key },
  );
  expect(verdict).toMatchObject({ differences: [], keptIds: [], rows: 17 });
}

/** A disturbed run has done nothing or everything; the next one ends well. Gives what the disturbed one said. */
async function goOn(disturbed: Promise<unknown>): Promise<unknown> {
  const said: unknown = await disturbed.then(
    () => null,
    (error: unknown) => error,
  );
  await untilAlone(client);
  if ((await keyOfSlug(client, SLUG)) === null) await isUntouched();
  else await isWhole();
  if (said === null) await isWhole();
  await start();
  await isWhole();
  return said;
}

/** Two sides of every side effect of this very import. */
async function points(): Promise<SideEffectPoint[]> {
  const names: string[] = [];
  await start(quietContext({ sideEffect: listing(names) }));
  expect(names.length).toBeGreaterThan(8);
  await clean();
  return names.flatMap((_, index) =>
    (["before", "after"] as const).map((when) => ({ number: index + 1, when })),
  );
}

async function clean(): Promise<void> {
  await forget(client, spec, (await keyOfSlug(client, SLUG))!);
  await client.query("DELETE FROM people p WHERE NOT EXISTS (SELECT FROM items i WHERE i.person_id = p.id)");
}

/** Each point asks for an import of its own, by a journal of its own. */
async function atEachPoint(
  disturb: (point: SideEffectPoint, journal: string) => Promise<void>,
): Promise<void> {
  for (const point of await points()) {
    await disturb(point, `${bundle.path}.${point.number}-${point.when}.json`);
    await clean();
  }
}

describe("a connection that is cut", () => {
  it("at any side effect leaves nothing or everything, and the next run ends well", async () => {
    await atEachPoint(async (point, journal) => {
      const sideEffect = disturbedAt(point, () => terminate(other, "tenantry import").catch(() => {}));
      const said = await start(quietContext({ sideEffect }), { journal: () => journal }).catch(
        (error) => error,
      );
      if (!("outcome" in said)) expect(said).toBeInstanceOf(Refusal);
      await untilAlone(client);
      if ((await keyOfSlug(client, SLUG)) === null) await isUntouched();
      else await isWhole();
      await start(quietContext(), { journal: () => journal });
      await isWhole();
    });
  });

  it("in the middle of a COPY leaves nothing", async () => {
    await other.query("BEGIN");
    await other.query("INSERT INTO orgs VALUES (gen_random_uuid(), $1, 'active')", [SLUG]);
    const running = goOn(start());
    const waiting = await database.connect();
    await untilWaiting(waiting, "tenantry import", "COPY", "Lock");
    await terminate(waiting, "tenantry import");
    await other.query("ROLLBACK");
    expect(await running).toMatchObject({ findings: [{ code: "load-failed", where: "public.orgs" }] });
  });

  it("while it plans leaves nothing", async () => {
    await other.query("BEGIN");
    await other.query("LOCK TABLE orgs IN ACCESS EXCLUSIVE MODE");
    const running = start().catch((error) => error);
    const waiting = await database.connect();
    await untilWaiting(waiting, "tenantry plan", "", "Lock");
    await terminate(waiting, "tenantry plan");
    await other.query("ROLLBACK");
    expect(await running).toBeInstanceOf(Refusal);
    await isUntouched();
  });
});

describe("an import that is called off", () => {
  it("at any side effect has done nothing or everything, and says so", async () => {
    await atEachPoint(async (point, journal) => {
      const controller = new AbortController();
      const sideEffect = disturbedAt(point, async () => controller.abort(new Error("called off")));
      const context = quietContext({ sideEffect, signal: controller.signal });
      const said = await start(context, { journal: () => journal }).catch((error) => error);
      await untilAlone(client);
      const done = (await keyOfSlug(client, SLUG)) !== null;
      if (done) await isWhole();
      else await isUntouched();
      // It is never called off where it has taken effect, nor done where it has not.
      if ("outcome" in said) expect(done).toBe(true);
      else expect(said.message).toBe("called off");
      await start(quietContext(), { journal: () => journal });
      await isWhole();
    });
  });

  it("in the middle of a COPY stops at once and leaves nothing", async () => {
    const controller = new AbortController();
    await other.query("BEGIN");
    await other.query("INSERT INTO orgs VALUES (gen_random_uuid(), $1, 'active')", [SLUG]);
    const running = start(quietContext({ signal: controller.signal })).catch((error) => error);
    const waiting = await database.connect();
    await untilWaiting(waiting, "tenantry import", "COPY", "Lock");
    controller.abort(new Error("called off"));
    expect((await running).message).toBe("called off");
    await untilAlone(waiting);
    await other.query("ROLLBACK");
    await isUntouched();
    await start();
    await isWhole();
  });

  it("before it has begun does not begin", async () => {
    const signal = AbortSignal.abort(new Error("called off"));
    await expect(start(quietContext({ signal }))).rejects.toThrow("called off");
    await isUntouched();
  });
});

describe("two imports at once", () => {
  it("of the same request make one tenant", async () => {
    const results = await Promise.allSettled([start(), start()]);
    const done = results.filter(({ status }) => status === "fulfilled");
    expect(done.length).toBeGreaterThan(0);
    for (const result of results)
      if (result.status === "rejected")
        expect(result.reason.findings).toMatchObject([{ code: "import-in-progress" }]);
    await isWhole();
    expect((await start()).outcome).toBe("imported before");
  });

  it("of the same request make one tenant, whenever the second begins", async () => {
    await atEachPoint(async (point, journal) => {
      let second: Promise<unknown> = Promise.resolve();
      const sideEffect = disturbedAt(point, async () => {
        second = start(quietContext(), { journal: () => journal }).catch((error) => error);
        await second;
      });
      const first = await start(quietContext({ sideEffect }), { journal: () => journal }).catch(
        (error) => error,
      );
      const said = [first, await second] as ({ outcome?: string } & Partial<Refusal>)[];
      expect(said.filter(({ outcome }) => outcome === "imported")).toHaveLength(1);
      for (const { outcome, findings } of said)
        if (outcome === undefined) expect(findings).toMatchObject([{ code: "import-in-progress" }]);
      await isWhole();
    });
  });

  it("of the same bundle by two people, under one slug, make one tenant", async () => {
    const results = await Promise.allSettled(
      ["anna", "ben"].map((name) => start(quietContext(), { journal: () => `${bundle.path}.${name}.json` })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await isWhole();
  });

  it("under two slugs both succeed, and leave each other alone", async () => {
    await Promise.all([start(), start(quietContext(), { newSlug: "copy-two" })]);
    const key = (await keyOfSlug(client, SLUG))!;
    const second = (await keyOfSlug(client, "copy-two"))!;
    for (const [slug, copy] of [
      [SLUG, key],
      ["copy-two", second],
    ] as const) {
      const verdict = await compareTenants(
        smallSpec(slug),
        { client: source, key: bundle.manifest.tenant.key },
        { client, key: copy },
      );
      expect(verdict).toMatchObject({ differences: [], rows: 17 });
    }
  });
});

describe("what others do meanwhile", () => {
  it("does not disturb it: residents are written all the time", async () => {
    let running = true;
    const resident = (async () => {
      let rounds = 0;
      while (running) {
        await other.query(
          "INSERT INTO items (org_id, body) SELECT id, 'meanwhile' FROM orgs WHERE slug = 'resident'",
        );
        await other.query("UPDATE items SET body = body || '.' WHERE body LIKE 'meanwhile%'");
        rounds++;
      }
      return rounds;
    })();
    const result = await start();
    running = false;
    expect(await resident).toBeGreaterThan(3);
    expect(result.outcome).toBe("imported");
    await client.query("DELETE FROM items WHERE body LIKE 'meanwhile%'");
    await isWhole();
  });

  it("cannot take away a person whom it points at", async () => {
    await other.query("SET lock_timeout = '20ms'");
    const tried: string[] = [];
    const context = quietContext({
      sideEffect: async (name, effect) => {
        const result = await effect();
        if (!name.startsWith("copy")) return result;
        const error = await other
          .query(
            "DELETE FROM people WHERE email = 'p3@example.org' AND id NOT IN (SELECT person_id FROM items WHERE person_id IS NOT NULL AND false)",
          )
          .catch((reason: { code: string }) => reason.code);
        tried.push(String(error));
        return result;
      },
    });
    await start(context);
    expect(tried).toEqual(["55P03", "55P03", "55P03"]);
    await isWhole();
  });

  it("may have taken a person away before: then it is refused or made again, and nothing dangles", async () => {
    await other.query(
      "UPDATE items SET person_id = NULL WHERE person_id = (SELECT id FROM people WHERE email = 'p3@example.org')",
    );
    before = await readResidents(client, spec);
    const context = quietContext({
      sideEffect: async (name, effect) => {
        if (name === "begin") await other.query("DELETE FROM people WHERE email = 'p3@example.org'");
        return effect();
      },
    });
    await start(context);
    const { rowCount } = await client.query(
      "SELECT FROM items i WHERE person_id IS NOT NULL AND NOT EXISTS (SELECT FROM people p WHERE p.id = i.person_id)",
    );
    expect(rowCount).toBe(0);
    const key = (await keyOfSlug(client, SLUG))!;
    expect(changedResidents(before, await readResidents(client, spec, key))).toEqual([
      "public.people: 1 rows gone, 3 new",
    ]);
  });

  it("may alter a table after the plan: then it is refused", async () => {
    const context = quietContext({
      sideEffect: async (name, effect) => {
        if (name === "begin") await other.query("ALTER TABLE notes ADD COLUMN later text");
        return effect();
      },
    });
    expect(await refusal(start(context))).toMatchObject([{ code: "shape-differs", where: "public.notes" }]);
    expect(await keyOfSlug(client, SLUG)).toBeNull();
  });

  it("may make a trigger fire always after the plan: then it is refused", async () => {
    const context = quietContext({
      sideEffect: async (name, effect) => {
        if (name === "begin") {
          await other.query(`CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN UPDATE public.people SET name = ''X''; RETURN NULL; END'`);
          await other.query("CREATE TRIGGER meddle AFTER INSERT ON notes EXECUTE FUNCTION meddle()");
          await other.query("ALTER TABLE notes ENABLE ALWAYS TRIGGER meddle");
        }
        return effect();
      },
    });
    expect(await refusal(start(context))).toMatchObject([{ code: "trigger-fires-always" }]);
    await isUntouched();
  });
});
