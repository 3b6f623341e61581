/**
 * A delete on a bad day: pointers and triggers that nobody has spoken of, receivers that do not answer, workers that come
 * late or twice, records that somebody changes under a run, a writer past the fence, a hold that is set meanwhile.
 */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { driveOperation } from "../../engine/drive.ts";
import { createEngine } from "../../engine/engine.ts";
import type { OperationPlan } from "../../engine/plan.ts";
import { wishOperation } from "../../engine/wish.ts";
import { operations } from "../../records/schema/operations.ts";
import { tombstones } from "../../records/schema/tombstones.ts";
import { changedResidents, type Residents, readResidents } from "../../rows/testing/residents.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase, smallSpec } from "../../rows/testing/small-platform.ts";
import { shard } from "../../testing/shard.ts";
import { confirmFinalizer } from "../finalizers/confirm.ts";
import { holdTenant } from "../holds/hold-tenant.ts";
import { makeReady, setPolicy } from "../testing/doomed.ts";
import { openReceiver, type Receiver } from "../testing/receiver.ts";
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
import { addWebhook } from "../webhooks/change-webhooks.ts";
import { ERASE_EVENT } from "../webhooks/events.ts";

const PLATFORM = `${SMALL_PLATFORM}
tables:
  public.home: global
  public.audit_log: global
finalizers:
  - { name: objects, kind: manual, description: Files in the bucket. }
  - { name: search, kind: webhook, webhook: eraser, description: Documents of the search. }
`;

/** Rows of nobody's that point in, and a trigger that writes elsewhere. */
const MORE = `
  CREATE TABLE home (id int PRIMARY KEY, note_id uuid REFERENCES notes);
  CREATE INDEX ON home (note_id);
  INSERT INTO home SELECT row_number() OVER (ORDER BY i.org_id, n.id), n.id FROM notes n JOIN items i ON i.id = n.item_id;
  CREATE TABLE audit_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text);
  CREATE FUNCTION log_item() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.audit_log (what) VALUES ('item ' || OLD.id); RETURN NULL; END $$;
  CREATE TRIGGER logged AFTER DELETE ON items FOR EACH ROW EXECUTE FUNCTION log_item();`;

const POINTER = "public.home (note_id) → public.notes (id) foreign key";
const TRIGGER = "public.items (logged)";
const ANSWERS = { pointers: { [POINTER]: "null" }, triggers: { [TRIGGER]: "insert public.audit_log" } };

let world: TestWorld;
let receiver: Receiver;
let one: string;
let bundleId: string;
let before: Residents;
let home: readonly object[];
const rowsOfHome = async () => (await world.euClient.query("SELECT id, note_id FROM home ORDER BY id")).rows;

beforeAll(async () => {
  vi.stubEnv("TENANTRY_WEBHOOK_NETWORKS", "127.0.0.1");
  receiver = await openReceiver();
  const databases = [await smallDatabase("home"), await smallDatabase("elsewhere")] as const;
  for (const database of databases) {
    const client = await database.connect();
    await client.query(MORE);
  }
  world = await createWorldOf(PLATFORM, ...databases, {
    times: TIMES,
    callTimes: { timeout: 300, firstWait: 5 },
  });
  one = (await keyOfSlug(world.euClient, "one"))!;
  await setPolicy(world);
  bundleId = await makeReady(world, one);
  before = await readResidents(world.euClient, smallSpec(), one);
  home = await rowsOfHome();
}, 120_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await receiver.close();
  await world.close();
});

const asked = (more: object = ANSWERS) => ({ kind: "delete", input: { tenantKey: one, bundleId, ...more } });
const wish = async (operationId: string, wanted: "pause" | "resume") =>
  wishOperation(world.console.engine, await world.actor("operator"), { operationId, wish: wanted });
const update = (id: string, set: Record<string, unknown>) =>
  world.console.records.update(operations).set(set).where(eq(operations.id, id));
const notesLeft = async () => {
  const { rows } = await world.euClient.query<{ left: number }>(
    "SELECT count(*)::int AS left FROM notes n JOIN items i ON i.id = n.item_id WHERE i.org_id = $1",
    [one],
  );
  return rows[0]!.left;
};
const stoneOf = async (id: string) =>
  (await world.console.records.select().from(tombstones).where(eq(tombstones.operationId, id)))[0]!;

/** Rows that were declared to change are looked at by themselves. */
const changedOfOthers = (now: Residents) =>
  changedResidents(before, now).filter((change) => !/^public\.(home|audit_log):/.test(change));

