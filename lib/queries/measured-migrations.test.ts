import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Actor } from "../access/actor.ts";
import { lookAtDatabase } from "../operations/health/look.ts";
import { askReplay, cancelReplay } from "../operations/replays/ask.ts";
import { runReplays } from "../operations/replays/run.ts";
import { createWorldOf, type TestWorld } from "../operations/testing/world.ts";
import { newId } from "../records/id.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { measuredMigrations, replays } from "../records/schema/replays.ts";
import { createTestDatabase } from "../testing/database.ts";
import { readMeasuredClasses, readMeasuredMigration } from "./measured-migrations.ts";
import { readSchemaVersions } from "./schema-versions.ts";

const PLATFORM = "shop";
const FILE = `platform: ${PLATFORM}
tenant: { table: public.shops, key: id, slug: slug }
ledger: sqlx
migrations: ./migrations
`;
const MIGRATIONS = {
  "1_shops.sql": "CREATE TABLE shops (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE)",
  "2_orders.sql":
    "CREATE TABLE orders (id bigserial PRIMARY KEY, shop_id uuid NOT NULL REFERENCES shops (id), amount int NOT NULL)",
  "3_amounts.sql":
    "ALTER TABLE orders ALTER amount TYPE bigint; CREATE INDEX orders_shop ON orders (shop_id);",
};

let base: string;
let world: TestWorld;
let operator: Actor;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "replays-"));
  await mkdir(join(base, PLATFORM, "migrations"), { recursive: true });
  for (const [name, sql] of Object.entries(MIGRATIONS)) await write(name, sql);
  const [eu, us] = await Promise.all([createTestDatabase("empty"), createTestDatabase("empty")]);
  for (const { connect } of [eu, us]) {
    const client = await connect();
    await client.query(`${Object.values(MIGRATIONS).join(";")};
      INSERT INTO shops VALUES (gen_random_uuid(), 'a'); INSERT INTO orders (shop_id, amount) SELECT id, 1 FROM shops`);
  }
  process.env.TENANTRY_MIGRATIONS_FOLDER = base;
  world = await createWorldOf(FILE, eu, us);
  operator = await world.actor("operator");
}, 120_000);
afterAll(async () => {
  delete process.env.TENANTRY_MIGRATIONS_FOLDER;
  await world?.close();
  await rm(base, { recursive: true, force: true });
});

const write = (name: string, sql: string) => writeFile(join(base, PLATFORM, "migrations", name), sql);
const ask = async (actor = operator) =>
  askReplay(world.console.records, actor, { platformId: world.platformId });
const round = (signal = new AbortController().signal) => runReplays(world.console, signal);
const asked = async () => {
  const answer = await ask();
  if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
  return answer.replayId;
};
const row = async (id: string) =>
  (await world.console.records.select().from(replays).where(eq(replays.id, id)))[0]!;
const refusal = (answer: { ok: boolean; findings?: readonly { code: string }[] }) =>
  answer.ok ? [] : answer.findings!.map(({ code }) => code);

it("only those may ask who may upgrade; what is open already is the answer, and can be called off", async () => {
  const viewer = await world.actor("viewer");
  expect(refusal(await ask(viewer))).toEqual(["not-permitted"]);
  const unknown = await askReplay(world.console.records, operator, { platformId: newId() });
  expect(refusal(unknown)).toEqual(["platform-unknown"]);
  const id = await asked();
  expect(await asked()).toBe(id);
  expect(refusal(await cancelReplay(world.console.records, viewer, id))).toEqual(["not-permitted"]);
  expect(refusal(await cancelReplay(world.console.records, operator, id))).toEqual([]);
  expect(refusal(await cancelReplay(world.console.records, operator, id))).toEqual(["replay-not-open"]);
  expect(await round()).toBe(0);
});

