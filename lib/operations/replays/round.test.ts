/**
 * A round of measuring: killed at each of its side effects the next one ends it, with nothing measured twice and
 * nothing left; on a server that is named; past programs, which the platform's own tool runs.
 */
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { connect } from "../../postgres/connection.ts";
import { removeAbandoned } from "../../postgres/server/abandoned.ts";
import { startThrowawayServer, type ThrowawayServer } from "../../postgres/server/throwaway.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { measuredMigrations, replays, schemaSnapshots } from "../../records/schema/replays.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { shard } from "../../testing/shard.ts";
import { openConsole } from "../console.ts";
import { createWorldOf, type TestWorld, TIMES } from "../testing/world.ts";
import { askReplay } from "./ask.ts";
import { runReplays } from "./run.ts";

const PLATFORM = "shop";
const FILE = `platform: ${PLATFORM}
tenant: { table: public.shops, key: id, slug: slug }
ledger: node-pg-migrate
migrations: { command: one by one, folder: ./migrations }
`;
const MIGRATIONS = {
  "1_shops.sql": "CREATE TABLE shops (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE)",
  "2_index.sql": "CREATE INDEX shops_slug ON shops (slug)",
};
const PROGRAMS = {
  "3_orders.cjs": `exports.up = (pgm) => pgm.createTable("orders", { id: "bigserial", shop_id: { type: "uuid", references: "shops" } });`,
  "4_notes.cjs": `exports.up = (pgm) => pgm.addColumns("orders", { note: "text" });`,
  "5_notes.sql": "CREATE INDEX orders_note ON orders (note)",
};

/** The tool itself: what is to run next, one after the other. */
const ONE_BY_ONE = `
import { runner } from ${JSON.stringify(import.meta.resolve("node-pg-migrate"))};
const silent = { debug() {}, info() {}, warn() {}, error() {} };
await runner({ databaseUrl: process.env.DATABASE_URL, dir: "shop/migrations", direction: "up", migrationsTable: "pgmigrations",
  file: process.env.TARGET_VERSION, logger: silent });
`;

let base: string;
let world: TestWorld;
let server: ThrowawayServer;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "tenantry-rounds-"));
  await chmod(base, 0o711);
  await mkdir(join(base, "tmp"), { mode: 0o711 });
  const [eu, us] = await Promise.all([createTestDatabase("empty"), createTestDatabase("empty")]);
  for (const { connect: open } of [eu, us])
    await (await open()).query(
      `${MIGRATIONS["1_shops.sql"]}; INSERT INTO shops VALUES (gen_random_uuid(), 'a')`,
    );
  process.env.TENANTRY_MIGRATIONS_FOLDER = base;
  world = await createWorldOf(FILE, eu, us);
  server = await startThrowawayServer(30);
  world.env.TMPDIR = join(base, "tmp");
}, 120_000);
afterAll(async () => {
  delete process.env.TENANTRY_MIGRATIONS_FOLDER;
  await world?.close();
  await server?.stop();
  await rm(base, { recursive: true, force: true });
});

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  const folder = join(base, PLATFORM, "migrations");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

async function forget(): Promise<void> {
  const { records } = world.console;
  for (const table of [measuredMigrations, schemaSnapshots, replays]) await records.delete(table);
}

async function asked(): Promise<string> {
  const { records } = world.console;
  const answer = await askReplay(records, await world.actor("operator"), { platformId: world.platformId });
  if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
  return answer.replayId;
}

/** The same console, with a server that is named. */
function on(url: string, { config, ...console } = world.console) {
  return { ...console, config: { ...config, drill: { ...config.drill, server: url } } };
}

const never = new AbortController().signal;
const row = async (id: string) =>
  (await world.console.records.select().from(replays).where(eq(replays.id, id)))[0]!;

async function kept() {
  const { records } = world.console;
  const measured = await records.select().from(measuredMigrations).orderBy(asc(measuredMigrations.place));
  const schemas = await records.select().from(schemaSnapshots).orderBy(asc(schemaSnapshots.place));
  return { measured: measured.map(({ version }) => version), schemas: schemas.map(({ version }) => version) };
}

beforeEach(async () => {
  await forget();
  await write(MIGRATIONS);
});