async function confirmObjects(): Promise<void> {
  const said = { databaseId: world.euId, tenantKey: one, finalizer: "objects", note: "Bucket emptied." };
  const answer = await confirmFinalizer(world.console.engine, await world.actor("operator"), said);
  if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
}

async function approved(): Promise<string> {
  const id = await ask(world, asked());
  await approve(world, id);
  return id;
}

/** Drives it with something that happens around its side effects. */
function driveWith(id: string, around: (name: string, act: () => Promise<void>) => Promise<void>) {
  const engine = createEngine({
    ...world.console.engine,
    async sideEffect(name, act) {
      let done: Awaited<ReturnType<typeof act>> | undefined;
      await around(name, async () => {
        done = await act();
      });
      return done as Awaited<ReturnType<typeof act>>;
    },
  });
  return driveOperation(engine, id);
}

/** Once, before the first side effect of a name. */
function once(name: string, happens: () => Promise<unknown>) {
  let happened = false;
  return async (effect: string, act: () => Promise<void>) => {
    if (effect === name && !happened) {
      happened = true;
      await happens();
    }
    await act();
  };
}

/** As somebody who may do everything gets past a fence, and leaves it standing. */
async function pastFence(statement: string): Promise<void> {
  await world.euClient.query("ALTER TABLE notes DISABLE TRIGGER USER");
  await world.euClient.query(statement);
  const { rows } = await world.euClient.query<{ name: string }>(
    "SELECT quote_ident(tgname) AS name FROM pg_trigger WHERE tgrelid = 'notes'::regclass AND NOT tgisinternal",
  );
  for (const { name } of rows) await world.euClient.query(`ALTER TABLE notes ENABLE ALWAYS TRIGGER ${name}`);
}

async function endsAs(id: string, state: string, code?: string): Promise<void> {
  const row = await rowOf(world, id);
  expect([row.state, JSON.stringify(row.findings)]).toEqual([state, expect.stringContaining(code ?? "")]);
}

