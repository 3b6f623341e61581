/** One JSON object a line: a stable event name, ids, no personal data, no addresses of databases. */
import { type DestinationStream, type Logger, pino } from "pino";
import { z } from "zod";
import { readVariables } from "../../access/environment.ts";
import type { Log } from "../../engine/engine.ts";

const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** @throws Refusal that names the variable */
export function readLogLevel(env: NodeJS.ProcessEnv): LogLevel {
  const schema = z.object({ TENANTRY_LOG_LEVEL: z.enum(LEVELS, "is no level").default("info") });
  return readVariables(schema, { TENANTRY_LOG_LEVEL: LEVELS.join(", ") }, env).TENANTRY_LOG_LEVEL;
}

/** @param part of the console that this process is: `web`, `worker` */
export function openLog(
  part: string,
  level: LogLevel,
  stream?: DestinationStream,
): { log: Log; logger: Logger } {
  const options = { level, base: { part, pid: process.pid } };
  const logger = stream === undefined ? pino(options) : pino(options, stream);
  return { logger, log: (each, event, facts) => logger[each]({ event, ...facts }) };
}
