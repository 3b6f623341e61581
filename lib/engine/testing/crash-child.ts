/**
 * A worker's process that drives one operation of the synthetic kind, and ends itself by SIGKILL before or after one
 * of its side effects.
 *
 * Usage: node crash-child.ts <JSON of CrashJob>. Without a point it drives to the end and prints the side effects.
 */
import { writeSync } from "node:fs";
import type { SideEffect } from "../../bundle/stores/store.ts";
import { openRecords } from "../../records/client.ts";
import { die } from "../../testing/die.ts";
import { driveOperation } from "../drive.ts";
import { syntheticEngine } from "./synthetic-engine.ts";

export interface CrashJob {
  readonly recordsUrl: string;
  readonly platformUrl: string;
  readonly operationId: string;
  /** From 1 in the order of the run. */
  readonly point: { readonly number: number; readonly when: "before" | "after" } | null;
}

const job = JSON.parse(process.argv[2] as string) as CrashJob;
const names: string[] = [];

const sideEffect: SideEffect = async (name, effect) => {
  names.push(name);
  const mine = job.point?.number === names.length;
  if (mine && job.point?.when === "before") await die();
  const result = await effect();
  if (mine && job.point?.when === "after") await die();
  return result;
};

const records = openRecords(job.recordsUrl, { connections: 3, applicationName: "tenantry crash child" });
const engine = syntheticEngine(records, job.platformUrl, { sideEffect });
const driven = await driveOperation(engine, job.operationId);
writeSync(1, JSON.stringify({ driven, names }));
await engine.queue.close();
await records.close();
