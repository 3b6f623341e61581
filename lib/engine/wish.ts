/**
 * Pause, resume, abort. A wish stands in the operation's row; the worker takes it up at the run's next breath,
 * whatever becomes of the queue.
 */
import { eq } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { recordAudit } from "../records/audit.ts";
import type { RecordsTransaction } from "../records/client.ts";
import { operations } from "../records/schema/operations.ts";
import { brakeOn, readBrake } from "./brake.ts";
import { type Answer, type Engine, type OperationRow, refuse } from "./engine.ts";
import { appendEvents } from "./events.ts";
import { findOperation, movedMeanwhile, notInState, unknownKind } from "./findings.ts";
import { lockOperation } from "./lock-operation.ts";
import { said } from "./said.ts";
import { findingsGoingOn, isUntouched, type StepRecord } from "./step-record.ts";
import { moveOperation } from "./transition.ts";

export type Wish = "pause" | "resume" | "abort";

/**
 * Refuses with `not-permitted` (control:run), `operation-state`, `not-pausable`, `brake-on`.
 *
 * An abort of a run that is queued or paused goes through the queue too: a worker takes back what was done.
 */
export async function wishOperation(
  engine: Engine,
  actor: Actor,
  { operationId, wish }: { readonly operationId: string; readonly wish: Wish },
): Promise<Answer> {
  const found = await findOperation(engine.records, actor, operationId, "control:run");
  if (!found.ok) return found;
  await engine.queue.ready();
  const wishing = engine.records.transaction(async (tx): Promise<Answer> => {
    const row = await lockOperation(tx, operationId);
    if (row === null) return refuse(movedMeanwhile());
    switch (wish) {
      case "pause":
        return pause(engine, tx, actor, row);
      case "resume":
        return resume(engine, tx, actor, row);
      case "abort":
        return abort(engine, tx, actor, row);
    }
  });
  return said(engine, "operation.wished", actor, { operation: operationId, wish }, wishing);
}

async function pause(
  engine: Engine,
  tx: RecordsTransaction,
  actor: Actor,
  row: OperationRow,
): Promise<Answer> {
  if (row.state !== "running" || row.wish === "abort")
    return refuse(notInState("paused", row.state, "running, and not being aborted"));
  const operation = engine.registry.all.find(({ kind }) => kind === row.kind);
  if (operation === undefined) return refuse(unknownKind(row.kind));
  if (!operation.pausable)
    return refuse({
      code: "not-pausable",
      severity: "blocks",
      where: "operation",
      what: `${operation.title} is one transaction: there is no place in it to stop at.`,
      todo: "Let it end, or abort it: then nothing was changed.",
    });
  await wishFor(tx, actor, row, "pause");
  return { ok: true };
}

async function resume(
  engine: Engine,
  tx: RecordsTransaction,
  actor: Actor,
  row: OperationRow,
): Promise<Answer> {
  if (row.state === "running" && row.wish === "pause") {
    await wishFor(tx, actor, row, null);
    return { ok: true };
  }
  if (row.state !== "paused") return refuse(notInState("resumed", row.state, "paused"));
  const brake = await readBrake(tx);
  if (brake.on) return refuse(brakeOn(brake));
  await moveOperation(engine, tx, row, {
    to: "queued",
    by: "controller",
    actor,
    set: { wish: null, wishedBy: null, findings: findingsGoingOn(row) },
  });
  return { ok: true };
}

async function abort(
  engine: Engine,
  tx: RecordsTransaction,
  actor: Actor,
  row: OperationRow,
): Promise<Answer> {
  if (row.state === "running" || (row.state === "queued" && !isUntouched(row.steps as StepRecord[]))) {
    await wishFor(tx, actor, row, "abort");
    return { ok: true };
  }
  if (row.state !== "paused")
    return refuse(notInState("aborted", row.state, "running or paused; before that it can be withdrawn"));
  await moveOperation(engine, tx, row, {
    to: "queued",
    by: "controller",
    actor,
    set: { wish: "abort", wishedBy: actor.personId, findings: findingsGoingOn(row) },
    data: { wish: "abort" },
  });
  return { ok: true };
}

async function wishFor(
  tx: RecordsTransaction,
  actor: Actor,
  row: OperationRow,
  wish: "pause" | "abort" | null,
): Promise<void> {
  await tx
    .update(operations)
    .set({ wish, wishedBy: wish === null ? null : actor.personId })
    .where(eq(operations.id, row.id));
  await recordAudit(tx, {
    actor,
    action: wish === null ? "operation.wish-taken-back" : `operation.${wish}-wanted`,
    subject: { type: "operation", id: row.id },
    operationId: row.id,
    platformId: row.platformId,
    tenantKey: row.tenantKey,
  });
  await appendEvents(tx, row.id, [{ type: "note", data: { what: "wish", wish } }]);
}
