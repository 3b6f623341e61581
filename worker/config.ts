/** What a worker is told by its environment, beside what every process of the console is (lib/operations/config.ts). */
import { z } from "zod";
import { Refusal } from "../lib/findings/finding.ts";
import { type LogLevel, readLogLevel } from "../lib/operations/telemetry/log.ts";
import { readMetricsToken } from "../lib/operations/telemetry/metrics-token.ts";

const environment = z.object({
  /** Runs at a time in this process. */
  TENANTRY_WORKER_CONCURRENCY: z.coerce.number("is no number").int().min(1).max(64).default(2),
  /** Serves /healthz, /readyz and /metrics there; nothing is served without it. */
  TENANTRY_WORKER_PORT: z.coerce.number("is no port").int().min(0).max(65_535).optional(),
  TENANTRY_WORKER_HOST: z.string().default("127.0.0.1"),
  /** How long runs may take to come to the end of a batch after SIGTERM, in seconds. */
  TENANTRY_WORKER_STOP_SECONDS: z.coerce.number("is no number").int().min(1).max(3600).default(60),
});

export interface WorkerConfig {
  readonly concurrency: number;
  readonly port: number | null;
  readonly host: string;
  readonly logLevel: LogLevel;
  /** Asked of whoever reads /metrics; null where the port alone keeps others out. */
  readonly metricsToken: string | null;
  readonly stopSeconds: number;
}

/** @throws Refusal that names each variable that is wrong, without its value */
export function readWorkerConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  const given = Object.fromEntries(
    Object.keys(environment.shape).flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success)
    throw new Refusal(
      parsed.error.issues.map(({ path, message }) => ({
        code: "configuration-invalid",
        severity: "blocks" as const,
        where: String(path[0]),
        what: `${String(path[0])}: ${message}.`,
        todo: "See docs/operating.md for what is valid.",
      })),
    );
  const { data } = parsed;
  return {
    concurrency: data.TENANTRY_WORKER_CONCURRENCY,
    port: data.TENANTRY_WORKER_PORT ?? null,
    host: data.TENANTRY_WORKER_HOST,
    logLevel: readLogLevel(env),
    metricsToken: readMetricsToken(env),
    stopSeconds: data.TENANTRY_WORKER_STOP_SECONDS,
  };
}
