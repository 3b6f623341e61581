/** /healthz: the process is there. /readyz: it can work, or which part cannot. /metrics: prom-client's text. */
import { createServer, type Server } from "node:http";
import type { Registry } from "prom-client";
import type { Console } from "../lib/operations/console.ts";
import { carriesToken } from "../lib/operations/telemetry/metrics-token.ts";
import { partsNotReady } from "../lib/operations/telemetry/readiness.ts";

export interface HealthOptions {
  readonly console: Pick<Console, "config" | "engine" | "records">;
  readonly registry: Registry;
  readonly host: string;
  readonly port: number;
  /** Asked of whoever reads /metrics; null where the port alone keeps others out. */
  readonly metricsToken: string | null;
}

/** Listens, and gives the port. */
export async function serveHealth(options: HealthOptions): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const say = (status: number, type: string, body: string) =>
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
    const path = request.url?.split("?")[0];
    if (request.method !== "GET") return say(405, "text/plain", "");
    if (path === "/healthz") return say(200, "text/plain", "ok\n");
    if (path === "/metrics") {
      const { metricsToken: token, registry } = options;
      const mayRead = token === null || carriesToken(request.headers.authorization, token);
      return mayRead ? say(200, registry.contentType, await registry.metrics()) : say(401, "text/plain", "");
    }
    if (path !== "/readyz") return say(404, "text/plain", "");
    const notReady = await partsNotReady(options.console);
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
