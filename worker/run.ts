/** A worker: drives what the queue hands it, goes round with what is periodic, and ends well when it is told to. */

import { driveOperation } from "../lib/engine/drive.ts";
import type { Engine } from "../lib/engine/engine.ts";
import { goRound, type Periodic } from "../lib/engine/periodic.ts";
import type { QueueWorker } from "../lib/engine/queue.ts";
import { sweep } from "../lib/engine/sweeper.ts";
import { linkAudit } from "../lib/records/audit-chain.ts";

export interface WorkerOptions {
  readonly engine: Engine;
  readonly queue: QueueWorker;
  readonly concurrency: number;
  /** Makes a delivery to a webhook. */
  readonly deliver?: (deliveryId: string) => Promise<unknown>;
  /** Beside the engine's own: census, bundle files, webhook deliveries. */
  readonly periodic?: readonly Periodic[];
  readonly stopSeconds: number;
  /** Between two looks for runs that lost their worker; 15 unless told. */
  readonly sweepSeconds?: number;
}

export interface RunningWorker {
  /** How many runs it has in hand. */
  readonly inHand: number;
  /** Takes nothing more, lets every run come to the end of its batch, hands them over. */
  stop(): Promise<void>;
}

/** The engine's own rounds. The chain of the audit trail is linked soon after its entries are committed. */
const ownRounds = (engine: Engine, sweepSeconds = 15): Periodic[] => [
  { name: "sweep", everySeconds: sweepSeconds, run: () => sweep(engine) },
  { name: "link-audit", everySeconds: 5, run: () => linkAudit(engine.records) },
];

export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { engine, queue } = options;
  const stopping = new AbortController();
  let inHand = 0;
  const drive = async (operationId: string) => {
    // Fetched in the moment of stopping: failed, the job comes to another worker.
    if (stopping.signal.aborted) throw new Error("This worker is stopping.");
    inHand++;
    engine.log("info", "worker.took-up", { operation: operationId });
    let driven = "threw";
    try {
      driven = await driveOperation(engine, operationId, { stopping: stopping.signal });
    } catch (error) {
      // The run stays as it is; the sweeper sends it again when its lease is over.
      const { name, message } = error as Error;
      engine.log("error", "worker.drive-failed", { operation: operationId, error: name, message });
    } finally {
      inHand--;
      engine.log("info", "worker.put-down", { operation: operationId, driven });
    }
  };
  await queue.ready();
  await queue.work(options.concurrency, drive);
  const { deliver } = options;
  if (deliver !== undefined)
    await queue.workDeliveries(async (deliveryId) => {
      try {
        await deliver(deliveryId);
      } catch (error) {
        // It is due again after a minute, and found by its row.
        engine.log("error", "webhook.failed", { delivery: deliveryId, error: (error as Error).name });
      }
    });
  const rounds = [...ownRounds(engine, options.sweepSeconds), ...(options.periodic ?? [])].map((periodic) =>
    goRound(engine, periodic, stopping.signal),
  );
  engine.log("info", "worker.started", { concurrency: options.concurrency });
  return {
    get inHand() {
      return inHand;
    },
    async stop() {
      engine.log("info", "worker.stopping", { inHand });
      stopping.abort();
      // Runs hear of it at their next breath; until all is handed over the queue must still send.
      await Promise.all([queue.rest(options.stopSeconds * 1000), ...rounds]);
      await queue.close();
      engine.log("info", "worker.stopped", { inHand });
    },
  };
}