function child(
  number: number,
  when: string,
): Promise<{ signal: string | null; output: string; errors: string }> {
  const path = fileURLToPath(new URL("../testing/replay-child.ts", import.meta.url));
  return new Promise((done) => {
    execFile(process.execPath, [path, String(number), when], { env: world.env }, (error, output, errors) =>
      done({ signal: error?.signal ?? null, output, errors }),
    );
  });
}

const servers = async () =>
  (await readdir(join(base, "tmp"))).filter((name) => name.startsWith("tenantry-throwaway-"));

it("that is killed is ended by the next, wherever it was", async () => {
  const whole = { measured: ["1_shops", "2_index"], schemas: ["", "1_shops", "2_index"] };
  await asked();
  const { output, errors } = await child(0, "");
  const names = JSON.parse(output || `"${errors}"`) as string[];
  expect(names).toEqual([
    "begin measuring",
    "start measuring server",
    "keep schema after nothing",
    "note that nothing is reached",
    "keep measurement of 1_shops",
    "keep schema after 1_shops",
    "note that 1_shops is reached",
    "keep measurement of 2_index",
    "keep schema after 2_index",
    "note that 2_index is reached",
    "stop measuring server",
    "end measuring",
  ]);
  expect(await kept()).toEqual(whole);
  const points = names.flatMap((name, at) =>
    (["before", "after"] as const).map((when) => ({ number: at + 1, name, when })),
  );
  for (const { number, name, when } of shard(points, points.length)) {
    await forget();
    const id = await asked();
    const { signal } = await child(number, when);
    expect([name, when, signal]).toEqual([name, when, "SIGKILL"]);
    do {
      removeAbandoned(join(base, "tmp"));
      await sleep(20);
    } while ((await servers()).length > 0);
    const ended = name === "end measuring" && when === "after";
    expect([name, when, await runReplays(on(server.url), never)]).toEqual([name, when, ended ? 0 : 1]);
    expect(await row(id)).toMatchObject({ state: "done", done: 2, of: 2, version: "2_index" });
    expect([name, when, await kept()]).toEqual([name, when, whole]);
    const trail = await world.console.records
      .select({ action: auditEntries.action })
      .from(auditEntries)
      .where(eq(auditEntries.subjectId, id));
    expect(trail.map(({ action }) => action).sort()).toEqual(["replay.asked", "replay.done"]);
  }
}, 1_800_000);

it("on a server that is named leaves nothing there, and none of the platform's own is taken", async () => {
  const id = await asked();
  await runReplays(on(server.url), never);
  expect(await row(id)).toMatchObject({ state: "done", done: 2 });
  const admin = await connect(server.url, { applicationName: "test" });
  const { rows } = await admin.query(
    "SELECT datname AS name FROM pg_database WHERE datname LIKE 'tenantry%' UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenantry%'",
  );
  expect(rows).toEqual([]);
  await admin.end();
  await forget();
  const refused = await asked();
  await runReplays(on(world.eu.url), never);
  expect(await row(refused)).toMatchObject({
    state: "failed",
    findings: [{ code: "drill-server-of-platform" }],
  });
  expect(await kept()).toEqual({ measured: [], schemas: [] });
});

it("goes past programs by the platform's own tool, and knows the schema after each", async () => {
  await write({ ...MIGRATIONS, ...PROGRAMS });
  const refused = await asked();
  await runReplays(on(server.url), never);
  expect(await row(refused)).toMatchObject({ state: "failed", findings: [{ code: "commands-missing" }] });
  await writeFile(join(base, "one.mjs"), ONE_BY_ONE);
  await writeFile(
    join(base, "commands.yaml"),
    JSON.stringify({ "one by one": { command: [process.execPath, "one.mjs"] } }),
  );
  const env = { ...world.env, TENANTRY_COMMANDS: join(base, "commands.yaml") };
  const console = await openConsole(env, { times: TIMES });
  const id = await asked();
  await runReplays(on(server.url, console), never);
  await console.close();
  expect(await row(id)).toMatchObject({
    state: "done",
    done: 5,
    findings: [{ code: "programs-not-measured", count: 2 }],
  });
  expect(await kept()).toEqual({
    measured: ["1_shops", "2_index", "5_notes"],
    schemas: ["", "1_shops", "2_index", "3_orders", "4_notes", "5_notes"],
  });
});
