/** An upgrade whose migrations are programs: Knex itself runs them, by the command that the platform file names. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import knex from "knex";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Manifest } from "../../bundle/manifest.ts";
import { startThrowawayServer, type ThrowawayServer } from "../../postgres/server/throwaway.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { openConsole } from "../console.ts";
import {
  approve,
  ask,
  carryOut,
  createWorldOf,
  drive,
  refusedWith,
  rowOf,
  type TestWorld,
  TIMES,
} from "../testing/world.ts";

const PLATFORM = "aviary";
const FILE = `platform: ${PLATFORM}
tenant: { table: public.keepers, key: id, slug: slug, state: { column: state, active: open, suspended: closed } }
migrations: { command: to a version, folder: ./migrations }
`;

const MIGRATIONS = {
  "1_keepers.cjs": `exports.up = (knex) => knex.schema.createTable("keepers", (t) => {
    t.uuid("id").primary(); t.text("slug").notNullable().unique(); t.text("state").notNullable(); });`,
  "2_birds.cjs": `exports.up = (knex) => knex.schema.createTable("birds", (t) => {
    t.uuid("id").primary(); t.uuid("keeper_id").notNullable().references("keepers.id").index(); t.text("name").notNullable(); });`,
  // What no SQL file says: the program looks at the rows.
  "3_ringed.cjs": `exports.up = async (knex) => {
    await knex.schema.alterTable("birds", (t) => t.text("ring"));
    for (const bird of await knex("birds").orderBy("name"))
      await knex("birds").where({ id: bird.id }).update({ ring: [...bird.name].reverse().join("") });
    await knex.schema.alterTable("birds", (t) => t.dropNullable("ring")); };`,
  "4_songs.cjs": `exports.up = (knex) => knex.schema.alterTable("birds", (t) => t.text("song").defaultTo("none"));`,
};

/** As a platform would write it: nothing but the environment says which database, and how far. */
const TO_A_VERSION = `
import knex from ${JSON.stringify(import.meta.resolve("knex"))};
if (process.env.TENANTRY_SECRET_KEY !== undefined || process.argv.length !== 2) process.exit(3);
const db = knex({ client: "pg", connection: process.env.DATABASE_URL });
await db.migrate.to({ directory: "migrations", loadExtensions: [".cjs"], name: process.env.TARGET_VERSION });
await db.destroy();
`;

let base: string;
let server: ThrowawayServer;
let world: TestWorld;
let bundleId: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "by-command-"));
  await mkdir(join(base, PLATFORM, "migrations"), { recursive: true });
  for (const [name, text] of Object.entries(MIGRATIONS))
    await writeFile(join(base, PLATFORM, "migrations", name), `${text}\nexports.down = async () => {};\n`);
  await writeFile(join(base, "to.mjs"), TO_A_VERSION);
  server = await startThrowawayServer(30);
  process.env.TENANTRY_MIGRATIONS_FOLDER = base;
  process.env.TENANTRY_DRILL_SERVER_URL = server.url;
  const [eu, us] = await Promise.all([createTestDatabase("empty"), createTestDatabase("empty")]);
  for (const { url } of [eu, us]) await live(url, "2_birds.cjs");
  world = await createWorldOf(FILE, eu, us);
  await world.euClient.query(`
    INSERT INTO keepers SELECT gen_random_uuid(), slug, 'open' FROM unnest(ARRAY['ann', 'bob']) slug;
    INSERT INTO birds SELECT gen_random_uuid(), id, slug || n FROM keepers, generate_series(1, 20) n`);
  const { rows } = await world.euClient.query("SELECT id FROM keepers WHERE slug = 'ann'");
  const exported = await carryOut(world, { kind: "export", input: { tenantKey: rows[0].id } });
  bundleId = exported.result.links.bundle!;
  // The platform goes on.
  for (const { url } of [eu, us]) await live(url);
}, 120_000);
afterAll(async () => {
  delete process.env.TENANTRY_MIGRATIONS_FOLDER;
  delete process.env.TENANTRY_DRILL_SERVER_URL;
  await world?.close();
  await server?.stop();
  await rm(base, { recursive: true, force: true });
});

