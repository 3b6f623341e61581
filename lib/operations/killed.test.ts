/**
 * A worker that is killed at every side effect of the engine and of the operation's steps: the next worker ends the
 * run well, everything has happened exactly once, nobody else was touched, and the trail has one entry a transition.
 */
import { and, eq, isNotNull, like, sql } from "drizzle-orm";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCatalog } from "../catalog/read.ts";
import { driveOperation } from "../engine/drive.ts";
import type { StepRecord } from "../engine/step-record.ts";
import { wishOperation } from "../engine/wish.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { bundles } from "../records/schema/bundles.ts";
import { drills } from "../records/schema/drills.ts";
import { operations } from "../records/schema/operations.ts";
import { tenants } from "../records/schema/tenants.ts";
import { dropFence, holdFence } from "../rows/fence/fence.ts";
import { quietContext } from "../rows/run-context.ts";
import { forget } from "../rows/testing/exact-rows.ts";
import { compareTenants } from "../rows/testing/oracle.ts";
import { changedResidents, type Residents, readResidents } from "../rows/testing/residents.ts";
import {
  keyOfSlug,
  MISSING_PEOPLE,
  SMALL_PLATFORM,
  smallDatabase,
  smallSpec,
} from "../rows/testing/small-platform.ts";
import { parsePlatform } from "../rows/testing/walk.ts";
import { deriveModel } from "../tenancy/derive-model.ts";
import { shard } from "../testing/shard.ts";
import { type Console, openConsole } from "./console.ts";
import { type CrashPoint, crashAfter, crashAt, crashPoints } from "./testing/crash.ts";
import { type OlderBundle, olderBundle } from "./testing/older-bundle.ts";
import {
  type Asked,
  approve,
  ask,
  carryOut,
  createWorldOf,
  drive,
  rowOf,
  type TestWorld,
  TIMES,
} from "./testing/world.ts";

const CREATE = `
create:
  rows:
    - { table: public.orgs, values: { id: "{key}", slug: "{slug}", status: suspended } }
`;

let world: TestWorld;
let one: string;
let bundleId: string;
let older: OlderBundle;
beforeAll(async () => {
  older = await olderBundle();
  world = await createWorldOf(
    SMALL_PLATFORM + CREATE + older.platform,
    await smallDatabase("home"),
    await smallDatabase("elsewhere"),
  );
  await older.take(world);
  one = (await keyOfSlug(world.euClient, "one"))!;
  bundleId = (await carryOut(world, { kind: "export", input: { tenantKey: one } })).result.links.bundle!;
}, 120_000);
afterAll(async () => {
  await world.close();
  await older.close();
});

