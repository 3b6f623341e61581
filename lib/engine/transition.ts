/**
 * One move of an operation from state to state: a compare-and-set on (state, version), and in the same transaction
 * its audit row, its event, the notices that people should see, what is announced outside and, where it goes to the
 * queue, its job. Nothing else in the console writes `state`.
 */
import { and, eq, sql } from "drizzle-orm";
import { type AuditActor, recordAudit } from "../records/audit.ts";
import type { RecordsTransaction } from "../records/client.ts";
import { operations } from "../records/schema/operations.ts";
import type { Engine, OperationRow } from "./engine.ts";
import { appendEvents, type NewEvent } from "./events.ts";
import { writeNotices } from "./notices.ts";
import { type Mover, mayMove, type OperationState } from "./states.ts";

export interface Move {
  readonly to: OperationState;
  readonly by: Mover;
  /** Who is named in the audit trail: a person, or a part of the console. */
  readonly actor: AuditActor;
  /** Other columns that change with it. */
  readonly set?: Partial<Omit<OperationRow, "id" | "state" | "version">>;
  /** A worker's move counts only while it still holds the run with this epoch. */
  readonly epoch?: number;
  /** What led to it, told before it. */
  readonly events?: readonly NewEvent[];
  /** More for the audit row: codes and numbers, no personal data. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The console itself, by the part that acts. */
export const consoleActor = (name: "policy" | "worker" | "sweeper"): AuditActor => ({ personId: null, name });

/**
 * Makes the move. Null where somebody else moved the operation in between, or another worker holds it: then nothing
 * was written, and the caller looks again.
 *
 * @throws Error for a move that `states.ts` does not know: a bug
 */
export async function moveOperation(
  engine: Engine,
  tx: RecordsTransaction,
  from: Pick<OperationRow, "id" | "state" | "version">,
  move: Move,
): Promise<OperationRow | null> {
  if (!mayMove(from.state, move.to, move.by))
    throw new Error(`No ${move.by} moves an operation from ${from.state} to ${move.to}.`);
  const [row] = await tx
    .update(operations)
    .set({ ...move.set, state: move.to, version: from.version + 1 })
    .where(
      and(
        eq(operations.id, from.id),
        eq(operations.state, from.state),
        eq(operations.version, from.version),
        move.epoch === undefined ? sql`true` : eq(operations.epoch, move.epoch),
      ),
    )
    .returning();
  if (row === undefined) return null;
  await recordAudit(tx, {
    actor: move.actor,
    action: actionOf(from.state, move.to),
    subject: { type: "operation", id: row.id },
    operationId: row.id,
    platformId: row.platformId,
    tenantKey: row.tenantKey,
    data: { from: from.state, to: move.to, version: row.version, digest: row.digest, ...move.data },
  });
  await appendEvents(tx, row.id, [
    ...(move.events ?? []),
    { type: "state", data: { from: from.state, to: move.to, by: move.by, version: row.version } },
  ]);
  await writeNotices(engine, tx, row, move.actor);
  if (row.state === "queued") await engine.queue.send(tx, row.id);
  return row;
}

/** The audit trail's word for a move: that of the state, but for those that come back to one. */
export function actionOf(from: OperationState, to: OperationState): string {
  if (to === "queued" && from === "paused") return "operation.resumed";
  if (to === "queued" && from === "failed") return "operation.retried";
  if (to === "planned") return "operation.planned-again";
  if (to === "in_review")
    return from === "queued" ? "operation.review-wanted-again" : "operation.review-wanted";
  if (from === "unknown") return `operation.reconciled-as-${to}`;
  return `operation.${to.replace("_", "-")}`;
}
