import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "./engine.ts";
import { backoff } from "./passing.ts";

/** Waits before try number `attempt` of a step. */
export function pauseBeforeRetry(engine: Engine, attempt: number): Promise<void> {
  return sleep(backoff(attempt, engine.times.backoff));
}
