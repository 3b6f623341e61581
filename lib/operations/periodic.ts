/** What the worker does beside runs: who lives where, how the databases are, whether the bundles' files are there. */
import type { Periodic } from "../engine/periodic.ts";
import { Refusal } from "../findings/finding.ts";
import { checkBundleFiles } from "./bundles/check-files.ts";
import { sweepDownloads } from "./bundles/download-sweep.ts";
import { verifyWanted } from "./bundles/verification.ts";
import { takeCensus } from "./census/census.ts";
import { runComparisons } from "./comparisons/run.ts";
import type { Console } from "./console.ts";
import { registeredDatabaseIds } from "./directory.ts";
import { askForDueDrills } from "./drill/schedule.ts";
import { runEffects } from "./effects/run.ts";
import { lookAtDatabase } from "./health/look.ts";
import { surveyDue } from "./migrations/due.ts";
import { runReplays } from "./replays/run.ts";
import { sweepUploads } from "./uploads/sweep.ts";
import { deliverDue } from "./webhooks/deliver.ts";

export function periodicWork(console: Console): Periodic[] {
  return [
    {
      name: "health",
      everySeconds: 120,
      run: (signal) => each(console, signal, (id) => lookAtDatabase(console, id, signal)),
    },
    {
      name: "census",
      everySeconds: 600,
      run: (signal) => each(console, signal, (id) => takeCensus(console, id, signal)),
    },
    { name: "migrations", everySeconds: 4, run: (signal) => surveyDue(console, signal) },
    { name: "uploads", everySeconds: 60, run: () => sweepUploads(console) },
    { name: "downloads", everySeconds: 60, run: () => sweepDownloads(console) },
    { name: "bundles-to-verify", everySeconds: 4, run: (signal) => verifyWanted(console, signal) },
    { name: "comparisons", everySeconds: 4, run: (signal) => runComparisons(console, signal) },
    { name: "replays", everySeconds: 4, run: (signal) => runReplays(console, signal) },
    { name: "effects", everySeconds: 4, run: (signal) => runEffects(console, signal) },
    { name: "bundle-files", everySeconds: 900, run: () => checkBundleFiles(console) },
    { name: "drills", everySeconds: 300, run: () => askForDueDrills(console) },
    { name: "webhooks", everySeconds: 60, run: (signal) => deliverDue(console, signal) },
  ];
}

/** One database after the other. One that cannot be reached keeps no other waiting: its health says what is wrong. */
async function each(
  console: Console,
  signal: AbortSignal,
  work: (databaseId: string) => Promise<unknown>,
): Promise<void> {
  for (const id of await registeredDatabaseIds(console.records)) {
    signal.throwIfAborted();
    try {
      await work(id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const codes = error.findings.map(({ code }) => code);
      console.engine.log("warn", "periodic.refused", { database: id, codes });
    }
  }
}
