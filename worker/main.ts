/**
 * The worker's process: `node worker/main.ts`. As many as you like, on as many machines, behind one Postgres for the
 * records. SIGTERM or SIGINT lets runs come to the end of their batch and hands them over; a second one ends at once.
 */
import { openQueueWorker, type QueueWorker } from "../lib/engine/queue.ts";
import { Refusal } from "../lib/findings/finding.ts";
import { openConsole } from "../lib/operations/console.ts";
import { periodicWork } from "../lib/operations/periodic.ts";
import { openLog } from "../lib/operations/telemetry/log.ts";
import { deliver } from "../lib/operations/webhooks/deliver.ts";
import { describeDatabaseError, NOT_THE_DATABASE } from "../lib/postgres/database-error.ts";
import { readWorkerConfig } from "./config.ts";
import { serveHealth } from "./health.ts";
import { countEvents } from "./metrics.ts";
import { startWorker } from "./run.ts";

async function main(): Promise<void> {
  const config = readWorkerConfig(process.env);
  const { log: write } = openLog("worker", config.logLevel);
  const { log, observeBatch, registry } = countEvents(write);
  let queue: QueueWorker | undefined;
  const console = await openConsole(process.env, {
    log,
    observeBatch,
    queue: (records, { recordsUrl }) => {
      queue = openQueueWorker(records, recordsUrl, (error) =>
        log("error", "queue.error", { error: error.name, code: (error as { code?: string }).code }),
      );
      return queue;
    },
  });
  const { engine } = console;
  const health =
    config.port === null ? null : await serveHealth({ ...config, console, registry, port: config.port });
  if (health !== null) log("info", "health.listening", { port: health.port });
  const worker = startWorker({
    engine,
    queue: queue!,
    concurrency: config.concurrency,
    deliver: (deliveryId) => deliver(console, deliveryId),
    periodic: periodicWork(console),
    stopSeconds: config.stopSeconds,
  });

  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    await (await worker).stop();
    await health?.close();
    await console.close();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
  await worker;
}

try {
  await main();
} catch (error) {
  // What an operator can mend is said in sentences; a bug shows its stack.
  const { sentence } = describeDatabaseError(error);
  if (error instanceof Refusal)
    for (const { what, todo } of error.findings)
      process.stderr.write(`${[what, todo].filter(Boolean).join(" ")}\n`);
  else if (sentence !== NOT_THE_DATABASE) process.stderr.write(`The console's records: ${sentence}\n`);
  else throw error;
  // Its health may be served already.
  process.exit(1);
}
