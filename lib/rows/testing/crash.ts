/** Crashes at every side effect of a run: each in a process of its own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import type { CrashJob } from "./crash-child.ts";

const CHILD = fileURLToPath(new URL("crash-child.ts", import.meta.url));

export interface CrashPoint {
  /** From 1 in the order of the run. */
  readonly number: number;
  readonly name: string;
  /** From 1 among those of its name: readers and writers at work beside one another come in no order of names. */
  readonly nth: number;
  readonly when: "before" | "after";
}

/** Does the work once, whole, and gives the two sides of each side effect. */
export async function crashPoints(job: CrashJob): Promise<CrashPoint[]> {
  const { signal, output, errors } = await runChild({ ...job, point: null });
  if (signal !== null || output === "") throw new Error(`the child did not end well: ${errors}`);
  const names = JSON.parse(output) as string[];
  return names.flatMap((name, index) =>
    (["before", "after"] as const).map((when) => {
      const nth = names.slice(0, index + 1).filter((other) => other === name).length;
      return { number: index + 1, name, nth, when };
    }),
  );
}

/** Starts the work and lets it be killed there. @throws Error where it was not */
export async function crashAt(job: CrashJob, point: CrashPoint): Promise<void> {
  const { signal, errors } = await runChild({ ...job, point });
  if (signal !== "SIGKILL") throw new Error(`no crash ${point.when} ${point.name}: ${errors}`);
}

function runChild(job: CrashJob): Promise<{ signal: string | null; output: string; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, JSON.stringify(job)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("close", (_code, signal) => resolve({ signal, output, errors }));
  });
}

/** Works through a list in two lanes; each lane has its own of whatever `prepare` makes. */
export async function inTwoLanes<Item, Lane>(
  items: readonly Item[],
  prepare: (number: number) => Promise<Lane>,
  work: (item: Item, lane: Lane) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  await Promise.all(
    [1, 2].map(async (number) => {
      const lane = await prepare(number);
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item, lane);
    }),
  );
}

const OTHERS = `SELECT count(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND application_name LIKE 'tenantry %' AND application_name <> 'tenantry test'`;

/** A server notices only after a moment that a client is gone; until then its transaction is open. */
export async function untilAlone(client: pg.ClientBase): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ count: number }>(OTHERS);
    if (rows[0]!.count === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
