/** Whether a process of the console can do its work, and which part cannot. */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { countPendingMigrations } from "../../records/pending-migrations.ts";
import type { Console } from "../console.ts";

export type Part = "records" | "records-migrations" | "queue" | "bundle-folder";

type Reach = Pick<Console, "config" | "engine" | "records">;

/** The parts that are not ready, by name; empty where all are. Each failure is logged with its code. */
export async function partsNotReady(console: Reach): Promise<Part[]> {
  const { config, engine } = console;
  const failed = (part: Part) => (error: unknown) => {
    const { name, code } = error as { name?: string; code?: string };
    engine.log("error", "readiness.failed", { part, error: name, code });
    return part;
  };
  const folder = access(config.bundleFolder, constants.R_OK | constants.W_OK).then(
    () => null,
    failed("bundle-folder"),
  );
  const stored = await recordsNotReady(console, failed);
  // The queue's tables stand in the records: what is wrong with those is said once.
  const queue = stored === null ? await engine.queue.ready().then(() => null, failed("queue")) : null;
  return [stored, queue, await folder].filter((part) => part !== null);
}

async function recordsNotReady(
  { engine, records }: Reach,
  failed: (part: Part) => (error: unknown) => Part,
): Promise<Part | null> {
  try {
    const pending = await countPendingMigrations(records);
    if (pending === 0) return null;
    engine.log("error", "readiness.failed", { part: "records-migrations", pending });
    return "records-migrations";
  } catch (error) {
    return failed("records")(error);
  }
}
