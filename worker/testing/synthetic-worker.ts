/** A worker's process for tests: `node synthetic-worker.ts <records url> <platform url>`; logs JSON lines. */

import { openQueueWorker } from "../../lib/engine/queue.ts";
import { syntheticEngine } from "../../lib/engine/testing/synthetic-engine.ts";
import { openLog } from "../../lib/operations/telemetry/log.ts";
import { openRecords } from "../../lib/records/client.ts";
import { startWorker } from "../run.ts";

const [recordsUrl, platformUrl] = process.argv.slice(2) as [string, string];
const records = openRecords(recordsUrl);
const queue = openQueueWorker(records, recordsUrl);
const { log } = openLog("worker", "info");
const engine = syntheticEngine(records, platformUrl, { queue, log, times: { lease: 2 } });
const worker = await startWorker({ engine, queue, concurrency: 2, stopSeconds: 20, sweepSeconds: 0.5 });

process.on("SIGTERM", async () => {
  await worker.stop();
  await records.close();
});
