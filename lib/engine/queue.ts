/**
 * The queue. Its jobs only say "drive operation N": the operation's own row carries state, checkpoint and wishes,
 * so a job may come twice, late, or be lost (the sweeper sends another) without harm.
 *
 * pg-boss 12.30: `cancel()` does not stop a running handler, hence nothing here cancels. NOTIFY needs both
 * `useListenNotify` on the instance and `notify` on the queue (5–9 ms to start; otherwise it polls).
 */
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { fromDrizzle, PgBoss } from "pg-boss";
import type { Records, RecordsTransaction } from "../records/client.ts";

const QUEUE = "drive";
/** Of webhook deliveries: a slow receiver keeps no run waiting. */
const TELL = "tell";
/** A dead worker's job is given to another after so long; pg-boss allows no less than 10. Seconds. */
const JOB_HEARTBEAT = 30;
/** pg-boss takes a job for lost after this, whatever its heartbeat says; runs may be long. Seconds. */
const JOB_EXPIRES = 23 * 60 * 60;

export interface DriveQueue {
  /** Before the first `send`, outside of any transaction: makes sure that the queue is there. */
  ready(): Promise<void>;
  /** Adds the job to the transaction: it is there when the transition is, and not otherwise. */
  send(tx: RecordsTransaction, operationId: string): Promise<void>;
  /** The same for a delivery to a webhook, after so many seconds. */
  tell(tx: RecordsTransaction, deliveryId: string, afterSeconds: number): Promise<void>;
  /** Of these operations the ones that have a job which waits; one in the hand of a worker may be a dead one's. */
  waiting(operationIds: readonly string[]): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}

export interface QueueWorker extends DriveQueue {
  /** Hands jobs to `drive`, at most `concurrency` at a time in this process. */
  work(concurrency: number, drive: (operationId: string) => Promise<void>): Promise<void>;
  /** Hands deliveries to `deliver`, one after the other in this process. */
  workDeliveries(deliver: (deliveryId: string) => Promise<void>): Promise<void>;
  /** Takes no more jobs and waits for those in hand, at most so many milliseconds. It still sends. */
  rest(timeoutMs: number): Promise<void>;
}

interface DriveJob {
  readonly operationId: string;
}

interface TellJob {
  readonly deliveryId: string;
}

/** The queue as web pages and tests need it: it sends through the records' own pool and works on nothing. */
export function openDriveQueue(records: Records): DriveQueue {
  return queueOn(records, (onError) => {
    const boss = new PgBoss({
      db: { executeSql: (text, values) => records.pool.query(text, values as unknown[]) },
      supervise: false,
      schedule: false,
    });
    boss.on("error", onError);
    return boss;
  });
}

/**
 * The queue as a worker needs it, with connections of its own: one of them listens, which a pool behind pgbouncer
 * in transaction mode cannot.
 */
export function openQueueWorker(
  records: Records,
  url: string,
  onError: (error: Error) => void = () => {},
): QueueWorker {
  return queueOn(records, () => {
    const boss = new PgBoss({
      connectionString: url,
      application_name: "tenantry queue",
      max: 3,
      schedule: false,
      useListenNotify: true,
      superviseIntervalSeconds: 15,
      monitorIntervalSeconds: 15,
    });
    boss.on("error", onError);
    return boss;
  });
}

function queueOn(records: Records, open: (onError: () => void) => PgBoss): QueueWorker {
  let starting: Promise<PgBoss> | null = null;
  let closed = false;
  const start = () => {
    if (closed) return Promise.reject(new Error("The queue is closed."));
    starting ??= started(open(() => {})).catch((error: unknown) => {
      starting = null;
      throw error;
    });
    return starting;
  };
  return {
    async ready() {
      await start();
    },
    async send(tx, operationId) {
      const boss = await start();
      const job: DriveJob = { operationId };
      const id = await boss.send(QUEUE, job, { db: fromDrizzle(tx, sql) });
      if (id === null) throw new Error("The queue took no job.");
    },
    async tell(tx, deliveryId, afterSeconds) {
      const boss = await start();
      const job: TellJob = { deliveryId };
      const id = await boss.send(TELL, job, { db: fromDrizzle(tx, sql), startAfter: afterSeconds });
      if (id === null) throw new Error("The queue took no job.");
    },
    async waiting(operationIds) {
      await start();
      const { rows } = await records.pool.query<{ id: string }>(JOBS_WAITING, [QUEUE, operationIds]);
      return new Set(rows.map((row) => row.id));
    },
    async work(concurrency, drive) {
      const boss = await start();
      const options = {
        localConcurrency: concurrency,
        pollingIntervalSeconds: 2,
        notifyPollingIntervalSeconds: 10,
      };
      await boss.work<DriveJob>(QUEUE, options, async (jobs) => {
        for (const job of jobs) await drive(job.data.operationId);
      });
    },
    async workDeliveries(deliver) {
      const boss = await start();
      await boss.work<TellJob>(TELL, { pollingIntervalSeconds: 2 }, async (jobs) => {
        for (const job of jobs) await deliver(job.data.deliveryId);
      });
    },
    async rest(timeoutMs) {
      const boss = await start();
      const handlers = Promise.all([QUEUE, TELL].map((queue) => boss.offWork(queue, { wait: true })));
      await Promise.race([handlers, sleep(timeoutMs, undefined, { ref: false })]);
    },
    async close() {
      closed = true;
      const boss = await starting?.catch(() => null);
      await boss?.stop({ graceful: false, close: true });
    },
  };
}

/** pg-boss's table of jobs; `state` is an enumeration in the order of a job's life: created, retry, active, … */
const JOBS_WAITING = `
  SELECT DISTINCT data->>'operationId' AS id FROM pgboss.job
  WHERE name = $1 AND state < 'active' AND data->>'operationId' = ANY ($2::text[])`;

async function started(boss: PgBoss): Promise<PgBoss> {
  await boss.start();
  await boss.createQueue(QUEUE, {
    notify: true,
    retryLimit: 3,
    retryDelay: 1,
    heartbeatSeconds: JOB_HEARTBEAT,
    expireInSeconds: JOB_EXPIRES,
    deleteAfterSeconds: 24 * 60 * 60,
  });
  // Its own row says whether it is to be tried again; a lost job is found by the row.
  await boss.createQueue(TELL, {
    notify: true,
    retryLimit: 0,
    expireInSeconds: 120,
    deleteAfterSeconds: 3600,
  });
  return boss;
}
