import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { copyIn, copyOut, SENT_BYTES } from "./copy-streams.ts";
import { pinSession } from "./session.ts";
import { beginExportedSnapshot, joinSnapshot } from "./snapshot.ts";
import { tryLockTenant } from "./tenant-lock.ts";
import { countsSince, readTransactionCounts } from "./transaction-counts.ts";
import { currentTransactionId, transactionOutcome } from "./transaction-outcome.ts";

let database: TestDatabase;
let one: pg.Client;
let two: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase("empty");
  [one, two] = [await database.connect(), await database.connect()];
});
afterAll(() => database.drop());
beforeEach(async () => {
  for (const client of [one, two]) await client.query("ROLLBACK; RESET ALL");
  await one.query(
    "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t (id int PRIMARY KEY, v text)",
  );
});

describe("a pinned session", () => {
  it("prints values the same whatever the database's own settings are", async () => {
    await one.query(`SET DateStyle = 'German'; SET IntervalStyle = 'iso_8601'; SET TimeZone = 'Asia/Tokyo';
      SET extra_float_digits = -10; SET bytea_output = 'escape'; SET search_path = public; SET statement_timeout = 1234`);
    await pinSession(one);
    const { rows } = await one.query({
      text: `SELECT '2024-02-03 04:05:06+00'::timestamptz::text, '1 day 02:00'::interval::text, 0.1::float8::text,
               '\\x00ff'::bytea::text, 'public.t'::regclass::text, current_setting('statement_timeout'), '1.5'::money::text`,
      rowMode: "array",
    });
    expect(rows).toEqual([
      ["2024-02-03 04:05:06+00", "1 day 02:00:00", "0.1", "\\x00ff", "public.t", "0", "$1.50"],
    ]);
  });

  it("raises where a policy would hide rows, rather than hiding them", async () => {
    await one.query(`CREATE ROLE hidden_from; GRANT USAGE ON SCHEMA public TO hidden_from; GRANT SELECT ON t TO hidden_from;
      ALTER TABLE t ENABLE ROW LEVEL SECURITY; SET ROLE hidden_from`);
    await pinSession(one);
    await expect(one.query("SELECT FROM public.t")).rejects.toMatchObject({ code: "42501" });
    await one.query("RESET ROLE; DROP OWNED BY hidden_from; DROP ROLE hidden_from");
  });
});

