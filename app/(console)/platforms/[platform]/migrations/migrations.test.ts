import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HARBOR_PLATFORM_FILE } from "../../../../../examples/harbor/set-up.ts";
import { surveyDue } from "../../../../../lib/operations/migrations/due.ts";
import { createTestWorld, type TestWorld } from "../../../../../lib/operations/testing/world.ts";
import { readMigration, readMigrations } from "../../../../../lib/queries/migrations.ts";
import { Refused } from "../../../../../lib/queries/refused.ts";
import { databases } from "../../../../../lib/records/schema/databases.ts";
import { migrationSurveys } from "../../../../../lib/records/schema/migration-surveys.ts";
import { lookAtMigrations } from "./look-at-migrations.ts";

let world: TestWorld;
let base: string;
let folder: string;
beforeAll(async () => {
  world = await createTestWorld();
  base = await mkdtemp(join(tmpdir(), "migrations-"));
  folder = join(base, "harbor", "migrations");
  await mkdir(join(base, "harbor"));
  await cp(join(dirname(HARBOR_PLATFORM_FILE), "migrations"), folder, { recursive: true });
}, 120_000);
afterAll(async () => {
  await rm(base, { recursive: true });
  await world.close();
});

/** A worker's round, where the worker has the files or has not. */
const round = (migrationsBase: string | null = base) =>
  surveyDue(
    { ...world.console, config: { ...world.console.config, migrationsBase } },
    AbortSignal.timeout(60_000),
  );
const form = (platform: string) => {
  const data = new FormData();
  data.set("platform", platform);
  return data;
};
const ask = async (role: "viewer" | "operator" = "operator", platform = "harbor") =>
  (await lookAtMigrations(world.console, await world.actor(role), form(platform))).map(({ code }) => code);
const view = async () => (await readMigrations(world.console, await world.actor("viewer"), "harbor"))!;
const standings = async () => (await view()).databases.map(({ standing }) => standing);