/** What stopped it before is not shown as what is the matter now. */
async function stoppedByNothing(id: string): Promise<void> {
  const { findings } = await rowOf(world, id);
  expect(findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
}

async function goesOnTo(id: string, state: string, code?: string): Promise<void> {
  expect(await wish(id, "resume")).toMatchObject({ ok: true });
  await stoppedByNothing(id);
  await drive(world, id);
  await endsAs(id, state, code);
  if (state === "succeeded") await stoppedByNothing(id);
}

it("is refused until everything outside is seen to, and each question is answered as far as it can be", async () => {
  const codes = (more?: object) => refusedWith(world, asked(more));
  expect((await codes()).toSorted()).toEqual(["finalizer-webhook-missing", "gate-closed"]);
  const hook = { name: "eraser", url: receiver.url, events: [ERASE_EVENT] };
  expect(await addWebhook(world.console, await world.actor("admin"), hook)).toMatchObject({ ok: true });
  expect(await codes()).toEqual(["gate-closed"]);
  await confirmObjects();
  const { pointers, triggers } = ANSWERS;
  expect(await codes({ triggers })).toContain("pointer-in");
  expect(await codes({ triggers, pointers: { [POINTER]: "leave" } })).toContain("pointer-in");
  expect(await codes({ triggers, pointers: { [POINTER]: "drop" } })).toEqual(["input-invalid"]);
  expect(await codes({ pointers })).toContain("trigger-on-delete");
  expect(await codes({ pointers, triggers: { [TRIGGER]: "whatever it likes" } })).toEqual(["input-invalid"]);
  expect(changedOfOthers(await readResidents(world.euClient, smallSpec(), one))).toEqual([]);
});

/** Each takes a delete of its own: a run of the tests tells one of them. */
const TOLD = shard(["receivers", "hands"], 2);

if (TOLD.includes("receivers")) {
  it("calls its receivers until they say yes, once by one worker, however many there are and however late", async () => {
    const id = await approved();
    receiver.answers = [500];
    // One worker falls asleep before its proof is kept; another takes over, and every call is refused.
    const takenOver = async () => {
      await update(id, { leaseUntil: sql`now() - interval '1 second'` });
      await drive(world, id);
      await endsAs(id, "paused", "finalizer-refused");
    };
    const late = await driveWith(id, once("record proof", takenOver));
    expect(late).toBe("lost");
    expect(receiver.heard).toEqual(Array(5).fill(`${id}.search`));
    expect((await stoneOf(id)).state).toBe("deleting");
    // One call without an answer, one that is refused, and then it says yes: to one of two workers at once.
    receiver.answers = ["nothing", 503, 200];
    expect(await wish(id, "resume")).toMatchObject({ ok: true });
    expect((await Promise.all([drive(world, id), drive(world, id)])).toSorted()).toEqual([
      "ended",
      "not mine",
    ]);
    await endsAs(id, "succeeded");
    expect(receiver.heard).toEqual(Array(8).fill(`${id}.search`));
    expect(await stoneOf(id)).toMatchObject({
      state: "deleted",
      finalizers: [
        { name: "objects", kind: "manual", by: "operator" },
        { name: "search", kind: "webhook", by: null },
      ],
    });
    expect(await keyOfSlug(world.euClient, "one")).toBeNull();
    expect(changedOfOthers(await readResidents(world.euClient, smallSpec()))).toEqual([]);
    const { rows } = await world.euClient.query("SELECT count(*)::int AS logged FROM audit_log");
    expect(rows).toEqual([{ logged: 4 }]);
  }, 120_000);

  it("gives back what pointed at it, where nobody has changed that since", async () => {
    const nulled = (await world.euClient.query("SELECT id FROM home WHERE note_id IS NULL ORDER BY id")).rows;
    expect(nulled).toHaveLength(12);
    const [changed] = nulled;
    await world.euClient.query(
      "UPDATE home SET note_id = (SELECT note_id FROM home WHERE note_id IS NOT NULL LIMIT 1) WHERE id = $1",
      [changed.id],
    );
    const row = await carryOut(world, { kind: "restore", input: { tenantKey: one } });
    expect(row.findings).toContainEqual(expect.objectContaining({ code: "pointers-changed", count: 1 }));
    const now = await rowsOfHome();
    expect(now.filter((_, at) => JSON.stringify(now[at]) !== JSON.stringify(home[at]))).toMatchObject([
      changed,
    ]);
    expect(changedOfOthers(await readResidents(world.euClient, smallSpec(), one))).toEqual([]);
    home = now;
  });
}

if (TOLD.includes("hands"))
  it("takes no confirmation of an earlier suspend, and stops at a hold, at a changed plan and at a foreign row", async () => {
    await carryOut(world, { kind: "resume", input: { tenantKey: one }, by: "admin" });
    bundleId = await makeReady(world, one);
    expect(await refusedWith(world, asked())).toEqual(["gate-closed"]);
    await confirmObjects();
    receiver.answers = [200];
    const id = await approved();
    const hold = (set: boolean) =>
      world.actor("admin").then((admin) =>
        holdTenant(world.console.records, admin, {
          databaseId: world.euId,
          tenantKey: one,
          hold: set,
          reason: "a lawsuit",
        }),
      );
    let isHeld = false;
    await driveWith(id, async (name, act) => {
      await act();
      if (isHeld || name !== "commit" || (await notesLeft()) > 0) return;
      isHeld = true;
      await hold(true);
    });
    await endsAs(id, "paused", "held-meanwhile");
    await hold(false);
    const { plan, input } = await rowOf(world, id);
    const two = (await keyOfSlug(world.euClient, "two"))!;
    const forged = plan as OperationPlan;
    for (const tampered of [
      { ...forged, tenant: { ...forged.tenant, key: two } },
      { ...forged, options: { ...forged.options, pointers: {} } },
    ]) {
      await update(id, { plan: tampered });
      await goesOnTo(id, "paused", "plan-tampered");
    }
    // The input is in no digest, and nothing goes by it once the plan was approved.
    await update(id, { plan, input: { ...(input as object), tenantKey: two, pointers: {} } });
    const smuggled = "01976bd6-0000-7000-8000-00000000aaaa";
    expect(await wish(id, "resume")).toMatchObject({ ok: true });
    const smuggle = `INSERT INTO notes SELECT '${smuggled}', min(id), 'smuggled' FROM items WHERE org_id = '${one}'`;
    await driveWith(
      id,
      once("begin delete rows", () => pastFence(smuggle)),
    );
    await endsAs(id, "paused", "pointer-since-plan");
    await pastFence(`DELETE FROM notes WHERE id = '${smuggled}'`);
    await goesOnTo(id, "succeeded");
    expect(changedOfOthers(await readResidents(world.euClient, smallSpec()))).toEqual([]);
  }, 120_000);