it("a worker measures every file, and the pages read it beside the live tables' sizes", async () => {
  const before = await world.euClient.query("SELECT * FROM orders");
  await lookAtDatabase(world.console, world.euId);
  const id = await asked();
  expect(await round()).toBe(1);
  expect(await row(id)).toMatchObject({ state: "done", done: 3, of: 3, version: "3", attempts: 1 });
  const viewer = await world.actor("viewer");
  expect([...(await readMeasuredClasses(world.console, viewer, PLATFORM))]).toEqual([
    ["1", "additive"],
    ["2", "additive"],
    ["3", "rewrite"],
  ]);
  const view = await readMeasuredMigration(world.console, viewer, PLATFORM, "3");
  expect(view).toMatchObject({ mayMeasure: false, databases: ["eu-1"], replay: { id, state: "done" } });
  const [retype] = view!.measured!.statements;
  expect(retype!.touched).toMatchObject([
    { table: "public.orders", lock: "ACCESS EXCLUSIVE", rewrites: true, isLarge: false },
  ]);
  expect(retype!.touched[0]!.sizes).toMatchObject([{ database: "eu-1" }]);
  expect(retype!.touched[0]!.sizes[0]!.bytes).toBeGreaterThan(0);
  // Nothing but the measuring has happened to the platform.
  expect((await world.euClient.query("SELECT * FROM orders")).rows).toEqual(before.rows);
  const trail = await world.console.records
    .select({ action: auditEntries.action })
    .from(auditEntries)
    .where(eq(auditEntries.subjectId, id))
    .orderBy(asc(auditEntries.at), asc(auditEntries.id));
  expect(trail).toEqual([{ action: "replay.asked" }, { action: "replay.done" }]);
});

it("the schema after each is kept, and any two are held beside one another", async () => {
  const viewer = await world.actor("viewer");
  const read = (from: string | null, to: string | null) =>
    readSchemaVersions(world.console, viewer, PLATFORM, { from, to });
  const last = await read(null, null);
  expect(last).toMatchObject({ versions: ["", "1", "2", "3"], from: "2", to: "3" });
  expect(last!.diff!.changed).toMatchObject([
    {
      table: "public.orders",
      parts: [
        { part: "columns", name: "amount", before: "integer NOT NULL", after: "bigint NOT NULL" },
        { part: "indexes", name: "orders_shop", before: null },
      ],
    },
  ]);
  expect((await read("", "2"))!.diff).toMatchObject({
    added: ["public.orders", "public.shops"],
    changed: [],
  });
  expect((await read("2", "no such"))!.diff).toBeNull();
  expect(await readSchemaVersions(world.console, viewer, "no such", { from: null, to: null })).toBeNull();
});

it("measured files are not measured again; an edited one is, with all behind it, and one that fails is said", async () => {
  const { records } = world.console;
  const count = async () =>
    (await records.select({ at: measuredMigrations.place }).from(measuredMigrations)).length;
  await asked();
  await round();
  expect(await count()).toBe(3);
  await write(
    "2_orders.sql",
    MIGRATIONS["2_orders.sql"].replace("int NOT NULL)", "int NOT NULL, note text)"),
  );
  await write("4_wrong.sql", "ALTER TABLE orders ADD gone int; ALTER TABLE nowhere ADD gone int; SELECT 1");
  const id = await asked();
  await round();
  const failed = await row(id);
  expect(failed).toMatchObject({ state: "failed", done: 3 });
  expect(failed.findings).toMatchObject([{ code: "migration-failed" }]);
  const view = await readMeasuredMigration(world.console, operator, PLATFORM, "4");
  expect(view!.measured!.statements.map(({ outcome, sqlState }) => [outcome, sqlState])).toEqual([
    ["ran", null],
    ["failed", "42P01"],
    ["not reached", null],
  ]);
  expect(await count()).toBe(6);
}, 120_000);

it("a worker that stops leaves it to the next, and what lost three workers is given up", async () => {
  const id = await asked();
  const stopping = new AbortController();
  stopping.abort(new Error("stopping"));
  await expect(round(stopping.signal)).rejects.toThrow("stopping");
  expect(await row(id)).toMatchObject({ state: "waiting" });
  await world.console.records.update(replays).set({ attempts: 3 }).where(eq(replays.id, id));
  await round();
  expect(await row(id)).toMatchObject({ state: "failed", findings: [{ code: "replay-gave-up" }] });
});
