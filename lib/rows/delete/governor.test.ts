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
  beforeAll(async () => {
    database = await createTestDatabase("empty");
    client = await database.connect();
    await client.query("CREATE TABLE switch (on_ boolean); INSERT INTO switch VALUES (false)");
  });
  afterAll(() => database.drop());

  it("sessions that wait for a lock are counted", async () => {
    const [holder, waiter] = [await database.connect(), await database.connect()];
    await holder.query("BEGIN; LOCK TABLE switch");
    const waiting = waiter.query("SELECT * FROM switch");
    await expect.poll(async () => (await createSignalReader(client, null).read()).lockWaits).toBe(1);
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
    expect(await govern.next("public.items", async (size) => ({ rows: size }))).toEqual({ rows: 250 });
    expect(looks.slice(0, 2)).toEqual(["operator's query", "operator's query"]);
    for (const query of ["DELETE FROM switch", "COMMIT; DELETE FROM switch", "no query at all"])
      expect((await createSignalReader(client, query).read()).custom, query).toBe(false);
    expect((await client.query("SELECT FROM switch")).rows).toHaveLength(1);
  });
});
