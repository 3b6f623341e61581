/** What the clock does: runs that lost their worker, approvals that expired, plans that nobody sent. */
import { and, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import { NOW } from "../records/clock.ts";
import { operations } from "../records/schema/operations.ts";
import type { Engine, OperationRow } from "./engine.ts";
import { enqueueQueued } from "./enqueue.ts";
import { readPolicy } from "./read-policy.ts";
import { isUntouched, type StepRecord } from "./step-record.ts";
import { consoleActor, moveOperation } from "./transition.ts";

export interface Swept {
  /** Operations that got a job again. */
  readonly enqueued: number;
  readonly expired: number;
}

/** One round; any number of workers may do it at once. */
export async function sweep(engine: Engine): Promise<Swept> {
  const expired = (await expireApprovals(engine)) + (await expireDrafts(engine));
  const enqueued = await enqueueQueued(engine);
  if (expired > 0 || enqueued.length > 0)
    engine.log("info", "sweeper.swept", { expired, enqueued: enqueued.length });
  return { expired, enqueued: enqueued.length };
}

/** An approval that was not used in time; what has begun to write goes on whatever the clock says. */
async function expireApprovals(engine: Engine): Promise<number> {
  const { approvalHours } = await readPolicy(engine.records);
  const rows = await engine.records
    .select()
    .from(operations)
    .where(
      and(
        inArray(operations.state, ["approved", "queued"]),
        // A policy that has become stricter since counts for approvals that were given before.
        or(
          lt(operations.expiresAt, sql`now()`),
          lt(operations.approvedAt, sql`now() - make_interval(secs => ${approvalHours * 3600})`),
        ),
        or(isNull(operations.leaseUntil), lt(operations.leaseUntil, sql`now()`)),
      ),
    )
    .limit(500);
  return expire(
    engine,
    rows.filter((row) => isUntouched(row.steps as StepRecord[])),
  );
}

async function expireDrafts(engine: Engine): Promise<number> {
  const { draftHours } = await readPolicy(engine.records);
  const rows = await engine.records
    .select()
    .from(operations)
    .where(
      and(
        eq(operations.state, "planned"),
        lt(operations.plannedAt, sql`now() - make_interval(secs => ${draftHours * 3600})`),
      ),
    )
    .limit(500);
  return expire(engine, rows);
}

async function expire(engine: Engine, rows: readonly OperationRow[]): Promise<number> {
  let expired = 0;
  for (const row of rows) {
    const moved = await engine.records.transaction((tx) =>
      moveOperation(engine, tx, row, {
        to: "expired",
        by: "sweeper",
        actor: consoleActor("sweeper"),
        set: { endedAt: NOW },
      }),
    );
    if (moved !== null) expired++;
  }
  return expired;
}
