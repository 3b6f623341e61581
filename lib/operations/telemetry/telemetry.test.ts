import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { Refusal } from "../../findings/finding.ts";
import { failureFacts, quietConsole } from "./failures.ts";
import { openLog, readLogLevel } from "./log.ts";
import { carriesToken, readMetricsToken } from "./metrics-token.ts";
import { observeRequests } from "./requests.ts";
import { routeMatcher } from "./routes.ts";

const ROUTES = [
  { page: "/", regex: "^/(?:/)?$" },
  { page: "/operations", regex: "^/operations(?:/)?$" },
  { page: "/operations/new", regex: "^/operations/new(?:/)?$" },
  { page: "/operations/[id]", regex: "^/operations/([^/]+?)(?:/)?$" },
];

describe("a request's route", () => {
  it("is one that the build knows, never a path with an id or what a stranger typed", () => {
    const routeOf = routeMatcher(ROUTES);
    const urls = [
      "/",
      "/?next=/a",
      "/operations/new",
      "/operations/0198-a?tab=1",
      "/_next/static/x.js",
      "/.env",
      "",
    ];
    expect(urls.map(routeOf)).toEqual([
      "/",
      "/",
      "/operations/new",
      "/operations/[id]",
      "/_next",
      "other",
      "/",
    ]);
  });

  it("is what its time is counted under; an open stream of events is not counted", async () => {
    const registry = new Registry();
    const stop = observeRequests(registry, routeMatcher(ROUTES));
    const server = createServer((request, response) => {
      if (request.url === "/operations/stream") response.setHeader("content-type", "text/event-stream");
      response.writeHead(request.url === "/gone" ? 404 : 200).end("x");
    });
    // A connection that is kept may be closed at the very moment of the next request.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const path of ["/operations/1", "/operations/2", "/gone", "/operations/stream"])
      await (await fetch(at + path)).text();
    await fetch(at, { method: "DELETE" });
    stop();
    await fetch(at);
    server.closeAllConnections();
    server.close();
    const text = await registry.metrics();
    const counts = text.split("\n").filter((line) => line.startsWith("tenantry_http_request_seconds_count"));
    expect(counts.map((line) => line.replace(/^.*\{|\}/g, ""))).toEqual([
      'method="GET",route="/operations/[id]",status="2xx" 2',
      'method="GET",route="other",status="4xx" 1',
      'method="other",route="/",status="2xx" 1',
    ]);
  });
});

describe("metrics over the web", () => {
  it("are for who carries the token, and a short one is refused by its name", () => {
    expect(readMetricsToken({ NODE_ENV: "test" })).toBeNull();
    const token = "a-token-of-some-length";
    expect(readMetricsToken({ NODE_ENV: "test", TENANTRY_METRICS_TOKEN: token })).toBe(token);
    for (const given of [`Bearer ${token}`, `bearer ${token}`]) expect(carriesToken(given, token)).toBe(true);
    for (const given of [null, "", token, `Bearer ${token}x`, "Bearer ", `Basic ${token}`])
      expect(carriesToken(given, token)).toBe(false);
    const short = () => readMetricsToken({ NODE_ENV: "test", TENANTRY_METRICS_TOKEN: "short-secret" });
    expect(short).toThrow(Refusal);
    expect(short).toThrow(/TENANTRY_METRICS_TOKEN/);
    expect(short).not.toThrow(/short-secret/);
  });
});

describe("a log", () => {
  it("is one JSON object a line, from the level on that was asked for", () => {
    const lines: string[] = [];
    const { log } = openLog("web", "warn", { write: (line) => void lines.push(line) });
    log("info", "not.heard", {});
    log("error", "readiness.failed", { part: "records" });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: "readiness.failed", part: "records", level: 50 },
    ]);
    expect(readLogLevel({ NODE_ENV: "test", TENANTRY_LOG_LEVEL: "debug" })).toBe("debug");
    expect(() => readLogLevel({ NODE_ENV: "test", TENANTRY_LOG_LEVEL: "loud" })).toThrow(
      /TENANTRY_LOG_LEVEL/,
    );
  });

  it("holds an error's name, code and place, and nothing of its message", () => {
    const cause = Object.assign(new Error('duplicate key "otto@acme.test"'), { code: "23505" });
    const error = new Error("Failed query: insert … params: otto@acme.test", { cause });
    const facts = failureFacts(error);
    expect(facts).toMatchObject({ error: "Error", code: "23505" });
    expect(facts.frames[0]).toMatch(/telemetry\.test\.ts/);
    expect(JSON.stringify(facts)).not.toContain("otto");
    expect(failureFacts("otto@acme.test")).toMatchObject({ error: "string", frames: [] });
  });

  it("takes what others print to the console, without what a message could hold", () => {
    const heard: unknown[] = [];
    const console = { error: () => {}, warn: () => {} } as Pick<Console, "error" | "warn">;
    quietConsole((level, event, facts) => heard.push({ level, event, ...facts }), console);
    console.error(
      " ⨯ Failed query, for otto@acme.test at postgres://u:p@h/d",
      new TypeError("otto@acme.test"),
    );
    console.warn("A plain sentence.");
    expect(heard).toMatchObject([
      { level: "error", event: "process.complained", said: "⨯ Failed query, for otto", error: "TypeError" },
      { level: "warn", said: "A plain sentence." },
    ]);
    expect(JSON.stringify(heard)).not.toMatch(/@acme|postgres:/);
  });
});
