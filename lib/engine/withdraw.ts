/** Taking a request back before it runs. */
import type { Actor } from "../access/actor.ts";
import { NOW } from "../records/clock.ts";
import { type Answer, type Engine, refuse } from "./engine.ts";
import { findOperation, movedMeanwhile, notInState } from "./findings.ts";
import { lockOperation } from "./lock-operation.ts";
import { notYours } from "./plan-again.ts";
import { said } from "./said.ts";
import { mayMove } from "./states.ts";
import { isUntouched, type StepRecord } from "./step-record.ts";
import { moveOperation } from "./transition.ts";

/** By the requester, or by whoever controls runs (the requester may have left). Refuses once it has begun. */
export async function withdrawOperation(
  engine: Engine,
  actor: Actor,
  { operationId }: { readonly operationId: string },
): Promise<Answer> {
  const found = await findOperation(engine.records, actor, operationId);
  if (!found.ok) return found;
  const mine = found.row.requestedBy === actor.personId;
  if (!mine && !actor.permissions.has("control:run")) return refuse(notYours());
  const withdrawing = engine.records.transaction(async (tx): Promise<Answer> => {
    const row = await lockOperation(tx, operationId);
    if (row === null) return refuse(movedMeanwhile());
    const by = mine ? "requester" : "controller";
    const begun = row.state === "queued" && !isUntouched(row.steps as StepRecord[]);
    if (begun || !mayMove(row.state, "withdrawn", by))
      return refuse(notInState("withdrawn", row.state, "not yet running; a run can be aborted"));
    const moved = await moveOperation(engine, tx, row, {
      to: "withdrawn",
      by,
      actor,
      set: { endedAt: NOW },
    });
    return moved === null ? refuse(movedMeanwhile()) : { ok: true };
  });
  return said(engine, "operation.withdrawn", actor, { operation: operationId }, withdrawing);
}
