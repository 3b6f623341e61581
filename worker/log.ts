/** One JSON object a line: a stable event name, ids, no personal data, no addresses of databases. */
import { type Logger, pino } from "pino";
import type { Log } from "../lib/engine/engine.ts";

export function openLog(level: string): { log: Log; logger: Logger } {
  const logger = pino({ level, base: { part: "worker", pid: process.pid } });
  return { logger, log: (each, event, facts) => logger[each]({ event, ...facts }) };
}