const KILLED = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database()
  AND application_name LIKE 'tenantry %' AND application_name <> 'tenantry test'`;

/** The server notices only after a moment that a client is gone; until then its transaction is open. */
async function untilAlone(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ count: number }>(KILLED);
    if (rows[0]!.count === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function start(asked: Asked): Promise<string> {
  const id = await ask(world, asked);
  if ((await rowOf(world, id)).state === "in_review") await approve(world, id);
  return id;
}

/** The next worker comes when the dead one's lease is over: here at once, as if that time had passed. */
async function driveOn(id: string): Promise<void> {
  await world.console.records
    .update(operations)
    .set({ leaseUntil: sql`now() - interval '1 second'` })
    .where(and(eq(operations.id, id), isNotNull(operations.leaseUntil)));
  const { state } = await rowOf(world, id);
  if (state === "queued" || state === "running") expect(await drive(world, id)).toBe("ended");
}

async function transitions(id: string): Promise<string[]> {
  const rows = await world.console.records
    .select({ action: auditEntries.action })
    .from(auditEntries)
    .where(and(eq(auditEntries.operationId, id), like(auditEntries.action, "operation.%")))
    .orderBy(auditEntries.at, auditEntries.id);
  return rows.map(({ action }) => action.slice("operation.".length));
}

/** A kill takes two seconds: a run strikes every twelfth point, and as many runs strike them all. */
const SHARES = 12;

interface Scenario {
  readonly asked: (point: string) => Asked;
  /** Before it is asked for. */
  readonly prepare?: () => Promise<void>;
  readonly client: () => pg.Client;
  /** Side effects that must be among those of the run. */
  readonly strikes: readonly string[];
  /** Whether only those are struck: the engine's own are struck by others already. */
  readonly only?: true;
  /** Of its own, and struck in another scenario. */
  readonly others?: readonly string[];
  readonly transitions: readonly string[];
  /** After the run was ended by the second worker; takes everything back for the next. */
  readonly check: (id: string, before: Residents) => Promise<void>;
}

/** The tenant's state in its database and in the records' list, as if somebody else had set it. */
async function setState(state: "active" | "suspended"): Promise<void> {
  await world.euClient.query("UPDATE orgs SET status = $1 WHERE slug = 'one'", [state]);
  await world.console.records.update(tenants).set({ state }).where(eq(tenants.key, one));
}

/** The imported tenant, and the people whom the import created for it. */
async function takeImportBack(key: string): Promise<void> {
  await forget(world.usClient, smallSpec(), key);
  await world.usClient.query(
    "DELETE FROM people p WHERE NOT EXISTS (SELECT FROM items i WHERE i.person_id = p.id)",
  );
}

const WRITE = "UPDATE notes SET body = body WHERE item_id IN (SELECT id FROM items WHERE org_id = $1)";

const listedTenant = () => world.console.records.select().from(tenants).where(eq(tenants.key, one));

const CHANGE_OF_STATE = ["save checkpoint of change state", "commit", "list tenant"];

const REVIEWED = ["requested", "review-wanted", "approved", "queued", "running", "succeeded"];

const scenarios: Readonly<Record<string, Scenario>> = {
  suspend: {
    asked: () => ({ kind: "suspend", input: { tenantKey: one } }),
    client: () => world.euClient,
    strikes: [
      "claim",
      "move to running",
      "save checkpoint of change state",
      "commit",
      "store outcome of commit",
      "list tenant",
      "move to succeeded",
    ],
    transitions: REVIEWED,
    async check(_id, before) {
      const { rows } = await world.euClient.query("SELECT status, xmin::text FROM orgs WHERE slug = 'one'");
      expect(rows).toMatchObject([{ status: "suspended" }]);
      await world.euClient.query("UPDATE orgs SET status = 'active' WHERE slug = 'one'");
      expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
      await world.console.records.update(tenants).set({ state: "active" }).where(eq(tenants.key, one));
    },
  },
  resume: {
    // By another person than who suspends here: one's own suspend is taken back without a review.
    asked: () => ({ kind: "resume", input: { tenantKey: one }, by: "admin" }),
    prepare: () => setState("suspended"),
    client: () => world.euClient,
    strikes: ["save checkpoint of change state", "commit", "store outcome of commit", "list tenant"],
    only: true,
    transitions: REVIEWED,
    async check(_id, before) {
      const { rows } = await world.euClient.query("SELECT status FROM orgs WHERE slug = 'one'");
      expect(rows).toEqual([{ status: "active" }]);
      await setState("suspended");
      expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
      await setState("active");
    },
  },
  "suspend behind a fence": {
    asked: () => ({ kind: "suspend", input: { tenantKey: one, fence: true } }),
    client: () => world.euClient,
    strikes: ["note fence", "put fence up", "list fence"],
    only: true,
    others: CHANGE_OF_STATE,
    transitions: REVIEWED,
    async check(_id, before) {
      await expect(world.euClient.query(WRITE, [one])).rejects.toMatchObject({ code: "MV001" });
      expect((await listedTenant())[0]!.fence).toMatchObject({ state: "held" });
      await dropFence(world.euClient, one, quietContext());
      await setState("active");
      await world.euClient.query(WRITE, [one]);
      expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
    },
  },
  "resume behind a fence": {
    asked: () => ({ kind: "resume", input: { tenantKey: one }, by: "admin" }),
    async prepare() {
      await setState("suspended");
      const model = deriveModel(await readCatalog(world.euClient), parsePlatform(SMALL_PLATFORM));
      await holdFence(world.euClient, model, one, quietContext());
    },
    client: () => world.euClient,
    strikes: ["take fence down", "list fence"],
    only: true,
    others: CHANGE_OF_STATE,
    transitions: REVIEWED,
    async check(_id, before) {
      await world.euClient.query(WRITE, [one]);
      expect((await listedTenant())[0]!.fence).toBeNull();
      const { rows } = await world.euClient.query("SELECT status FROM orgs WHERE slug = 'one'");
      expect(rows).toEqual([{ status: "active" }]);
      await setState("suspended");
      expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
      await setState("active");
    },
  },
  import: {
    asked: () => ({ kind: "import", databaseId: world.usId, input: { bundleId } }),
    client: () => world.usClient,
    strikes: [
      "claim",
      "move to running",
      "save checkpoint of load",
      "commit",
      "store outcome of commit",
      "list tenant",
      "move to succeeded",
    ],
    transitions: REVIEWED,
    async check(id, before) {
      const spec = smallSpec();
      const { rows: found } = await world.usClient.query<{ id: string }>(
        "SELECT id FROM orgs WHERE slug = 'one'",
      );
      expect(found).toHaveLength(1);
      const key = found[0]!.id;
      expect((await rowOf(world, id)).result.links.tenant).toBe(key);
      const verdict = await compareTenants(
        spec,
        { client: world.euClient, key: one },
        { client: world.usClient, key },
      );
      expect(verdict).toMatchObject({ differences: [], keptIds: [] });
      expect(changedResidents(before, await readResidents(world.usClient, spec, key))).toEqual([
        `public.people: 0 rows gone, ${MISSING_PEOPLE} new`,
      ]);
      const listed = await world.console.records.select().from(tenants).where(eq(tenants.key, key));
      expect(listed).toMatchObject([{ slug: "one", state: "suspended", goneAt: null }]);
      await takeImportBack(key);
    },
  },
  create: {
    asked: () => ({
      kind: "create",
      input: { slug: "three", name: "Three", key: "00000000-0000-4000-8000-000000000003" },
    }),
    client: () => world.euClient,
    strikes: ["save checkpoint of create", "commit", "store outcome of commit", "list tenant"],
    only: true,
    transitions: REVIEWED,
    async check(_id, before) {
      const { rowCount } = await world.euClient.query("DELETE FROM orgs WHERE slug = 'three'");
      expect(rowCount).toBe(1);
      expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
    },
  },
  drill: {
    asked: () => ({ kind: "drill", input: { bundleId } }),
    client: () => world.euClient,
    strikes: ["record drill"],
    only: true,
    transitions: ["requested", "approved", "queued", "running", "succeeded"],
    async check(id, before) {
      const evidence = await world.console.records.select().from(drills).where(eq(drills.operationId, id));
      expect(evidence).toMatchObject([{ bundleId, passed: true }]);
      expect(evidence[0]!.rows).toBeGreaterThan(0);
      expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
    },
  },
  export: {
    asked: () => ({ kind: "export", input: { tenantKey: one } }),
    client: () => world.euClient,
    strikes: ["reserve name", "commit", "list bundle"],
    only: true,
    transitions: ["requested", "approved", "queued", "running", "succeeded"],
    async check(id, before) {
      const listed = await world.console.records.select().from(bundles).where(eq(bundles.operationId, id));
      expect(listed).toMatchObject([{ state: "ready", signature: { state: "trusted" } }]);
      expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
      const files = (await world.console.stores.get("folder").list()).map(({ name }) => name);
      expect(files.filter((name) => name === listed[0]!.name)).toHaveLength(1);
    },
  },
  upgrade: {
    asked: () => ({ kind: "upgrade", input: { bundleId: older.bundleId(), target: "newest" } }),
    client: () => world.euClient,
    strikes: ["reserve name", "commit", "list bundle"],
    only: true,
    transitions: ["requested", "approved", "queued", "running", "succeeded"],
    async check(id, before) {
      const listed = await world.console.records.select().from(bundles).where(eq(bundles.operationId, id));
      expect(listed).toMatchObject([{ state: "ready", schemaVersion: "2", signature: { state: "trusted" } }]);
      expect(listed[0]!.rows).toBeGreaterThan(10);
      expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
      expect(await older.left()).toEqual([]);
    },
  },
  "export behind a fence": {
    asked: () => ({ kind: "export", input: { tenantKey: one } }),
    async prepare() {
      const model = deriveModel(await readCatalog(world.euClient), parsePlatform(SMALL_PLATFORM));
      await holdFence(world.euClient, model, one, quietContext());
    },
    client: () => world.euClient,
    strikes: ["save checkpoint of write"],
    only: true,
    others: ["reserve name", "commit", "list bundle"],
    transitions: ["requested", "approved", "queued", "running", "succeeded"],
    async check(id, before) {
      await dropFence(world.euClient, one, quietContext());
      const { findings, steps } = await rowOf(world, id);
      const codes = findings.map(({ code }) => code).filter((code) => code.startsWith("export-"));
      // So few rows wait in the compressor: none was in the file when the worker died.
      expect(codes).toEqual((steps as readonly StepRecord[])[0]!.attempts > 1 ? ["export-began-anew"] : []);
      const listed = await world.console.records.select().from(bundles).where(eq(bundles.operationId, id));
      expect(listed).toMatchObject([{ state: "ready", signature: { state: "trusted" } }]);
      expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
    },
  },
};

async function killAndGoOn(scenario: Scenario, point: CrashPoint): Promise<void> {
  const client = scenario.client();
  await scenario.prepare?.();
  const before = await readResidents(client, smallSpec());
  const id = await start(scenario.asked(`${point.number}-${point.when}`));
  await crashAt(world, id, point);
  await untilAlone(client);
  await driveOn(id);
  const row = await rowOf(world, id);
  expect(row.state, JSON.stringify(row.findings)).toBe("succeeded");
  expect(await transitions(id)).toEqual(scenario.transitions);
  await scenario.check(id, before);
}

async function killEverywhere(name: string): Promise<void> {
  const scenario = scenarios[name]!;
  await scenario.prepare?.();
  const first = await readResidents(scenario.client(), smallSpec());
  const listing = await start(scenario.asked("listing"));
  const points = await crashPoints(world, listing);
  await scenario.check(listing, first);
  expect(points.map((point) => point.name)).toEqual(expect.arrayContaining([...scenario.strikes]));
  if (scenario.only) expect(unstruck(points, [...scenario.strikes, ...(scenario.others ?? [])])).toEqual([]);
  const struck = points.filter(({ name }) => !scenario.only || scenario.strikes.includes(name));
  for (const point of shard(struck, SHARES)) {
    try {
      await killAndGoOn(scenario, point);
    } catch (error) {
      throw new Error(`${name} ${point.when} ${point.name} (${point.number})`, { cause: error });
    }
  }
}

/**
 * The engine's own side effects, which every run has, whatever its steps are called: a suspend and an import are
 * struck at each of them. What is left of another run's must be among its own strikes.
 */
const ENGINES = /^(claim|begin .+|move to \w+|store (intent|outcome) of .+|store that .+ is done)$/;

function unstruck(points: readonly CrashPoint[], strikes: readonly string[]): string[] {
  return points.map(({ name }) => name).filter((name) => !ENGINES.test(name) && !strikes.includes(name));
}

/** Two lanes: the one works in the one database, the other in the other. */
describe.concurrent("a worker that is killed: the next one ends it well, once", () => {
  it("wherever a suspend, a resume, with a fence and without, a creation, a drill or an export was", async () => {
    for (const name of Object.keys(scenarios)) if (name !== "import") await killEverywhere(name);
  }, 600_000);

  it("wherever an import was", () => killEverywhere("import"), 600_000);
});

describe("an abort that comes after a lost worker had committed", () => {
  async function abortAfterCommit(asked: Asked, client: pg.Client): Promise<string> {
    const id = await start(asked);
    await crashAfter(world, id, "store outcome of commit");
    await untilAlone(client);
    const wished = await wishOperation(world.console.engine, await world.actor("operator"), {
      operationId: id,
      wish: "abort",
    });
    expect(wished).toMatchObject({ ok: true });
    await driveOn(id);
    return id;
  }

  it("sets a suspended tenant's state back", async () => {
    const before = await readResidents(world.euClient, smallSpec());
    const id = await abortAfterCommit({ kind: "suspend", input: { tenantKey: one } }, world.euClient);
    expect(await rowOf(world, id)).toMatchObject({ state: "aborted", steps: [{ state: "undone" }] });
    expect(changedResidents(before, await readResidents(world.euClient, smallSpec()))).toEqual([]);
    const [listed] = await world.console.records.select().from(tenants).where(eq(tenants.key, one));
    expect(listed!.state).toBe("active");
  });

  it("leaves an imported tenant where it is, lists it, and says that it stays", async () => {
    const asked = { kind: "import", databaseId: world.usId, input: { bundleId } };
    const id = await abortAfterCommit(asked, world.usClient);
    const row = await rowOf(world, id);
    expect(row).toMatchObject({ state: "aborted", steps: [{ state: "done" }] });
    expect(row.result.sentence).toContain("This stays");
    const key = (await keyOfSlug(world.usClient, "one"))!;
    expect(row.result.links.tenant).toBe(key);
    const listed = await world.console.records.select().from(tenants).where(eq(tenants.key, key));
    expect(listed).toMatchObject([{ slug: "one", state: "suspended" }]);
    await takeImportBack(key);
  });
});

describe("two workers", () => {
  /** A worker that stops in the middle of this side effect, and goes on when it is told to. */
  async function sleepy(
    name: string,
  ): Promise<{ console: Console; asleep: Promise<void>; wake: () => void }> {
    let wake = () => {};
    const sleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let fallAsleep = () => {};
    const asleep = new Promise<void>((resolve) => {
      fallAsleep = resolve;
    });
    const console = await openConsole(world.env, {
      times: TIMES,
      async sideEffect(effect, act) {
        if (effect.startsWith(name)) {
          fallAsleep();
          await sleep;
        }
        return act();
      },
    });
    return { console, asleep, wake };
  }

  it.each(shard(Object.keys(scenarios), 3))(
    "at once carry out one %s, once",
    async (name) => {
      const scenario = scenarios[name]!;
      await scenario.prepare?.();
      const before = await readResidents(scenario.client(), smallSpec());
      const id = await start(scenario.asked("both"));
      const driven = await Promise.all([drive(world, id), drive(world, id)]);
      expect(driven.toSorted()).toEqual(["ended", "not mine"]);
      expect((await rowOf(world, id)).state).toBe("succeeded");
      expect(await transitions(id)).toEqual(scenario.transitions);
      await scenario.check(id, before);
    },
    120_000,
  );

  it.each(shard(Object.keys(scenarios), 3, 1))(
    "of which one wakes up late carry out one %s, once",
    async (name) => {
      const scenario = scenarios[name]!;
      await scenario.prepare?.();
      const before = await readResidents(scenario.client(), smallSpec());
      const id = await start(scenario.asked("late"));
      const late = await sleepy("begin ");
      const slept = driveOperation(late.console.engine, id);
      await late.asleep;
      await driveOn(id);
      late.wake();
      expect(await slept).toBe("lost");
      expect((await rowOf(world, id)).state).toBe("succeeded");
      expect(await transitions(id)).toEqual(scenario.transitions);
      await scenario.check(id, before);
      await late.console.close();
    },
    120_000,
  );
});
