/**
 * An open page's stream of one operation, as server-sent events (WHATWG HTML, 9.2): what it has missed first, then
 * what comes. `line` is one event and carries its id, `live` the state of the moment, `bye` why the server ends it.
 */
import "server-only";
import type { EventFeed } from "../engine/event-feed.ts";
import type { OperationEvent } from "../engine/events.ts";
import { eventLine } from "./event-line.ts";
import { type LiveView, readLive } from "./operation-live.ts";
import type { Source } from "./source.ts";

export interface StreamOptions {
  readonly operationId: string;
  /** The last event that the page has; 0 for none. */
  readonly after: number;
  /** Whether the person may still see it: asked for as long as the stream is open. */
  readonly stillAllowed: () => Promise<boolean>;
  readonly signal: AbortSignal;
  readonly times?: Partial<typeof TIMES>;
}

/**
 * `live`: a heartbeat is no event, so liveness is said again from time to time; it also keeps proxies from closing
 * the connection. `allowed`: how soon a revocation ends a stream. Milliseconds.
 */
const TIMES = { live: 5_000, allowed: 5_000 };

/** Frames that a page may leave unread; then it is cut off, and catches up when it comes back. */
const UNREAD = 200;

type Send = (frame: string) => void;

/** Ends by itself where the person may not see it any more, and cleans up when the page goes away. */
export function streamOperation(
  source: Source,
  feed: EventFeed,
  options: StreamOptions,
): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const ended = AbortSignal.any([gone.signal, options.signal]);
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send: Send = (frame) => {
          if (ended.aborted) return;
          if ((controller.desiredSize ?? 0) <= 0) gone.abort();
          else controller.enqueue(encoder.encode(frame));
        };
        // Not awaited: `start` must return for the first frame to leave.
        void run(source, feed, options, ended, send)
          .catch(() => send(frame("bye", { why: "failed" })))
          .finally(() => {
            gone.abort();
            try {
              controller.close();
            } catch {
              // The page went away first.
            }
          });
      },
      cancel() {
        gone.abort();
      },
    },
    { highWaterMark: UNREAD },
  );
}

async function run(
  source: Source,
  feed: EventFeed,
  { operationId, after, stillAllowed, times }: StreamOptions,
  signal: AbortSignal,
  send: Send,
): Promise<void> {
  const every = { ...TIMES, ...times };
  const stopped = new AbortController();
  const ended = AbortSignal.any([signal, stopped.signal]);
  let why = "ended";
  let last = after;
  const tellLive = async () => {
    const live = await sharedLive(source, operationId, last);
    if (live !== null) send(frame("live", live));
  };
  send("retry: 2000\n\n");
  await tellLive();
  const timers = [
    setInterval(() => void tellLive().catch(() => stopped.abort()), every.live),
    setInterval(() => {
      stillAllowed().then(
        (allowed) => {
          if (allowed) return;
          why = "not allowed";
          stopped.abort();
        },
        () => stopped.abort(),
      );
    }, every.allowed),
  ];
  try {
    for await (const events of feed.follow(operationId, after, ended)) {
      last = events.at(-1)!.id;
      for (const event of events) sendLine(event, send);
      await tellLive();
    }
  } finally {
    for (const timer of timers) clearInterval(timer);
  }
  send(frame("bye", { why }));
}

/** States of progress are in `live`; their id still moves the page on, so that they are not replayed. */
function sendLine(event: OperationEvent, send: Send): void {
  send(event.type === "progress" ? `id: ${event.id}\n\n` : frame("line", eventLine(event), event.id));
}

function frame(name: string, data: unknown, id?: number): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

interface Shared {
  readonly view: Promise<LiveView | null>;
  readonly until: number;
}

/** How old a reading may be that pages share; a page that knows of a later event asks anew. Milliseconds. */
const SHARED_FOR = 1_000;
const shared = new WeakMap<Source["records"], Map<string, Shared>>();

/** Many pages follow one run: one reading is told to all of them. */
async function sharedLive(source: Source, id: string, atLeast: number): Promise<LiveView | null> {
  const all = shared.get(source.records) ?? new Map<string, Shared>();
  shared.set(source.records, all);
  for (const [key, one] of all) if (one.until < Date.now()) all.delete(key);
  const known = all.get(id);
  const view = known === undefined ? null : await known.view;
  if (view !== null && view.lastEventId >= atLeast) return view;
  const newer = all.get(id);
  if (newer !== undefined && newer !== known) return sharedLive(source, id, atLeast);
  const reading = readLive(source, id);
  all.set(id, { view: reading, until: Date.now() + SHARED_FOR });
  reading.catch(() => all.delete(id));
  return reading;
}
