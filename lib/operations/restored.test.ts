/**
 * The records come back from a backup, and the platforms have moved on since: what was under way then ends right,
 * once. The backup is a copy of the records' database as of a moment, which is what a dump of it restores to.
 */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { driveOperation } from "../engine/drive.ts";
import { sweep } from "../engine/sweeper.ts";
import { quoteIdentifier } from "../postgres/identifiers.ts";
import { linkAudit, verifyChain } from "../records/audit-chain.ts";
import { operations } from "../records/schema/operations.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase } from "../rows/testing/small-platform.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { type Console, openConsole } from "./console.ts";
import { crashAfter } from "./testing/crash.ts";
import { approve, ask, createWorldOf, drive, rowOf, type TestWorld, TIMES } from "./testing/world.ts";

let world: TestWorld;
let one: string;
let two: string;
let server: TestDatabase;
beforeAll(async () => {
  server = await createTestDatabase();
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
  one = (await keyOfSlug(world.euClient, "one"))!;
  two = (await keyOfSlug(world.euClient, "two"))!;
}, 120_000);
afterAll(async () => {
  await world.close();
  await server.drop();
});

/** A console on the records as they are now; `restore` brings it up, after whatever happens meanwhile. */
async function backUp(): Promise<{ restore(): Promise<Console>; drop(): Promise<void> }> {
  const source = new URL(world.env.TENANTRY_RECORDS_URL!);
  const name = `${source.pathname.slice(1)}_restored`;
  const client = await server.connect();
  // A template is copied only while nobody is connected to it.
  await client.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
    [source.pathname.slice(1)],
  );
  await client.query(
    `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${quoteIdentifier(source.pathname.slice(1))} STRATEGY wal_log`,
  );
  source.pathname = `/${name}`;
  let restored: Console | null = null;
  return {
    async restore() {
      restored = await openConsole({ ...world.env, TENANTRY_RECORDS_URL: source.href }, { times: TIMES });
      return restored;
    },
    async drop() {
      await restored?.close();
      await client.query(`DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`);
    },
  };
}

const inRestored = (console: Console, id: string) => rowOf({ ...world, console }, id);

/** The last transaction that wrote the tenant's root row: equal means that nobody wrote it again. */
const writtenBy = async (key: string) =>
  (await world.euClient.query("SELECT status, xmin::text AS by FROM orgs WHERE id = $1", [key])).rows[0];

describe("records that come back from a backup", () => {
  it("do not do again what has been done since: its plan is not the approved one any more", async () => {
    const id = await ask(world, { kind: "suspend", input: { tenantKey: one } });
    await approve(world, id);
    const backup = await backUp();
    await drive(world, id);
    const done = await writtenBy(one);
    expect(done).toMatchObject({ status: "suspended" });
    const console = await backup.restore();
    expect((await inRestored(console, id)).state).toBe("queued");
    await driveOperation(console.engine, id);
    expect(["superseded", "failed"]).toContain((await inRestored(console, id)).state);
    expect(await writtenBy(one)).toEqual(done);
    await linkAudit(console.records);
    expect(await verifyChain(console.records)).toMatchObject({ findings: [], waiting: 0 });
    await backup.drop();
  }, 120_000);

  it("end a run that was under way as its database tells: committed is done, and not done twice", async () => {
    const id = await ask(world, { kind: "suspend", input: { tenantKey: two } });
    await approve(world, id);
    await crashAfter(world, id, "commit");
    const backup = await backUp();
    const committed = await writtenBy(two);
    expect(committed).toMatchObject({ status: "suspended" });
    const console = await backup.restore();
    await console.records.update(operations).set({ leaseUntil: sql`now() - interval '1 second'` });
    await sweep(console.engine);
    await driveOperation(console.engine, id);
    expect(await inRestored(console, id)).toMatchObject({ state: "succeeded" });
    expect(await writtenBy(two)).toEqual(committed);
    await backup.drop();
  }, 120_000);

  it("run what had not begun", async () => {
    const id = await ask(world, { kind: "export", input: { tenantKey: one } });
    const backup = await backUp();
    const console = await backup.restore();
    await driveOperation(console.engine, id);
    expect(await inRestored(console, id)).toMatchObject({ state: "succeeded" });
    await backup.drop();
  }, 120_000);
});
