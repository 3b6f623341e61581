/**
 * A worker's process that drives one operation of a real console, and ends itself by SIGKILL before or after one of
 * its side effects. Its configuration is the environment, as any worker's.
 *
 * Usage: node crash-child.ts <JSON of CrashJob>. Where it never comes to the point it drives to the end.
 */
import type { SideEffect } from "../../bundle/stores/store.ts";
import { driveOperation } from "../../engine/drive.ts";
import { die } from "../../testing/die.ts";
import { openConsole } from "../console.ts";

export interface CrashJob {
  readonly operationId: string;
  /** From 1 in the order of the run, or after the first of a name. */
  readonly point: { readonly number: number; readonly when: "before" | "after" } | { readonly name: string };
}

const job = JSON.parse(process.argv[2] as string) as CrashJob;
let effects = 0;

const sideEffect: SideEffect = async (name, effect) => {
  const when = whenToDie(name, ++effects);
  if (when === "before") await die();
  const result = await effect();
  if (when === "after") await die();
  return result;
};

function whenToDie(name: string, number: number): "before" | "after" | null {
  // A point that was listed has its name too.
  if ("number" in job.point) return job.point.number === number ? job.point.when : null;
  return job.point.name === name ? "after" : null;
}

const console = await openConsole(process.env, { sideEffect });
await driveOperation(console.engine, job.operationId);
await console.close();
