/** What a walk leaves in the log, and what the metrics say meanwhile: ids and codes, no person, no secret, no address. */
import { mkdir } from "node:fs/promises";
import { Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addPerson } from "../../access/person-records.ts";
import { signInWithPassword } from "../../access/sign-in.ts";
import { setBrake } from "../../engine/brake.ts";
import { breakGlass } from "../../engine/break-glass.ts";
import { reviewOperation } from "../../engine/review.ts";
import { withdrawOperation } from "../../engine/withdraw.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase } from "../../rows/testing/small-platform.ts";
import { approve, ask, carryOut, createWorldOf, drive, rowOf, type TestWorld } from "../testing/world.ts";
import { openLog } from "./log.ts";
import { partsNotReady } from "./readiness.ts";
import { workGauges } from "./work-metrics.ts";

const lines: string[] = [];
let world: TestWorld;
let one: string;
beforeAll(async () => {
  const { log } = openLog("worker", "debug", { write: (line) => void lines.push(line) });
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"), {
    log,
  });
  one = (await keyOfSlug(world.euClient, "one"))!;
}, 120_000);
afterAll(() => world.close());

const events = () => lines.map((line) => (JSON.parse(line) as { event: string }).event);
const PRIVATE = "otto.private@acme.test";

describe("the log of a walk", () => {
  it("names every decision and every end, after it is committed", async () => {
    const { engine, records } = world.console;
    const reason = `${PRIVATE} asked, password hunter2-hunter2`;
    const bundle = (await carryOut(world, { kind: "export", input: { tenantKey: one }, reason })).result.links
      .bundle!;
    const suspend = { kind: "suspend", input: { tenantKey: one }, reason };
    const withdrawn = await ask(world, suspend);
    await withdrawOperation(engine, await world.actor("operator"), { operationId: withdrawn });
    const rejected = await ask(world, suspend);
    await reviewOperation(engine, await world.actor("reviewer"), {
      operationId: rejected,
      digest: (await rowOf(world, rejected)).digest!,
      decision: "reject",
      intent: PRIVATE,
      risk: PRIVATE,
      rollback: PRIVATE,
      reason,
    });
    const braked = await ask(world, suspend);
    await approve(world, braked);
    const operator = await world.actor("operator");
    await setBrake(engine, operator, { on: true, reason });
    await setBrake(engine, operator, { on: false, reason });
    await drive(world, braked);
    expect((await rowOf(world, braked)).state).toBe("succeeded");
    // An import that its database refuses: the server's message holds a row's value.
    await world.usClient.query("ALTER TABLE items ADD CONSTRAINT never CHECK (false) NOT VALID");
    const failing = await ask(world, {
      kind: "import",
      databaseId: world.usId,
      input: { bundleId: bundle },
      reason,
    });
    await approve(world, failing);
    await drive(world, failing);
    expect((await rowOf(world, failing)).state).toBe("failed");
    await signInWithPassword(records, { email: PRIVATE, password: "hunter2-hunter2", address: "10.9.8.7" });
    await addPerson(
      records,
      { personId: null, name: "test" },
      { email: PRIVATE, name: "Otto", roles: ["viewer"] },
    );
    await breakGlass(engine, await world.actor("admin"), {
      operationId: failing,
      reason,
      password: "hunter2-hunter2",
      vouchedAt: null,
    });
    expect(new Set(events())).toEqual(
      new Set([
        "operation.requested",
        "operation.claimed",
        "operation.succeeded",
        "operation.withdrawn",
        "review.decided",
        "brake.set",
        "operation.failed",
      ]),
    );
  });

  it("holds nobody's e-mail, name, word or password, no address and no key", async () => {
    const said = lines.join("");
    expect(lines.length).toBeGreaterThan(12);
    const { rows: people } = await world.console.records.pool.query<{ email: string }>(
      "SELECT email FROM persons",
    );
    expect(people.length).toBeGreaterThan(3);
    const secrets = [
      world.eu.url,
      world.us.url,
      world.env.TENANTRY_RECORDS_URL!,
      world.env.TENANTRY_SECRET_KEY!,
    ];
    for (const hidden of [
      ...people.map(({ email }) => email),
      ...secrets,
      PRIVATE,
      "hunter2",
      "10.9.8.7",
      world.folder,
    ])
      expect(said).not.toContain(hidden);
    expect(said).not.toMatch(/[\w.]+@[\w.]+\.\w+|postgres(ql)?:\/\//);
  });

  it("is about ids that the records know", async () => {
    const ids = lines.flatMap((line) => (JSON.parse(line) as { operation?: string }).operation ?? []);
    const { rows } = await world.console.records.pool.query("SELECT FROM operations WHERE id = ANY ($1)", [
      [...new Set(ids)],
    ]);
    expect(rows).toHaveLength(new Set(ids).size);
  });
});

describe("metrics of the work in hand", () => {
  it("count what is not at its end, and name a tenant only while a run of it is in hand", async () => {
    const { records } = world.console;
    const registry = new Registry();
    const gauges = workGauges(registry);
    const id = await ask(world, { kind: "resume", input: { tenantKey: one } });
    await gauges.refresh(records);
    const queued = await registry.metrics();
    expect(queued).toContain('tenantry_operations{kind="resume",state="queued"} 1');
    expect(queued).toMatch(/^tenantry_queue_jobs [1-9]/m);
    expect(queued).toMatch(/^tenantry_queue_lag_seconds 0?\.?\d/m);
    expect(queued).toMatch(/^tenantry_audit_unlinked [1-9]/m);
    expect(queued).not.toContain(one);
    await records.pool.query(
      `UPDATE operations SET state = 'running', version = version + 1, heartbeat_at = now(),
              progress = '{"rows": 70, "bytes": 900}' WHERE id = $1`,
      [id],
    );
    await gauges.refresh(records);
    const running = await registry.metrics();
    expect(running).toMatch(
      new RegExp(
        `^tenantry_run_rows\\{operation="${id}",kind="resume",platform="[^"]+",tenant="${one}"\\} 70$`,
        "m",
      ),
    );
    await records.pool.query("UPDATE operations SET state = 'queued', version = version + 1 WHERE id = $1", [
      id,
    ]);
    await drive(world, id);
    await gauges.refresh(records);
    expect(await registry.metrics()).not.toContain(one);
  });
});

describe("readiness", () => {
  it("names each part that is not ready, and logs why", async () => {
    const { console } = world;
    await mkdir(console.config.bundleFolder, { recursive: true });
    expect(await partsNotReady(console)).toEqual([]);
    const before = lines.length;
    const away = { ...console, config: { ...console.config, bundleFolder: `${world.folder}/nowhere` } };
    expect(await partsNotReady(away)).toEqual(["bundle-folder"]);
    await console.records.pool.query("ALTER SCHEMA drizzle RENAME TO elsewhere");
    expect(await partsNotReady(console)).toEqual(["records-migrations"]);
    await console.records.pool.query("ALTER SCHEMA elsewhere RENAME TO drizzle");
    const broken = {
      ...console.engine,
      queue: { ...console.engine.queue, ready: () => Promise.reject(new Error("x")) },
    };
    expect(await partsNotReady({ ...console, engine: broken })).toEqual(["queue"]);
    expect(lines.slice(before).map((line) => JSON.parse(line))).toMatchObject([
      { event: "readiness.failed", part: "bundle-folder", code: "ENOENT" },
      { event: "readiness.failed", part: "records-migrations" },
      { event: "readiness.failed", part: "queue", error: "Error" },
    ]);
  });
});
