/** /healthz: the process is there. /readyz: it can work, or which part cannot. /metrics: prom-client's text. */
import { createServer, type Server } from "node:http";
import type { Registry } from "prom-client";
import type { Engine } from "../lib/engine/engine.ts";
import { countPendingMigrations } from "../lib/records/migrate.ts";

export interface HealthOptions {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly host: string;
  readonly port: number;
}

/** The parts that are not ready, by name; empty where all are. */
export async function partsNotReady(engine: Engine): Promise<string[]> {
  try {
    const pending = await countPendingMigrations(engine.records);
    if (pending > 0) return ["records-migrations"];
  } catch (error) {
    engine.log("error", "readiness.failed", { part: "records", code: (error as { code?: string }).code });
    return ["records"];
  }
  try {
    await engine.queue.ready();
  } catch (error) {
    engine.log("error", "readiness.failed", { part: "queue", code: (error as { code?: string }).code });
    return ["queue"];
  }
  return [];
}

/** Listens, and gives the port. */
export async function serveHealth(options: HealthOptions): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const say = (status: number, type: string, body: string) =>
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
    const path = request.url?.split("?")[0];
    if (request.method !== "GET") return say(405, "text/plain", "");
    if (path === "/healthz") return say(200, "text/plain", "ok\n");
    if (path === "/metrics") return say(200, options.registry.contentType, await options.registry.metrics());
    if (path !== "/readyz") return say(404, "text/plain", "");
    const notReady = await partsNotReady(options.engine);
    return say(
      notReady.length === 0 ? 200 : 503,
      "application/json",
      JSON.stringify({ ready: notReady.length === 0, notReady }),
    );
  });
  await listen(server, options);
  const { port } = server.address() as { port: number };
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function listen(server: Server, { host, port }: HealthOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}
