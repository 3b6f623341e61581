/** Crashes of a worker at every side effect: each in a process of its own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CrashJob } from "./crash-child.ts";
import type { World } from "./world.ts";

const CHILD = fileURLToPath(new URL("crash-child.ts", import.meta.url));
const QUICK = new URL("../../records/quick-imports.ts", import.meta.url).href;

export interface CrashPoint {
  /** From 1 in the order of the run. */
  readonly number: number;
  readonly name: string;
  readonly when: "before" | "after";
}

type Where = Pick<World, "recordsUrl" | "platformUrl">;

/** Drives it once, whole, and gives the two sides of each side effect. */
export async function crashPoints(world: Where, operationId: string): Promise<CrashPoint[]> {
  const { signal, output, errors } = await runChild(world, operationId, null);
  if (signal !== null || output === "") throw new Error(`the child did not end well: ${errors}`);
  const { names } = JSON.parse(output) as { names: string[] };
  return names.flatMap((name, index) =>
    (["before", "after"] as const).map((when) => ({ number: index + 1, name, when })),
  );
}

/** Drives it in a process that is killed there. @throws Error where it was not */
export async function crashAt(world: Where, operationId: string, point: CrashPoint): Promise<void> {
  const { signal, errors } = await runChild(world, operationId, point);
  if (signal !== "SIGKILL") throw new Error(`no crash ${point.when} ${point.name}: ${errors}`);
}

function runChild(
  { recordsUrl, platformUrl }: Where,
  operationId: string,
  point: CrashPoint | null,
): Promise<{ signal: string | null; output: string; errors: string }> {
  const job: CrashJob = { recordsUrl, platformUrl, operationId, point };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", QUICK, CHILD, JSON.stringify(job)], {
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