describe("a platform's migrations", () => {
  it("are not known before a worker has looked, and then for each database against the folder", async () => {
    expect(await view()).toMatchObject({ surveyedAt: null, tool: null, migrations: [] });
    expect((await view()).databases.map(({ survey }) => survey)).toEqual([null, null]);
    expect(await round()).toBe(1);
    const found = await view();
    expect(found).toMatchObject({ tool: "sqlx", findings: [] });
    expect(found.migrations.length).toBeGreaterThan(20);
    for (const { standing } of found.databases) expect(standing).toMatchObject({ behind: 0, outOfOrder: [] });
    expect(await round()).toBe(0);
  });

  it("are pending, edited since and gone, each database for itself", async () => {
    const [first, second, third] = (await view()).migrations.slice(-3);
    await writeFile(join(folder, "99990101000000_later.sql"), "SELECT 1; SELECT 2;\n");
    await writeFile(join(folder, second!.path), "SELECT 'edited'");
    await rm(join(folder, first!.path));
    await world.usClient.query("DELETE FROM _sqlx_migrations WHERE version = $1", [third!.version]);
    expect(await ask()).toEqual([]);
    expect((await view()).wantedAt).not.toBeNull();
    expect(await round()).toBe(1);
    expect((await view()).wantedAt).toBeNull();
    const [eu, us] = await standings();
    const of = (standing: typeof eu) =>
      [first!, second!, third!].map(({ version }) => standing?.states.get(version));
    expect(of(eu!)).toEqual(["missing", "edited", "applied"]);
    expect(of(us!)).toEqual(["missing", "edited", "pending"]);
    expect([eu!.behind, us!.behind]).toEqual([1, 2]);
    expect(eu!.head).toBe(third!.version);
  });

  it("name a failed one and one that later ones have overtaken", async () => {
    const { migrations } = await view();
    const inFolder = migrations.filter((migration) => migration.inFolder);
    const [overtaken, failed] = [inFolder[3]!, inFolder[5]!];
    await world.usClient.query("DELETE FROM _sqlx_migrations WHERE version = $1", [overtaken.version]);
    await world.usClient.query("UPDATE _sqlx_migrations SET success = false WHERE version = $1", [
      failed.version,
    ]);
    await ask();
    await round();
    const [eu, us] = await standings();
    expect(us!.outOfOrder).toEqual([overtaken.version]);
    expect(us!.states.get(failed.version)).toBe("failed");
    expect(eu!.outOfOrder).toEqual([]);
    const [, database] = (await view()).databases;
    expect(database?.survey?.findings).toMatchObject([{ code: "ledger-half-applied" }]);
  });

  it("have each a page with its text, before and after; one that nobody knows has none", async () => {
    const viewer = await world.actor("viewer");
    const later = await readMigration(world.console, viewer, "harbor", "99990101000000");
    expect(later?.migration).toMatchObject({ name: "later", sql: "SELECT 1; SELECT 2;\n", inFolder: true });
    expect(later?.before).not.toBeNull();
    const gone = (await view()).migrations.find(({ inFolder }) => !inFolder)!;
    const view_ = await readMigration(world.console, viewer, "harbor", gone.version);
    expect(view_?.migration).toMatchObject({ sql: null, inFolder: false });
    expect(await readMigration(world.console, viewer, "harbor", "1")).toBeNull();
    expect(await readMigration(world.console, viewer, "pier", "1")).toBeNull();
  });

  it("show the index that a failed CONCURRENTLY has left, and none that is whole", async () => {
    const client = world.euClient;
    await client.query("CREATE TABLE public.twice AS SELECT 1 AS n FROM generate_series(1, 2)");
    await expect(client.query("CREATE UNIQUE INDEX CONCURRENTLY twice_once ON twice (n)")).rejects.toThrow();
    await ask();
    await round();
    const [eu, us] = (await view()).databases;
    expect(eu?.survey?.invalidIndexes).toEqual([{ schema: "public", table: "twice", index: "twice_once" }]);
    expect(us?.survey?.invalidIndexes).toEqual([]);
    await client.query("DROP TABLE twice");
  });

  it("say why a folder cannot be read, and keep what is known of a database that is away", async () => {
    const { records } = world.console;
    await records
      .update(databases)
      .set({ runnerUrl: Buffer.from("nothing that opens") })
      .where(eq(databases.id, world.usId));
    await ask();
    await round(null);
    const found = await view();
    expect(found.findings).toMatchObject([{ code: "migrations-not-on-machine" }]);
    expect(found.databases[0]?.standing).toBeNull();
    expect(found.databases[0]?.survey?.ledger?.applied.length).toBeGreaterThan(20);
    const away = found.databases[1]?.survey;
    expect(away).toMatchObject({ reachable: false, ledger: { tool: "sqlx" } });
    expect(away?.findings.length).toBeGreaterThan(0);
    await writeFile(join(folder, "v2_misnamed.sql"), "");
    await ask();
    await round();
    expect((await view()).findings).toMatchObject([{ code: "migration-misnamed", where: "v2_misnamed.sql" }]);
  });

  it("are looked at for nobody who may not, and shown to nobody who may not see", async () => {
    const before = await world.console.records.select().from(migrationSurveys);
    expect(await ask("viewer")).toEqual(["not-permitted"]);
    expect(await ask("operator", "pier")).toEqual(["platform-unknown"]);
    expect(
      (await lookAtMigrations(world.console, await world.actor("operator"), new FormData()))[0]?.code,
    ).toBe("form-unreadable");
    expect(await world.console.records.select().from(migrationSurveys)).toEqual(before);
    const nobody = { ...(await world.actor("viewer")), permissions: new Set<never>() };
    await expect(readMigrations(world.console, nobody, "harbor")).rejects.toThrow(Refused);
    await expect(readMigration(world.console, nobody, "harbor", "1")).rejects.toThrow(Refused);
  });
});
