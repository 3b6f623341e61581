import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EventFeed, openEventFeed } from "../engine/event-feed.ts";
import { createWorld, drive, request, rowOf, type World } from "../engine/testing/world.ts";
import { operations } from "../records/schema/operations.ts";
import { withClockOff } from "../testing/clock-off.ts";
import type { EventLine } from "./event-line.ts";
import { readEventLines, readEventLinesAfter } from "./operation-events.ts";
import { type LiveView, readLive } from "./operation-live.ts";
import { type StreamOptions, streamOperation } from "./operation-stream.ts";

let world: World;
let feed: EventFeed;
beforeAll(async () => {
  world = await createWorld();
  feed = openEventFeed(world.records);
});
beforeEach(() => world.clear());
afterAll(async () => {
  await feed.close();
  await world.close();
});

interface Frame {
  readonly event: string | null;
  readonly id: number | null;
  readonly data: unknown;
}

/** Reads frames as a browser does, one at a time. */
async function* frames(stream: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  let text = "";
  for await (const chunk of stream.pipeThrough(
    new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>,
  )) {
    text += chunk;
    const parts = text.split("\n\n");
    text = parts.pop()!;
    for (const part of parts) {
      const fields = new Map(part.split("\n").map((line) => line.split(/: (.*)/s) as [string, string]));
      if (fields.has("retry")) continue;
      const data = fields.get("data");
      yield {
        event: fields.get("event") ?? null,
        id: fields.has("id") ? Number(fields.get("id")) : null,
        data: data === undefined ? null : JSON.parse(data),
      };
    }
  }
}

function open(operationId: string, more: Partial<StreamOptions> = {}) {
  const gone = new AbortController();
  const stream = streamOperation(world, feed, {
    operationId,
    after: 0,
    stillAllowed: async () => true,
    signal: gone.signal,
    ...more,
  });
  return { gone, reading: frames(stream) };
}

/** The lines up to the one that says so. */
async function linesUntil(reading: AsyncGenerator<Frame>, text: string): Promise<EventLine[]> {
  const lines: EventLine[] = [];
  for (;;) {
    const { value, done } = await reading.next();
    if (done) throw new Error(`ended before “${text}”: ${lines.map((line) => line.text).join(" | ")}`);
    if (value.event !== "line") continue;
    lines.push(value.data as EventLine);
    if (lines.at(-1)!.text.includes(text)) return lines;
  }
}

