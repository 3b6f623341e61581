/**
 * Following operations live: one LISTEN connection a process, however many pages are open. A notification only says
 * that there is something; what it is, is read after the last id that was given, so that a lost notification, or a
 * listener that is down, costs a little time and no event.
 */
import pg from "pg";
import type { Records } from "../records/client.ts";
import { EVENT_CHANNEL, parseEventNotice } from "../records/event-channel.ts";
import { type OperationEvent, readEvents } from "./events.ts";

export interface EventFeed {
  /**
   * Events after `after`, replayed and then as they come, in batches that are never empty. Ends when `signal` is
   * aborted, and when the feed is closed.
   */
  follow(operationId: string, after: number, signal: AbortSignal): AsyncGenerator<readonly OperationEvent[]>;
  /** Whether notifications arrive; else followers poll. */
  readonly listening: boolean;
  /** How many follow at this moment. */
  readonly followers: number;
  close(): Promise<void>;
}

/** Looked again after so long even without a notification: with a listener, and without one. Milliseconds. */
const LOOK_AGAIN = { listening: 15_000, polling: 2_000 };
const RECONNECT = 2_000;

interface Hub {
  readonly followers: Set<() => void>;
  /** What everybody who follows this operation waits for; read once for all of them. */
  readonly recent: Map<number, Promise<OperationEvent[]>>;
}

export function openEventFeed(records: Records): EventFeed {
  const hubs = new Map<string, Hub>();
  const closing = new AbortController();
  let client: pg.Client | null = null;
  let connecting: Promise<void> | null = null;
  let listening = false;

  function wake(hub: Hub): void {
    hub.recent.clear();
    for (const follower of hub.followers) follower();
  }

  function wakeAll(): void {
    for (const hub of hubs.values()) wake(hub);
  }

  async function listen(): Promise<void> {
    const listener = new pg.Client({
      ...records.pool.options,
      application_name: "tenantry events",
      keepAlive: true,
      statement_timeout: undefined,
      idle_in_transaction_session_timeout: undefined,
    });
    const lost = () => {
      if (client !== listener) return;
      client = null;
      listening = false;
      wakeAll();
      if (!closing.signal.aborted && hubs.size > 0) setTimeout(ensureListening, RECONNECT).unref();
    };
    listener.on("error", lost);
    listener.on("end", lost);
    listener.on("notification", ({ payload }) => {
      const hub = hubs.get(parseEventNotice(payload)?.operationId ?? "");
      if (hub !== undefined) wake(hub);
    });
    client = listener;
    try {
      await listener.connect();
      await listener.query(`LISTEN ${EVENT_CHANNEL}`);
      listening = true;
      // What came between the last look and LISTEN.
      wakeAll();
    } catch {
      await listener.end().catch(() => {});
      lost();
    }
  }

  function ensureListening(): void {
    if (client !== null || connecting !== null || closing.signal.aborted) return;
    connecting = listen().finally(() => {
      connecting = null;
    });
  }

  function read(hub: Hub, operationId: string, after: number): Promise<OperationEvent[]> {
    let reading = hub.recent.get(after);
    if (reading === undefined) {
      reading = readEvents(records, operationId, after);
      hub.recent.set(after, reading);
      // An answer is shared by those who ask for it at the same moment, and kept for nobody who comes later.
      const forget = () => {
        if (hub.recent.get(after) === reading) hub.recent.delete(after);
      };
      reading.then(forget, forget);
    }
    return reading;
  }

  return {
    get listening() {
      return listening;
    },
    get followers() {
      return [...hubs.values()].reduce((sum, hub) => sum + hub.followers.size, 0);
    },
    async *follow(operationId, after, signal) {
      const hub: Hub = hubs.get(operationId) ?? { followers: new Set(), recent: new Map() };
      hubs.set(operationId, hub);
      const ended = AbortSignal.any([signal, closing.signal]);
      let woken = true;
      let wakeUp = () => {};
      const wakeMe = () => {
        woken = true;
        wakeUp();
      };
      hub.followers.add(wakeMe);
      ended.addEventListener("abort", wakeMe);
      ensureListening();
      try {
        let last = after;
        while (!ended.aborted) {
          woken = false;
          const events = await read(hub, operationId, last);
          if (ended.aborted) return;
          if (events.length > 0) {
            last = events.at(-1)!.id;
            yield events;
            continue;
          }
          if (woken) continue;
          const wait = listening ? LOOK_AGAIN.listening : LOOK_AGAIN.polling;
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, wait);
            wakeUp = () => {
              clearTimeout(timer);
              resolve();
            };
          });
        }
      } finally {
        ended.removeEventListener("abort", wakeMe);
        hub.followers.delete(wakeMe);
        if (hub.followers.size === 0) hubs.delete(operationId);
      }
    },
    async close() {
      closing.abort();
      await connecting;
      const open = client;
      client = null;
      listening = false;
      await open?.end().catch(() => {});
    },
  };
}

const KEY = Symbol.for("tenantry.event-feed");
const held = globalThis as { [KEY]?: WeakMap<Records, EventFeed> };

/** The process's one feed on these records; Next loads modules more than once. */
export function eventFeedOf(records: Records): EventFeed {
  held[KEY] ??= new WeakMap();
  let feed = held[KEY].get(records);
  if (feed === undefined) {
    feed = openEventFeed(records);
    held[KEY].set(records, feed);
  }
  return feed;
}
