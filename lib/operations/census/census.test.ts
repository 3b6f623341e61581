import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SAMPLE_MANIFEST } from "../../bundle/testing/sample-bundle.ts";
import { ledgerFingerprint, migrationsSince } from "../../ledger/fingerprint.ts";
import { newId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { databases } from "../../records/schema/databases.ts";
import { tenants } from "../../records/schema/tenants.ts";
import { lookAtDatabase } from "../health/look.ts";
import { createTestWorld, keyOfSlug, type TestWorld } from "../testing/world.ts";
import { takeCensus } from "./census.ts";
import { shareOut, spread } from "./sizes.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
}, 120_000);
afterAll(() => world.close());

async function listed() {
  const rows = await world.console.records.select().from(tenants).where(eq(tenants.databaseId, world.euId));
  return new Map(rows.map((row) => [row.slug, row]));
}

describe("a census", () => {
  it("lists every tenant with its names, its state and its rows, table by table as they are counted", async () => {
    await world.euClient.query("ANALYZE");
    const { rows: there } = await world.euClient.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM organizations",
    );
    const census = await takeCensus(world.console, world.euId);
    expect(census).toEqual({ tenants: there[0]!.count, gone: 0 });
    const key = await keyOfSlug(world.euClient, "saltmarsh");
    const found = (await listed()).get("saltmarsh")!;
    expect(found).toMatchObject({ key, platformId: world.platformId, goneAt: null });
    expect(found.domains.length).toBeGreaterThan(0);
    expect(found.sizedAt).not.toBeNull();
    for (const [table, condition] of [
      ["public.organizations", "t.id = $1"],
      ["public.domains", "t.organization_id = $1"],
      ["public.shipments", "t.project_id IN (SELECT id FROM projects WHERE organization_id = $1)"],
      ["public.messages", "t.conversation_id IN (SELECT id FROM conversations WHERE organization_id = $1)"],
    ]) {
      const { rows } = await world.euClient.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM ${table} t WHERE ${condition}`,
        [key],
      );
      expect(rows[0]!.count).toBeGreaterThan(0);
      expect(found.tables?.find((size) => size.table === table)?.rows, table).toBe(rows[0]!.count);
    }
    expect(found.rows).toBe(found.tables!.reduce((sum, { rows }) => sum + rows, 0));
    expect(found.bytes).toBeGreaterThan(0);
    const [database] = await world.console.records
      .select()
      .from(databases)
      .where(eq(databases.id, world.euId));
    expect(database!.censusAt).not.toBeNull();
  });

  it("follows a rename and a state, marks who is gone, and welcomes who comes back", async () => {
    await world.euClient.query(
      "INSERT INTO organizations (slug, name, country_code, plan_id) SELECT 'brief', 'Brief', 'DK', min(id) FROM plans",
    );
    await takeCensus(world.console, world.euId);
    expect((await listed()).get("brief")).toMatchObject({
      state: "active",
      platformState: "trial",
      goneAt: null,
    });
    await world.euClient.query(
      "UPDATE organizations SET status = 'suspended', name = 'Briefer' WHERE slug = 'brief'",
    );
    await takeCensus(world.console, world.euId);
    expect((await listed()).get("brief")).toMatchObject({
      state: "suspended",
      platformState: null,
      name: "Briefer",
    });
    const { rows } = await world.euClient.query("SELECT * FROM organizations WHERE slug = 'brief'");
    await world.euClient.query("DELETE FROM organizations WHERE slug = 'brief'");
    expect(await takeCensus(world.console, world.euId)).toMatchObject({ gone: 1 });
    expect((await listed()).get("brief")!.goneAt).not.toBeNull();
    await world.euClient.query(
      "INSERT INTO organizations SELECT * FROM json_populate_record(NULL::organizations, $1)",
      [JSON.stringify(rows[0])],
    );
    await takeCensus(world.console, world.euId);
    expect((await listed()).get("brief")!.goneAt).toBeNull();
  });

  it("leaves a state that an operation has set", async () => {
    await world.console.records.update(tenants).set({ state: "moving" }).where(eq(tenants.slug, "saltmarsh"));
    await takeCensus(world.console, world.euId);
    expect((await listed()).get("saltmarsh")!.state).toBe("moving");
  });
});

describe("sizes that nobody counts", () => {
  it("are shared out as the parent's rows are", () => {
    expect([
      ...shareOut(
        1000,
        new Map([
          ["a", 3],
          ["b", 1],
        ]),
      ),
    ]).toEqual([
      ["a", 750],
      ["b", 250],
    ]);
    expect([...shareOut(1000, new Map())]).toEqual([]);
  });

  it("follow the server's statistics, the rest in equal parts", () => {
    const sizes = spread(
      1000,
      new Map([
        ["a", 0.6],
        ["stranger", 0.2],
      ]),
      ["a", "b", "c"],
    );
    expect([...sizes]).toEqual([
      ["a", 600],
      ["b", 100],
      ["c", 100],
    ]);
  });
});

describe("a look at a database", () => {
  it("tells version, roles, ledger, model and findings, and keeps them", async () => {
    const health = await lookAtDatabase(world.console, world.euId);
    expect(health).toMatchObject({
      reachable: true,
      server: { inRecovery: false, trackCounts: true },
      runner: { superuser: true },
      planner: { superuser: false, bypassRls: true, writableTables: 0 },
      ledger: { tool: "sqlx" },
      replication: { replicas: [], ownLagSeconds: null },
      invalidIndexes: [],
    });
    expect(health.findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
    const { applied, earlier } = health.ledger!;
    expect(earlier).toHaveLength(applied);
    expect(migrationsSince(ledgerFingerprint([]), earlier)).toBe(applied);
    const [row] = await world.console.records.select().from(databases).where(eq(databases.id, world.euId));
    expect(row!.health).toEqual(JSON.parse(JSON.stringify(health)));
    expect(JSON.stringify(row!.health)).not.toMatch(/postgres:\/\/|reads only/);
  });

  it("shows an invalid index, and a table that escaped the model", async () => {
    await world.usClient.query(
      "CREATE TABLE escaped (id int PRIMARY KEY, organization_ref uuid, api_token text)",
    );
    await world.usClient.query("INSERT INTO escaped VALUES (1), (2)");
    await world.usClient
      .query("CREATE UNIQUE INDEX CONCURRENTLY escaped_twice ON escaped ((id / 10))")
      .catch(() => {});
    const health = await lookAtDatabase(world.console, world.usId);
    expect(health.invalidIndexes).toEqual([{ table: "public.escaped", index: "escaped_twice" }]);
    expect(health.findings.map(({ code }) => code)).toContain("index-invalid");
    expect(health.findings.some(({ where }) => where.startsWith("public.escaped"))).toBe(true);
    expect(health.findings.map(({ code }) => code)).not.toContain("unclassified-since");
  });

  it("finds ids that only the data shows, as a check does", async () => {
    await world.usClient.query(`CREATE TABLE remarks (organization_id uuid NOT NULL REFERENCES organizations, body jsonb);
      CREATE INDEX ON remarks (organization_id); GRANT SELECT ON remarks TO PUBLIC;
      INSERT INTO remarks SELECT o.id, jsonb_build_object('about', public_id) FROM organizations o, shipments LIMIT 5`);
    const { findings } = await lookAtDatabase(world.console, world.usId);
    expect(findings).toContainEqual(
      expect.objectContaining({ code: "suspected-reference", where: "public.remarks.body $.about" }),
    );
    // What a worker finds a little later is still so, without another sample; whoever asks gets one.
    await world.usClient.query("DELETE FROM remarks");
    const suspects = async (sample: "now" | "seldom") =>
      (await lookAtDatabase(world.console, world.usId, undefined, sample)).findings.filter(
        ({ where }) => where === "public.remarks.body $.about",
      );
    expect(await suspects("seldom")).toHaveLength(1);
    expect(await suspects("now")).toHaveLength(0);
    await world.usClient.query("DROP TABLE remarks");
  });

  it("says which tables have escaped since the platform's last bundle, with its date", async () => {
    const { platformId, console } = world;
    const tables = [{ ...SAMPLE_MANIFEST.tables[0]!, schema: "public", name: "organizations" }];
    const bundled = { platformId, store: "folder", state: "ready", origin: "export" } as const;
    await console.records
      .insert(bundles)
      .values({ ...bundled, id: newId(), name: "last.tar.gz", manifest: { ...SAMPLE_MANIFEST, tables } });
    const { findings } = await lookAtDatabase(console, world.usId);
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: "unclassified-since",
        where: "public.escaped",
        what: expect.stringContaining(`the bundle of ${SAMPLE_MANIFEST.source.takenAt.slice(0, 10)}`),
      }),
    );
  });

  it("says that a database is gone, without its address", async () => {
    const { records, secrets } = world.console;
    const [before] = await records.select().from(databases).where(eq(databases.id, world.usId));
    const gone = secrets.seal(
      "postgres://me:hunter2@127.0.0.1:1/none",
      `databases/${world.usId}/planner_url`,
    );
    await records.update(databases).set({ plannerUrl: gone }).where(eq(databases.id, world.usId));
    const health = await lookAtDatabase(world.console, world.usId);
    expect(health.reachable).toBe(false);
    // What was known of it stays: of which server it is, what its schema was, and when that was seen.
    expect(health).toMatchObject({
      server: { systemIdentifier: expect.any(String) },
      ledger: { fingerprint: expect.any(String) },
      reachedAt: expect.any(String),
    });
    expect(health.findings.map(({ code }) => code)).toEqual(["database-unreachable"]);
    expect(JSON.stringify(health)).not.toContain("hunter2");
    await expect(takeCensus(world.console, world.usId)).rejects.toThrow("No connection");
    await records
      .update(databases)
      .set({ plannerUrl: before!.plannerUrl })
      .where(eq(databases.id, world.usId));
  });
});
