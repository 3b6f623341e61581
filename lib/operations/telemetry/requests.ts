/** How long requests take, off Node's own announcements: nothing stands in the way of an answer. */
import diagnostics from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Histogram, type Registry } from "prom-client";
import type { RouteOf } from "./routes.ts";

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const METHODS = new Set(["GET", "HEAD", "POST"]);

/**
 * Observes every request of this process until it is told to stop. An open stream of events is none: its end says
 * how long somebody looked at a page.
 */
export function observeRequests(registry: Registry, routeOf: RouteOf): () => void {
  const seconds = new Histogram({
    name: "tenantry_http_request_seconds",
    help: "From a request's arrival to the end of its answer.",
    labelNames: ["method", "route", "status"],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const began = new WeakMap<IncomingMessage, number>();
  const start = (message: unknown) => void began.set((message as Exchange).request, performance.now());
  const finish = (message: unknown) => {
    const { request, response } = message as Exchange;
    const at = began.get(request);
    if (at === undefined || String(response.getHeader("content-type")).startsWith("text/event-stream"))
      return;
    seconds.observe(
      {
        method: METHODS.has(request.method ?? "") ? request.method! : "other",
        route: routeOf(request.url ?? "/"),
        status: `${Math.floor(response.statusCode / 100)}xx`,
      },
      (performance.now() - at) / 1000,
    );
  };
  diagnostics.subscribe("http.server.request.start", start);
  diagnostics.subscribe("http.server.response.finish", finish);
  return () => {
    diagnostics.unsubscribe("http.server.request.start", start);
    diagnostics.unsubscribe("http.server.response.finish", finish);
  };
}