async function live(url: string, name = "4_songs.cjs"): Promise<void> {
  const db = knex({ client: "pg", connection: url });
  const config = { directory: join(base, PLATFORM, "migrations"), loadExtensions: [".cjs"], name };
  await (db.migrate as unknown as { to(config: object): Promise<void> }).to(config);
  await db.destroy();
}

/** The same world, with a list of commands. */
async function withList(seconds = 60): Promise<TestWorld> {
  const entry = { command: [process.execPath, "../to.mjs"], cwd: PLATFORM, seconds };
  await writeFile(join(base, "commands.yaml"), JSON.stringify({ "to a version": entry }));
  const env = { ...world.env, TENANTRY_COMMANDS: join(base, "commands.yaml") };
  return { ...world, console: await openConsole(env, { times: TIMES }) };
}

async function run(on: TestWorld) {
  const id = await ask(on, { kind: "upgrade", input: { bundleId } });
  await drive(on, id);
  return rowOf(on, id);
}

const BIRDS = "SELECT b.*, k.slug FROM birds b JOIN keepers k ON k.id = b.keeper_id ORDER BY b.name";

it("is refused where no list has the command, and nothing else of the platform file is run", async () => {
  const { state, findings } = await run(world);
  expect([state, findings.map(({ code }) => code)]).toEqual([
    "failed",
    expect.arrayContaining(["commands-missing"]),
  ]);
});

it("says that the command took too long, and leaves no bundle", async () => {
  const to = join(base, "to.mjs");
  await writeFile(to, `setInterval(() => {}, 1000);\n`);
  const on = await withList(1);
  const { state, findings } = await run(on);
  await writeFile(to, TO_A_VERSION);
  await on.console.close();
  expect([state, findings.map(({ code }) => code)]).toEqual([
    "failed",
    expect.arrayContaining(["migration-command-too-long"]),
  ]);
  const ready = await world.console.records.select().from(bundles).where(eq(bundles.state, "ready"));
  expect(ready.map(({ id }) => id)).toEqual([bundleId]);
});

it("makes a bundle that is what Knex has made of the living tenant, as its plan has said", async () => {
  const on = await withList();
  expect(await refusedWith(on, { kind: "import", databaseId: world.usId, input: { bundleId } })).toContain(
    "ledger-only-in-target",
  );
  const before = await world.euClient.query(BIRDS);
  const { state, findings, result, plan } = await run(on);
  expect([state, findings.filter(({ severity }) => severity === "blocks")]).toEqual(["succeeded", []]);
  expect(findings.map(({ code }) => code)).toContain("migrations-by-command");
  expect(plan).toMatchObject({ options: { command: "to a version", schemaVersion: "4_songs.cjs" } });
  const upgraded = result.links.bundle!;
  const [row] = await on.console.records.select().from(bundles).where(eq(bundles.id, upgraded));
  expect((row!.manifest as Manifest).ancestry).toMatchObject([
    {
      bundle: { schema: { version: "2_birds.cjs" } },
      migrations: [
        { version: "3_ringed.cjs", how: "command" },
        { version: "4_songs.cjs", how: "command" },
      ],
    },
  ]);
  const id = await ask(on, {
    kind: "import",
    databaseId: world.usId,
    input: { bundleId: upgraded, ids: "kept" },
  });
  await approve(on, id);
  await drive(on, id);
  expect((await rowOf(on, id)).state).toBe("succeeded");
  const after = await world.euClient.query(BIRDS);
  expect(after.rows).toEqual(before.rows);
  expect((await world.usClient.query(BIRDS)).rows).toEqual(before.rows.filter(({ slug }) => slug === "ann"));
  expect(after.rows.filter(({ slug, ring }) => slug === "ann" && ring !== null)).toHaveLength(20);
  await on.console.close();
}, 120_000);
