/** Crashes of a worker at every side effect of an operation: each in a process of its own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { driveOperation } from "../../engine/drive.ts";
import { openConsole } from "../console.ts";
import type { CrashJob } from "./crash-child.ts";
import type { TestWorld } from "./world.ts";

const CHILD = fileURLToPath(new URL("crash-child.ts", import.meta.url));
const QUICK = new URL("../../records/quick-imports.ts", import.meta.url).href;

export interface CrashPoint {
  /** From 1 in the order of the run. */
  readonly number: number;
  readonly name: string;
  readonly when: "before" | "after";
}

/** Drives it once, whole, by a worker in this process, and gives the two sides of each side effect. */
export async function crashPoints({ env }: TestWorld, operationId: string): Promise<CrashPoint[]> {
  const names: string[] = [];
  const console = await openConsole(env, {
    async sideEffect(name, act) {
      names.push(name);
      return act();
    },
  });
  try {
    await driveOperation(console.engine, operationId);
  } finally {
    await console.close();
  }
  return names.flatMap((name, index) =>
    (["before", "after"] as const).map((when) => ({ number: index + 1, name, when })),
  );
}

/** Drives it in a process that is killed after the first side effect of this name. */
export async function crashAfter(world: TestWorld, operationId: string, name: string): Promise<void> {
  const { signal, errors } = await runChild(world, { operationId, point: { name } });
  if (signal !== "SIGKILL") throw new Error(`no crash after ${name}: ${errors}`);
}

/** Drives it in a process that is killed there. @throws Error where it was not */
export async function crashAt(world: TestWorld, operationId: string, point: CrashPoint): Promise<void> {
  const { signal, errors } = await runChild(world, { operationId, point });
  if (signal !== "SIGKILL") throw new Error(`no crash ${point.when} ${point.name}: ${errors}`);
}

function runChild({ env }: TestWorld, job: CrashJob): Promise<{ signal: string | null; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", QUICK, CHILD, JSON.stringify(job)], {
      stdio: ["ignore", "ignore", "pipe"],
      env,
    });
    let errors = "";
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("close", (_code, signal) => resolve({ signal, errors }));
  });
}