describe("a snapshot", () => {
  it("is seen by whoever joins it, and not what was committed since", async () => {
    await one.query("INSERT INTO t VALUES (1)");
    const snapshot = await beginExportedSnapshot(one);
    const three = await database.connect();
    await three.query("INSERT INTO t VALUES (2)");
    await joinSnapshot(two, snapshot.id);
    for (const client of [one, two])
      expect((await client.query("SELECT id FROM t")).rows).toEqual([{ id: 1 }]);
    expect(snapshot.takenAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(snapshot.position).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    await expect(two.query("INSERT INTO t VALUES (3)")).rejects.toMatchObject({ code: "25006" });
  });

  it("cannot be joined when its transaction has ended", async () => {
    const { id } = await beginExportedSnapshot(one);
    await one.query("COMMIT");
    await expect(joinSnapshot(two, id)).rejects.toThrow(/snapshot/);
  });
});

describe("COPY", () => {
  async function* pieces(...texts: string[]) {
    for (const text of texts) yield Buffer.from(text);
  }

  it("takes bytes cut anywhere and says how many rows there were", async () => {
    const rows = await copyIn(one, "COPY t FROM STDIN", pieces("1\ta\n2", "\t", "b\\n\n3\t\\N", "\n"));
    expect(rows).toBe(3);
    let text = "";
    for await (const chunk of copyOut(one, "COPY (SELECT * FROM t ORDER BY id) TO STDOUT"))
      text += chunk.toString();
    expect(text).toBe("1\ta\n2\tb\\n\n3\t\\N\n");
  });

  it("says of each large piece when its bytes are gone, so that it may be filled again", async () => {
    const free: Buffer[] = [];
    let made = 0;
    const sent: number[] = [];
    async function* refilled() {
      for (let row = 1; row <= 200; row++) {
        while (made === 16 && free.length === 0) await new Promise((resolve) => setImmediate(resolve));
        if (free.length === 0) made++;
        const piece = free.pop() ?? Buffer.alloc(SENT_BYTES + 64);
        const line = `${row}\t${String.fromCharCode(97 + (row % 26)).repeat(SENT_BYTES)}\n`;
        yield piece.subarray(0, piece.write(line));
        // Small pieces between them are told of never.
        if (row % 10 === 0) yield Buffer.from(`${1000 + row}\tsmall\n`);
      }
    }
    const rows = await copyIn(one, "COPY t FROM STDIN", refilled(), (piece) => {
      sent.push(piece.length);
      const whole = Buffer.from(piece.buffer, piece.byteOffset, SENT_BYTES + 64);
      free.push(whole.fill(0x21));
    });
    expect(rows).toBe(220);
    expect(sent.length).toBe(200);
    expect(Math.min(...sent)).toBeGreaterThanOrEqual(SENT_BYTES);
    expect(made).toBeLessThanOrEqual(16);
    const { rows: found } = await one.query(
      `SELECT count(*)::int AS n FROM t WHERE id <= 200 AND v = repeat(chr(97 + id % 26), ${SENT_BYTES})`,
    );
    expect(found).toEqual([{ n: 200 }]);
  });

  it("of nothing is nothing", async () => {
    expect(await copyIn(one, "COPY t FROM STDIN", pieces())).toBe(0);
    for await (const chunk of copyOut(one, "COPY t TO STDOUT")) expect(chunk.length).toBe(0);
  });

  it("rejects with the server's error, and the session goes on", async () => {
    await expect(copyIn(one, "COPY t FROM STDIN", pieces("1\ta\n", "1\tb\n"))).rejects.toMatchObject({
      code: "23505",
    });
    expect((await one.query("SELECT count(*)::int AS n FROM t")).rows).toEqual([{ n: 0 }]);
  });

  it("rejects with the source's error, and keeps no row", async () => {
    async function* broken() {
      yield Buffer.from("1\ta\n");
      throw new Error("the source broke");
    }
    await expect(copyIn(one, "COPY t FROM STDIN", broken())).rejects.toThrow("the source broke");
    expect((await one.query("SELECT count(*)::int AS n FROM t")).rows).toEqual([{ n: 0 }]);
  });
});

describe("the lock on a tenant", () => {
  it("is one transaction's, until it ends", async () => {
    await one.query("BEGIN");
    await two.query("BEGIN");
    expect(await tryLockTenant(one, "key")).toBe(true);
    expect(await tryLockTenant(one, "key")).toBe(true);
    expect(await tryLockTenant(two, "key")).toBe(false);
    expect(await tryLockTenant(two, "another key")).toBe(true);
    await one.query("ROLLBACK");
    expect(await tryLockTenant(two, "key")).toBe(true);
  });
});

describe("a transaction's own writes", () => {
  it("are counted by table, cascades and triggers included, without what was before the baseline", async () => {
    await one.query(`CREATE TABLE "Odd.Child" (id int REFERENCES t ON DELETE CASCADE); CREATE TABLE log (what text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log VALUES ('x'); RETURN NULL; END $$;
      CREATE TRIGGER note AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note();`);
    await one.query("BEGIN; INSERT INTO t VALUES (1), (2), (3)");
    const baseline = await readTransactionCounts(one);
    await one.query(
      `INSERT INTO "Odd.Child" VALUES (1), (1), (2); UPDATE t SET v = 'x' WHERE id = 3; DELETE FROM t WHERE id = 1`,
    );
    const written = countsSince(baseline, await readTransactionCounts(one));
    expect(Object.fromEntries(written)).toEqual({
      "public.t": { inserted: 0, updated: 1, deleted: 1 },
      'public."Odd.Child"': { inserted: 3, updated: 0, deleted: 2 },
      "public.log": { inserted: 1, updated: 0, deleted: 0 },
    });
  });

  it("are counted at the leaves of a partition tree", async () => {
    await one.query(
      `CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)`,
    );
    await one.query("BEGIN; INSERT INTO p VALUES (1)");
    expect([...(await readTransactionCounts(one)).keys()]).toContain("public.p1");
  });

  it("are nothing between two equal readings", () => {
    const reading = new Map([["public.t", { inserted: 1, updated: 2, deleted: 3 }]]);
    expect(countsSince(reading, new Map(reading)).size).toBe(0);
    expect(countsSince(reading, new Map())).toEqual(
      new Map([["public.t", { inserted: -1, updated: -2, deleted: -3 }]]),
    );
  });
});

describe("what became of a transaction", () => {
  it("is known from its id: at work, committed, undone", async () => {
    await one.query("BEGIN");
    const xid = await currentTransactionId(one);
    expect(await currentTransactionId(one)).toBe(xid);
    expect(await transactionOutcome(two, xid)).toBe("in progress");
    await one.query("COMMIT; BEGIN");
    const undone = await currentTransactionId(one);
    await one.query("ROLLBACK");
    expect(await transactionOutcome(two, xid)).toBe("committed");
    expect(await transactionOutcome(two, undone)).toBe("aborted");
  });

  it("is unknown where the server has forgotten it, or has not come to it yet", async () => {
    const { rows } = await two.query<{ oldest: string }>(
      "SELECT oldest_xid::text AS oldest FROM pg_control_checkpoint()",
    );
    // Frozen long ago, at the beginning of this very database cluster.
    expect(BigInt(rows[0]!.oldest)).toBeGreaterThan(3n);
    expect(await transactionOutcome(two, "3")).toBe("unknown");
    expect(await transactionOutcome(two, "18446744073709551000")).toBe("unknown");
    expect((await two.query("SELECT 1 AS alive")).rows).toEqual([{ alive: 1 }]);
  });
});
