/**
 * A worker's process that drives one operation of a real console, and ends itself by SIGKILL before or after one of
 * its side effects. Its configuration is the environment, as any worker's.
 *
 * Usage: node crash-child.ts <JSON of CrashJob>. Without a point it drives to the end and prints the side effects.
 */
import { writeSync } from "node:fs";
import type { SideEffect } from "../../bundle/stores/store.ts";
import { driveOperation } from "../../engine/drive.ts";
import { openConsole } from "../console.ts";

export interface CrashJob {
  readonly operationId: string;
  /** From 1 in the order of the run. */
  readonly point: { readonly number: number; readonly when: "before" | "after" } | null;
}

const job = JSON.parse(process.argv[2] as string) as CrashJob;
const names: string[] = [];

const sideEffect: SideEffect = async (name, effect) => {
  names.push(name);
  const mine = job.point?.number === names.length;
  if (mine && job.point?.when === "before") process.kill(process.pid, "SIGKILL");
  const result = await effect();
  if (mine && job.point?.when === "after") process.kill(process.pid, "SIGKILL");
  return result;
};

const console = await openConsole(process.env, { sideEffect });
await driveOperation(console.engine, job.operationId);
writeSync(1, JSON.stringify(names));
await console.close();
