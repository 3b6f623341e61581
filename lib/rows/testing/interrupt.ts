/** Disturbing a run from inside its own process: at a side effect, or while a statement is under way. */
import type pg from "pg";
import type { SideEffect } from "../../bundle/stores/store.ts";

export interface SideEffectPoint {
  /** From 1 in the order of the run. */
  readonly number: number;
  readonly when: "before" | "after";
}

/** Runs `disturb` once, at the point. */
export function disturbedAt(point: SideEffectPoint, disturb: () => Promise<void>): SideEffect {
  let number = 0;
  return async (_name, effect) => {
    number++;
    const mine = number === point.number;
    if (mine && point.when === "before") await disturb();
    const result = await effect();
    if (mine && point.when === "after") await disturb();
    return result;
  };
}

/** Notes the names of side effects. */
export function listing(names: string[]): SideEffect {
  return (name, effect) => {
    names.push(name);
    return effect();
  };
}

/** Cuts the connections that call themselves so, and waits until the server has let them go. */
export async function terminate(client: pg.ClientBase, applicationName: string): Promise<void> {
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = $1`,
    [applicationName],
  );
  if (rowCount === 0) throw new Error(`no connection of ${applicationName} to cut`);
}

const WAITING = `SELECT wait_event_type, wait_event, query FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = $1 AND state = 'active'`;

/** Waits until a statement of that application that begins with these words waits in this manner. */
export async function untilWaiting(
  client: pg.ClientBase,
  applicationName: string,
  statement: string,
  waitsFor: "Lock" | "Client",
): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ wait_event_type: string | null; query: string }>(WAITING, [
      applicationName,
    ]);
    if (rows.some((row) => row.wait_event_type === waitsFor && row.query.startsWith(statement))) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
