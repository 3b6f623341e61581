import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openEventFeed } from "./event-feed.ts";
import { appendEvents, type OperationEvent, readEvents } from "./events.ts";
import { lockOperation } from "./lock-operation.ts";
import { createWorld, drive, request, type World } from "./testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.clear());
afterAll(() => world.close());

/** Follows until an event says that the operation has ended. */
async function followToEnd(
  feed: ReturnType<typeof openEventFeed>,
  id: string,
  after = 0,
): Promise<OperationEvent[]> {
  const stop = new AbortController();
  const events: OperationEvent[] = [];
  for await (const batch of feed.follow(id, after, stop.signal)) {
    events.push(...batch);
    if (batch.some(({ data }) => data.to === "succeeded")) stop.abort();
  }
  return events;
}

const ids = (events: readonly OperationEvent[]) => events.map(({ id }) => id);

const note = (id: string, what: string) =>
  world.records.transaction(async (tx) => {
    await lockOperation(tx, id);
    await appendEvents(tx, id, [{ type: "note", data: { what } }]);
  });

const listeners = async () =>
  (
    await world.records.pool.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'tenantry events' AND datname = current_database()",
    )
  ).rows;

describe("following an operation", () => {
  test("gives many pages everything, in order, from wherever each begins, over one connection", async () => {
    const feed = openEventFeed(world.records);
    const id = await request(world);
    const before = await readEvents(world.records, id, 0);
    const early = Array.from({ length: 20 }, () => followToEnd(feed, id));
    const middle = followToEnd(feed, id, before.at(-1)!.id);
    await drive(world, id);
    const all = await readEvents(world.records, id, 0);
    for (const events of await Promise.all(early)) expect(ids(events)).toEqual(ids(all));
    expect(ids(await middle)).toEqual(ids(all.slice(before.length)));
    // One that comes after the end is told all of it too.
    expect(ids(await followToEnd(feed, id))).toEqual(ids(all));
    expect(await listeners()).toHaveLength(1);
    await feed.close();
    await expect.poll(listeners).toEqual([]);
  });

  test("ends when the page goes away or the feed is closed, also while nothing happens", async () => {
    const feed = openEventFeed(world.records);
    const id = await request(world);
    const gone = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const batch of feed.follow(id, 0, gone.signal)) {
        seen.push(batch.length);
        gone.abort();
      }
    })();
    await following;
    expect(seen).toEqual([3]);
    const last = (await readEvents(world.records, id, 0)).at(-1)!.id;
    const quiet = feed.follow(id, last, new AbortController().signal).next();
    await feed.close();
    expect(await quiet).toEqual({ value: undefined, done: true });
  });

  test("goes on after its listener was cut off", async () => {
    const feed = openEventFeed(world.records);
    const id = await request(world);
    const last = (await readEvents(world.records, id, 0)).at(-1)!.id;
    const stop = new AbortController();
    const events = feed.follow(id, last, stop.signal);
    const first = events.next();
    await expect.poll(() => feed.listening).toBe(true);
    await note(id, "one");
    expect((await first).value).toMatchObject([{ data: { what: "one" } }]);
    for (const { pid } of await listeners())
      await world.records.pool.query("SELECT pg_terminate_backend($1)", [pid]);
    await expect.poll(() => feed.listening).toBe(false);
    const second = events.next();
    await note(id, "two");
    expect((await second).value).toMatchObject([{ data: { what: "two" } }]);
    stop.abort();
    await feed.close();
  });
});
