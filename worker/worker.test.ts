import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  batchesOf,
  createWorld,
  fault,
  request,
  rowOf,
  tenantState,
  trailOf,
  type World,
} from "../lib/engine/testing/world.ts";
import { createTestDatabase } from "../lib/testing/database.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.clear());
afterAll(() => world.close());

/** Nothing of the test's own environment but where node is. */
const environment = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  NODE_ENV: "test",
  PATH: process.env.PATH,
  ...env,
});

/** Processes start slowly on a machine that is busy. */
const PATIENCE = 50_000;
vi.setConfig({ testTimeout: 150_000 });

interface Worker {
  readonly child: ChildProcess;
  readonly lines: Record<string, unknown>[];
  /** Waits for a line of its log with this event. */
  saw(event: string, operation?: string): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

const running = new Set<Worker>();
afterEach(async () => {
  for (const worker of running) await worker.kill("SIGKILL");
});

function start(script: string, args: readonly string[], env: Record<string, string> = {}): Worker {
  const child = spawn(process.execPath, [path(script), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: environment(env),
  });
  const lines: Record<string, unknown>[] = [];
  const reader = createInterface({ input: child.stdout! });
  reader.on("line", (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  const ended = once(child, "exit");
  const worker: Worker = {
    child,
    lines,
    async saw(event, operation) {
      const is = (line: Record<string, unknown>) =>
        line.event === event && (operation === undefined || line.operation === operation);
      await expect.poll(() => lines.some(is), { timeout: PATIENCE, interval: 20 }).toBe(true);
    },
    async kill(signal) {
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      running.delete(worker);
      return code;
    },
  };
  running.add(worker);
  return worker;
}

const synthetic = () => start("testing/synthetic-worker.ts", [world.recordsUrl, world.platformUrl]);

const hasState = (id: string, state: string) =>
  expect.poll(async () => (await rowOf(world, id)).state, { timeout: PATIENCE }).toBe(state);

/** Waits until the one fault that there is has struck. */
const hangs = () =>
  expect
    .poll(async () => (await world.platform.query("SELECT sum(times)::int AS left FROM faults")).rows, {
      timeout: PATIENCE,
    })
    .toEqual([{ left: 0 }]);

describe("a worker's process", () => {
  test("drives what is requested while it waits, and says so in its log without personal data", async () => {
    const worker = synthetic();
    await worker.saw("worker.started");
    const id = await request(world);
    await worker.saw("operation.succeeded", id);
    await hasState(id, "succeeded");
    await worker.saw("worker.put-down", id);
    expect(await worker.kill("SIGTERM")).toBe(0);
    expect(worker.lines.map(({ event }) => event)).toContain("worker.stopped");
    const log = JSON.stringify(worker.lines);
    for (const secret of ["Otto", "otto@", "Acme", "postgres://"]) expect(log).not.toContain(secret);
  });

  test("killed in a batch is followed by another, which ends the run", async () => {
    await fault(world, "in batch 2", "hang");
    const id = await request(world);
    const first = synthetic();
    await hasState(id, "running");
    await hangs();
    expect(await batchesOf(world, id)).toEqual([3]);
    await first.kill("SIGKILL");
    const second = synthetic();
    await hasState(id, "succeeded");
    expect((await rowOf(world, id)).epoch).toBeGreaterThan(1);
    expect(await batchesOf(world, id)).toEqual([3, 3]);
    expect(await tenantState(world)).toBe("filled");
    expect(await trailOf(world, id)).toEqual(["requested", "approved", "queued", "running", "succeeded"]);
    expect(await second.kill("SIGTERM")).toBe(0);
  });

  test("told to end hands its run over, also one that does not breathe; the next one goes on", async () => {
    await fault(world, "in batch 2", "hang");
    const id = await request(world);
    const first = synthetic();
    await hangs();
    expect(await batchesOf(world, id)).toEqual([3]);
    expect(await first.kill("SIGTERM")).toBe(0);
    expect(await rowOf(world, id)).toMatchObject({ state: "running", leaseOwner: null });
    const second = synthetic();
    await hasState(id, "succeeded");
    expect(await batchesOf(world, id)).toEqual([3, 3]);
    await second.kill("SIGTERM");
  });

  test("two at once share the work, and drive nothing twice", async () => {
    const [one, two] = [synthetic(), synthetic()];
    await Promise.all([one.saw("worker.started"), two.saw("worker.started")]);
    const ids = await Promise.all([request(world), request(world, { tenant: "globex" })]);
    for (const id of ids) {
      await hasState(id, "succeeded");
      expect(await batchesOf(world, id)).toEqual([3, 3]);
      expect((await rowOf(world, id)).epoch).toBe(1);
    }
    await world.platform.query("DELETE FROM items WHERE run = ANY ($1)", [ids]);
    await Promise.all([one.kill("SIGTERM"), two.kill("SIGTERM")]);
  });
});

describe("worker/main.ts", () => {
  test("names the variable that is missing or wrong, and ends", async () => {
    for (const [env, variable] of [
      [{}, /TENANTRY_RECORDS_URL|TENANTRY_SECRET_KEY/],
      [{ TENANTRY_WORKER_CONCURRENCY: "many" }, /TENANTRY_WORKER_CONCURRENCY/],
    ] as const) {
      const child = spawn(process.execPath, [path("main.ts")], {
        stdio: ["ignore", "ignore", "pipe"],
        env: environment(env),
      });
      let errors = "";
      child.stderr.on("data", (chunk) => {
        errors += chunk;
      });
      const [code] = (await once(child, "close")) as [number];
      expect(code).toBe(1);
      expect(errors).toMatch(variable);
      expect(errors).not.toContain("    at ");
    }
  });

  test("opens the console, answers for its health, counts, and ends on SIGTERM", async () => {
    const records = await createTestDatabase("records");
    const worker = start("main.ts", [], {
      TENANTRY_RECORDS_URL: records.url,
      TENANTRY_BUNDLE_FOLDER: await mkdtemp(join(tmpdir(), "tenantry-worker-")),
      TENANTRY_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
      TENANTRY_WORKER_PORT: "0",
    });
    await worker.saw("worker.started");
    const { port } = worker.lines.find(({ event }) => event === "health.listening") as { port: number };
    const get = (name: string) => fetch(`http://127.0.0.1:${port}/${name}`);
    expect((await get("healthz")).status).toBe(200);
    // On a busy machine a part may not answer in time at first.
    await expect
      .poll(async () => (await get("readyz")).json(), { timeout: PATIENCE })
      .toEqual({ ready: true, notReady: [] });
    expect(await (await get("metrics")).text()).toMatch(/^tenantry_runs_in_hand 0$/m);
    expect((await get("else")).status).toBe(404);
    const own = await records.connect();
    await own.query("ALTER SCHEMA drizzle RENAME TO elsewhere");
    await expect
      .poll(async () => (await get("readyz")).json(), { timeout: PATIENCE })
      .toEqual({ ready: false, notReady: ["records-migrations"] });
    await own.query("ALTER SCHEMA elsewhere RENAME TO drizzle");
    expect(await worker.kill("SIGTERM")).toBe(0);
    await records.drop();
  });
});
