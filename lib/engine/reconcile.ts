/** Somebody wants a run of unknown outcome looked at. The look itself is a worker's: it has the credentials. */
import type { Actor } from "../access/actor.ts";
import { recordAudit } from "../records/audit.ts";
import { type Answer, type Engine, refuse } from "./engine.ts";
import { appendEvents } from "./events.ts";
import { findOperation, movedMeanwhile, notInState } from "./findings.ts";
import { lockOperation } from "./lock-operation.ts";

/** Sends it to a worker (control:run); driving an operation whose outcome is unknown means to look. */
export async function reconcileOperation(
  engine: Engine,
  actor: Actor,
  { operationId }: { readonly operationId: string },
): Promise<Answer> {
  const found = await findOperation(engine.records, actor, operationId, "control:run");
  if (!found.ok) return found;
  await engine.queue.ready();
  return engine.records.transaction(async (tx): Promise<Answer> => {
    const row = await lockOperation(tx, operationId);
    if (row === null) return refuse(movedMeanwhile());
    if (row.state !== "unknown") return refuse(notInState("reconciled", row.state, "of unknown outcome"));
    await recordAudit(tx, {
      actor,
      action: "operation.reconcile-wanted",
      subject: { type: "operation", id: row.id },
      operationId: row.id,
      platformId: row.platformId,
      tenantKey: row.tenantKey,
    });
    await appendEvents(tx, row.id, [{ type: "note", data: { what: "reconcile wanted" } }]);
    await engine.queue.send(tx, row.id);
    return { ok: true };
  });
}