describe("a stream of one operation", () => {
  it("replays what happened, then follows, each event once and in order", async () => {
    const id = await request(world);
    const { gone, reading } = open(id);
    const before = await linesUntil(reading, "approved → queued");
    expect(before.map((line) => line.text)).toEqual([
      "Asked for: planned",
      "planned → approved, by the policy",
      "approved → queued, by the policy",
    ]);
    const running = drive(world, id);
    const after = await linesUntil(reading, "running → succeeded");
    await running;
    const all = [...before, ...after];
    expect(all.map((line) => line.id)).toEqual((await readEventLines(world, id)).map((line) => line.id));
    gone.abort();
  });

  it("goes on after the last event that a page had, and sends nothing twice", async () => {
    const id = await request(world);
    await drive(world, id);
    const known = await readEventLines(world, id);
    const half = known[Math.floor(known.length / 2)]!;
    const { gone, reading } = open(id, { after: half.id });
    const rest = await linesUntil(reading, "running → succeeded");
    expect(rest.map((line) => line.id)).toEqual(
      known.filter((line) => line.id > half.id).map((line) => line.id),
    );
    expect(await readEventLinesAfter(world, id, half.id)).toEqual(rest);
    gone.abort();
  });

  it("tells the state of the moment first, and never an older one than the event before it", async () => {
    const id = await request(world);
    const { gone, reading } = open(id);
    const first = (await reading.next()).value as Frame;
    expect(first.event).toBe("live");
    expect(first.data).toMatchObject({ state: "queued", over: false, liveness: { verdict: "waiting" } });
    void drive(world, id);
    let last = 0;
    for await (const frame of reading) {
      if (frame.id !== null) last = frame.id;
      if (frame.event !== "live") continue;
      const live = frame.data as LiveView;
      expect(live.lastEventId).toBeGreaterThanOrEqual(last);
      if (live.over) break;
    }
    expect((await rowOf(world, id)).state).toBe("succeeded");
    gone.abort();
  });

  it("ends when the person may not see it any more, and says so", async () => {
    const id = await request(world);
    let allowed = true;
    const { reading } = open(id, { stillAllowed: async () => allowed, times: { allowed: 20 } });
    await linesUntil(reading, "approved → queued");
    allowed = false;
    const rest: Frame[] = [];
    for await (const frame of reading) rest.push(frame);
    expect(rest.at(-1)).toEqual({ event: "bye", id: null, data: { why: "not allowed" } });
  });

  it("does not end well where nobody can say whether the person still may", async () => {
    const id = await request(world);
    const { reading } = open(id, {
      stillAllowed: () => Promise.reject(new Error("no records")),
      times: { allowed: 20 },
    });
    const all: Frame[] = [];
    for await (const frame of reading) all.push(frame);
    expect(all.at(-1)!.event).toBe("bye");
  });

  it("stops asking once the page has gone", async () => {
    const id = await request(world);
    let asked = 0;
    const { gone, reading } = open(id, {
      stillAllowed: async () => {
        asked++;
        return true;
      },
      times: { allowed: 5, live: 5 },
    });
    await linesUntil(reading, "approved → queued");
    await expect.poll(() => asked).toBeGreaterThan(2);
    gone.abort();
    for await (const _ of reading);
    const then = asked;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(asked).toBe(then);
  });

  it("cuts off a page that does not read, instead of keeping everything for it", async () => {
    const id = await request(world);
    const stream = streamOperation(world, feed, {
      operationId: id,
      after: 0,
      stillAllowed: async () => true,
      signal: new AbortController().signal,
      times: { live: 1 },
    });
    // Nobody reads for longer than the frames that may be unread take.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    let length = 0;
    for await (const frame of frames(stream)) length += frame.event === null ? 0 : 1;
    expect(length).toBeGreaterThan(10);
    expect(length).toBeLessThanOrEqual(200);
  });
});

describe("the state of the moment", () => {
  it("has rate, samples and what is left while it runs, from what the run stored", async () => {
    const id = await request(world, { batches: 2 });
    await drive(world, id);
    const live = await readLive(world, id);
    expect(live).toMatchObject({ state: "succeeded", over: true, rate: null, wish: null, brake: false });
    expect(live!.progress).toMatchObject({ phase: "filling", rows: 6, totalRows: 6 });
    expect(live!.samples.length).toBeGreaterThan(0);
    expect(live!.samples.at(-1)!.rows).toBe(6);
  });

  it("calls a run without a heartbeat stalled, since when, and what it holds", async () => {
    const id = await request(world);
    await world.records
      .update(operations)
      .set({ state: "running", heartbeatAt: sql`now() - interval '2 minutes'` })
      .where(eq(operations.id, id));
    expect((await readLive(world, id))!.liveness).toMatchObject({
      verdict: "stalled",
      holding: "tenant acme in eu-1",
    });
  });

  it.each([1, -1])("goes by the records' clock, and not by one that is %s hours ahead", async (hours) => {
    const id = await request(world);
    await world.records
      .update(operations)
      .set({ state: "running", heartbeatAt: sql`now()` })
      .where(eq(operations.id, id));
    const read = () => withClockOff(hours * 3_600_000, () => readLive(world, id));
    expect((await read())!.liveness.verdict).toBe("moving");
    await world.records
      .update(operations)
      .set({ heartbeatAt: sql`now() - interval '2 minutes'` })
      .where(eq(operations.id, id));
    expect((await read())!.liveness.verdict).toBe("stalled");
  });

  it("says why a queued run waits", async () => {
    const id = await request(world);
    expect((await readLive(world, id))!.liveness).toMatchObject({
      verdict: "waiting",
      why: "no worker has taken it up yet",
    });
  });
});
