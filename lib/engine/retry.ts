/** Another try of a run that failed or stopped, from where it is. */
import type { Actor } from "../access/actor.ts";
import { recordsNow } from "../records/clock.ts";
import { brakeOn, readBrake } from "./brake.ts";
import { type Answer, type Engine, refuse } from "./engine.ts";
import { brokenConstraint, findOperation, movedMeanwhile, notInState } from "./findings.ts";
import { lockOperation } from "./lock-operation.ts";
import { said } from "./said.ts";
import { findingsGoingOn } from "./step-record.ts";
import { tenantBusy } from "./tenant-busy.ts";
import { moveOperation } from "./transition.ts";

/**
 * Queues it again (control:run). A run that changed nothing, or was rolled back, begins anew and its plan is
 * compared again; one that stopped on its way goes on from its checkpoint. Refuses `approval-expired`.
 */
export async function retryOperation(
  engine: Engine,
  actor: Actor,
  { operationId }: { readonly operationId: string },
): Promise<Answer> {
  const found = await findOperation(engine.records, actor, operationId, "control:run");
  if (!found.ok) return found;
  await engine.queue.ready();
  try {
    const retrying = engine.records.transaction(async (tx): Promise<Answer> => {
      const row = await lockOperation(tx, operationId);
      if (row === null) return refuse(movedMeanwhile());
      if (row.state !== "failed" && row.state !== "paused")
        return refuse(notInState("tried again", row.state, "failed or paused"));
      const brake = await readBrake(tx);
      if (brake.on) return refuse(brakeOn(brake));
      if (row.state === "failed" && (row.expiresAt === null || row.expiresAt < (await recordsNow(tx))))
        return refuse({
          code: "approval-expired",
          severity: "blocks",
          where: "operation",
          what: "Its approval has expired.",
          todo: "Ask for the operation again.",
        });
      await moveOperation(engine, tx, row, {
        to: "queued",
        by: "controller",
        actor,
        set: { wish: null, wishedBy: null, endedAt: null, findings: findingsGoingOn(row) },
      });
      return { ok: true };
    });
    return await said(engine, "operation.retried", actor, { operation: operationId }, retrying);
  } catch (error) {
    if (brokenConstraint(error) !== "operations_one_a_tenant") throw error;
    return refuse(await tenantBusy(engine.records, found.row.databaseId, found.row.claim));
  }
}
