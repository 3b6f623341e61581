/** How large batches become, and what holds a run up. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { quietContext } from "../run-context.ts";
import { governor } from "./govern.ts";
import { DEFAULT_LIMITS, firstPace, nextPace, type Signals, throttled, throttleOf } from "./governor.ts";
import { createSignalReader } from "./signals.ts";

const WELL: Signals = {
  replicaLag: null,
  activeSessions: 1,
  lockWaits: 0,
  archiverFailures: 0,
  walRate: null,
  vacuuming: false,
  deadRows: 0,
  custom: null,
};

describe("the size of a batch", () => {
  /** Batches at so many rows a millisecond, and a fixed cost each. */
  const run = (rowsAMillisecond: number, batches: number) => {
    let pace = firstPace(DEFAULT_LIMITS);
    let worst = 0;
    for (let batch = 0; batch < batches; batch++) {
      const milliseconds = 5 + pace.rows / rowsAMillisecond;
      worst = Math.max(worst, milliseconds);
      pace = nextPace({ pace, milliseconds, rows: pace.rows }, DEFAULT_LIMITS);
    }
    return { pace, worst };
  };

  it.each([5, 40, 120])("comes near what fits, at %i rows a millisecond, and hardly beyond", (rate) => {
    const { pace, worst } = run(rate, 60);
    const fits = rate * (DEFAULT_LIMITS.target - 5);
    expect(pace.rows / fits).toBeGreaterThan(0.7);
    expect(pace.rows / fits).toBeLessThan(1.1);
    expect(worst).toBeLessThan(DEFAULT_LIMITS.target * 1.5);
  });

  it("is cut where a batch was slow, and never to nothing", () => {
    let pace = { ...firstPace(DEFAULT_LIMITS), rows: 10_000 };
    pace = nextPace({ pace, milliseconds: 2_000, rows: 10_000 }, DEFAULT_LIMITS);
    expect(pace).toMatchObject({ rows: 5_000, throttle: "slow batches" });
    for (let batch = 0; batch < 20; batch++)
      pace = nextPace({ pace, milliseconds: 2_000, rows: pace.rows }, DEFAULT_LIMITS);
    expect(pace.rows).toBe(DEFAULT_LIMITS.minRows);
  });
});

describe("a signal beyond its limit", () => {
  it.each([
    [{ replicaLag: 6_000 }, "replica lag"],
    [{ activeSessions: 51 }, "active sessions"],
    [{ lockWaits: 6 }, "lock waits"],
    [{ archiverFailures: 1 }, "archiver failures"],
    [{ walRate: 300 * 1024 ** 2 }, "WAL rate"],
    [{ custom: false }, "operator's query"],
  ] as const)("is said by name: %o", (bad, throttle) => {
    expect(throttleOf(WELL, DEFAULT_LIMITS)).toBeNull();
    expect(throttleOf({ ...WELL, ...bad }, DEFAULT_LIMITS)).toBe(throttle);
  });

  it("waits longer each time, up to ten seconds, and halves what follows", () => {
    let pace = firstPace(DEFAULT_LIMITS);
    const pauses: number[] = [];
    for (let look = 0; look < 8; look++) {
      pace = throttled(pace, "replica lag", DEFAULT_LIMITS);
      pauses.push(pace.pause);
    }
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(pace.rows).toBe(DEFAULT_LIMITS.minRows);
  });
});

