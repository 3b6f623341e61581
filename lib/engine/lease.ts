/**
 * Who drives an operation: one worker at a time, for as long as its heartbeats come. Each claim raises the epoch,
 * and everything that a run writes names its epoch: a worker that slept through its lease writes nothing any more.
 * All times are the records' own clock.
 */
import { and, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import { operations } from "../records/schema/operations.ts";
import type { Engine, OperationRow } from "./engine.ts";

export interface Lease {
  readonly operationId: string;
  readonly owner: string;
  readonly epoch: number;
}

/** Takes the operation, if it is to be driven and nobody else holds it. */
export async function claimLease(
  engine: Engine,
  operationId: string,
  owner: string,
): Promise<{ readonly lease: Lease; readonly row: OperationRow } | null> {
  const [row] = await engine.records
    .update(operations)
    .set({
      leaseOwner: owner,
      leaseUntil: until(engine),
      heartbeatAt: sql`now()`,
      epoch: sql`${operations.epoch} + 1`,
    })
    .where(
      and(
        eq(operations.id, operationId),
        inArray(operations.state, ["queued", "running", "unknown"]),
        or(isNull(operations.leaseUntil), lt(operations.leaseUntil, sql`now()`)),
      ),
    )
    .returning();
  return row === undefined ? null : { lease: { operationId, owner, epoch: row.epoch }, row };
}

/** Holds it for another lease; false when it is somebody else's by now. */
export async function renewLease(engine: Engine, lease: Lease): Promise<boolean> {
  const renewed = await engine.records
    .update(operations)
    .set({ leaseUntil: until(engine), heartbeatAt: sql`now()` })
    .where(heldBy(lease))
    .returning({ id: operations.id });
  return renewed.length === 1;
}

/** Lets go, so that the next worker need not wait; does nothing where another has it. */
export async function releaseLease(engine: Engine, lease: Lease): Promise<void> {
  await engine.records.update(operations).set(RELEASED).where(heldBy(lease));
}

/** The columns of an operation that nobody drives. */
export const RELEASED = { leaseOwner: null, leaseUntil: null } as const;

export const heldBy = (lease: Lease) =>
  and(
    eq(operations.id, lease.operationId),
    eq(operations.epoch, lease.epoch),
    eq(operations.leaseOwner, lease.owner),
  );

const until = (engine: Engine) => sql`now() + make_interval(secs => ${engine.times.lease})`;
