/** What a web process tells those who watch over it: its log and its metrics, one of each however often it is loaded. */
import { Counter, collectDefaultMetrics, Registry } from "prom-client";
import type { Log } from "../../engine/engine.ts";
import { openLog, readLogLevel } from "./log.ts";
import { observeRequests } from "./requests.ts";
import { readRoutes } from "./routes.ts";
import { type WorkGauges, workGauges } from "./work-metrics.ts";

export interface WebTelemetry {
  readonly log: Log;
  readonly registry: Registry;
  readonly work: WorkGauges;
}

/** Next loads a module more than once in one process (pages, actions, instrumentation). */
const KEY = Symbol.for("tenantry.web-telemetry");
const held = globalThis as { [KEY]?: WebTelemetry };

/** @throws Refusal where the environment is wrong */
export function webTelemetry(env: NodeJS.ProcessEnv = process.env): WebTelemetry {
  held[KEY] ??= openTelemetry(env);
  return held[KEY];
}

function openTelemetry(env: NodeJS.ProcessEnv): WebTelemetry {
  const { log } = openLog("web", readLogLevel(env));
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  observeRequests(registry, readRoutes(env.TENANTRY_DIST ?? ".next"));
  const events = new Counter({
    name: "tenantry_events_total",
    help: "Lines of this process's log, by their event.",
    labelNames: ["event", "level"],
    registers: [registry],
  });
  return {
    registry,
    work: workGauges(registry),
    log(level, event, facts) {
      events.inc({ event, level });
      log(level, event, facts);
    },
  };
}