describe("in a database", () => {
  let database: TestDatabase;
  let client: pg.Client;
  let table: number;
  beforeAll(async () => {
    database = await createTestDatabase("empty");
    client = await database.connect();
    await client.query("CREATE TABLE switch (on_ boolean); INSERT INTO switch VALUES (false)");
    const { rows } = await client.query<{ oid: number }>("SELECT 'switch'::regclass::oid AS oid");
    table = rows[0]!.oid;
  });
  afterAll(() => database.drop());

  it("sessions that wait for a lock are counted", async () => {
    const [holder, waiter] = [await database.connect(), await database.connect()];
    await holder.query("BEGIN; LOCK TABLE switch");
    const waiting = waiter.query("SELECT * FROM switch");
    await expect.poll(async () => (await createSignalReader(client, null).read(table)).lockWaits).toBe(1);
    await holder.query("ROLLBACK");
    await waiting;
  });

  it("an operator's query holds the run up until it says true; it writes nothing, whatever it says", async () => {
    const looks: (string | null | undefined)[] = [];
    const govern = governor(
      client,
      {
        breathe: async () => {
          if (looks.length === 2) await (await database.connect()).query("UPDATE switch SET on_ = true");
        },
        governor: { query: "SELECT on_ FROM switch" },
      },
      quietContext({ progress: ({ throttle }) => void looks.push(throttle) }),
    );
    expect(await govern.next({ id: "public.switch", oid: table }, async (size) => ({ rows: size }))).toEqual({
      rows: 250,
    });
    expect(looks.slice(0, 2)).toEqual(["operator's query", "operator's query"]);
    for (const query of ["DELETE FROM switch", "COMMIT; DELETE FROM switch", "no query at all"])
      expect((await createSignalReader(client, query).read(table)).custom, query).toBe(false);
    expect((await client.query("SELECT FROM switch")).rows).toHaveLength(1);
  });

  it("the server's WAL is read as a rate, from the second look on", async () => {
    const signals = createSignalReader(client, null);
    expect((await signals.read(table)).walRate).toBeNull();
    await client.query("SELECT pg_logical_emit_message(false, 'test', repeat('x', 1000000)), pg_sleep(0.3)");
    const { walRate } = await signals.read(table);
    expect(walRate).toBeGreaterThan(0);
    // A look that comes too soon after it says the same.
    expect((await signals.read(table)).walRate).toBe(walRate);
    const limits = { ...DEFAULT_LIMITS, walRate: 1 };
    expect(throttleOf({ ...WELL, walRate }, limits)).toBe("WAL rate");
  });

  it("dead rows, and a vacuum that is at work on the table or a partition of it, give it air and stop nothing", async () => {
    const other = await database.connect();
    await other.query(`CREATE TABLE parts (n int) PARTITION BY LIST (n);
      CREATE TABLE part PARTITION OF parts FOR VALUES IN (1) WITH (autovacuum_enabled = off);
      INSERT INTO parts SELECT 1 FROM generate_series(1, 20000); DELETE FROM parts`);
    const { rows } = await other.query<{ oid: number }>("SELECT 'parts'::regclass::oid AS oid");
    const parts = { id: "public.parts", oid: rows[0]!.oid };
    const read = () => createSignalReader(client, null).read(parts.oid);
    await expect.poll(async () => (await read()).deadRows, { timeout: 60_000 }).toBe(20_000);
    const told: (string | null)[] = [];
    const govern = governor(
      client,
      {
        breathe: async () => {},
        governor: { deadRows: 100, target: 5 },
        told: ({ throttle }) => void told.push(throttle),
      },
      quietContext(),
    );
    await govern.next(parts, async (size) => ({ rows: size }));
    await other.query("SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1");
    const vacuum = other.query("VACUUM part").catch(() => undefined);
    await expect.poll(async () => (await read()).vacuuming, { timeout: 60_000 }).toBe(true);
    await govern.next(parts, async (size) => ({ rows: size }));
    await client.query(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = 'VACUUM part' AND datname = current_database()",
    );
    await vacuum;
    expect(told).toEqual(["dead rows", "vacuum"]);
  });

  it("a batch that the server calls off is tried with half its rows, down to one, which is said", async () => {
    const taking = (seconds: number) => (rows: number) =>
      client.query("SELECT pg_sleep($2) FROM generate_series(1, $1)", [rows, seconds]).then(() => ({ rows }));
    const told: (string | null)[] = [];
    const govern = governor(
      client,
      {
        breathe: async () => {},
        governor: { firstRows: 60, target: 10_000 },
        told: ({ size, throttle }) => void told.push(`${size} ${throttle}`),
      },
      quietContext(),
    );
    await client.query("SET statement_timeout = 700");
    try {
      await govern.next({ id: "public.switch", oid: table }, taking(0.04));
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(/^(15|7|3|1) statement timeout$/);
      // What the governor itself asks must not be called off, however busy the machine is.
      await expect(govern.next({ id: "public.switch", oid: table }, taking(5))).rejects.toMatchObject({
        findings: [{ code: "row-takes-long", where: "public.switch" }],
      });
    } finally {
      await client.query("SET statement_timeout = 0");
    }
  });
});
