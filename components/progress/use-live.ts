"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import type { EventLine } from "../../lib/queries/event-line.ts";
import type { LiveView } from "../../lib/queries/operation-live.ts";
import { withQuery } from "../links.ts";
import { mergeLines } from "./lines.model.ts";

/** How a page hears of a run: pushed, asked for, not at all, or not any more because it is over. */
export type Connection = "connecting" | "live" | "polling" | "offline" | "over";

export interface LiveState {
  readonly live: LiveView;
  readonly lines: readonly EventLine[];
  readonly connection: Connection;
}

interface Heard {
  readonly live: LiveView;
  readonly lines: readonly EventLine[];
}

const POLL_MS = 3_000;
/** A stream that does not open, or breaks so often in a row, is given up for polling; tried again later. */
const BREAKS = 3;
const AGAIN_MS = 60_000;

/**
 * Follows an operation from what the server rendered: by a stream, by polling where streams do not get through. What
 * it shows was always said by the server; when the state has moved the page itself is read again.
 */
export function useLive(url: string, initial: Heard): LiveState {
  const router = useRouter();
  const [heard, setHeard] = useState(initial);
  const [connection, setConnection] = useState<Connection>(initial.live.over ? "over" : "connecting");
  const version = useRef(initial.live.version);
  const lastId = useRef(initial.lines.at(-1)?.id ?? 0);
  const { over } = heard.live;

  // A page that was read again brings newer truth than what was heard before.
  if (initial.live.at > heard.live.at) {
    setHeard({ live: initial.live, lines: mergeLines(heard.lines, initial.lines) });
  }

  useEffect(() => {
    if (over) {
      setConnection("over");
      return;
    }
    let ended = false;
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let breaks = 0;

    const hear = (news: Partial<Heard>) => {
      if (ended) return;
      setHeard((now) => ({
        live: news.live ?? now.live,
        lines: news.lines === undefined ? now.lines : mergeLines(now.lines, news.lines),
      }));
      lastId.current = Math.max(lastId.current, news.lines?.at(-1)?.id ?? 0);
      if (news.live !== undefined && news.live.version !== version.current) {
        version.current = news.live.version;
        router.refresh();
      }
    };

    const stream = () => {
      source = new EventSource(withQuery(url, { after: lastId.current }));
      source.onopen = () => {
        breaks = 0;
        setConnection("live");
      };
      source.addEventListener("line", (event) => hear({ lines: [JSON.parse(event.data) as EventLine] }));
      source.addEventListener("live", (event) => hear({ live: JSON.parse(event.data) as LiveView }));
      // The server says why it ends the stream: the page itself answers what is left to see.
      source.addEventListener("bye", () => {
        source?.close();
        router.refresh();
        poll(Date.now() + AGAIN_MS);
      });
      source.onerror = () => {
        breaks++;
        setConnection("offline");
        if (source?.readyState !== EventSource.CLOSED && breaks < BREAKS) return;
        source?.close();
        poll(Date.now() + AGAIN_MS);
      };
    };

    const poll = async (until: number) => {
      if (ended) return;
      try {
        const answer = await fetch(withQuery(url, { poll: 1, after: lastId.current }), { cache: "no-store" });
        if (answer.ok) {
          setConnection("polling");
          hear((await answer.json()) as Heard);
        } else {
          setConnection("offline");
          // Signed out, or not allowed any more: the page says which.
          if (answer.status === 401 || answer.status === 403) return router.refresh();
        }
      } catch {
        setConnection("offline");
      }
      if (ended) return;
      timer = setTimeout(() => (Date.now() > until ? stream() : void poll(until)), POLL_MS);
    };

    if (typeof EventSource === "undefined") void poll(Number.POSITIVE_INFINITY);
    else stream();
    return () => {
      ended = true;
      source?.close();
      clearTimeout(timer);
    };
  }, [url, over, router]);

  return { ...heard, connection };
}
