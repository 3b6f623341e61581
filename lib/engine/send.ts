/** A plan that nothing stands against goes on: to the reviewers, or by policy straight to the queue. */
import { sql } from "drizzle-orm";
import type { AuditActor } from "../records/audit.ts";
import type { RecordsTransaction } from "../records/client.ts";
import { NOW } from "../records/clock.ts";
import type { Engine, OperationRow } from "./engine.ts";
import type { PolicyVerdict } from "./policy.ts";
import type { InForce } from "./policy-in-force.ts";
import type { Policy } from "./policy-schema.ts";
import { consoleActor, moveOperation } from "./transition.ts";

/** From `planned` on; null where somebody else was quicker. */
export async function sendOn(
  engine: Engine,
  tx: RecordsTransaction,
  row: OperationRow,
  actor: AuditActor,
  verdict: PolicyVerdict,
  { policy, exceptions }: InForce,
): Promise<OperationRow | null> {
  const set = { reviewsNeeded: verdict.needed, policy: verdict.why, exceptions: [...exceptions] };
  if (verdict.needed > 0)
    return moveOperation(engine, tx, row, { to: "in_review", by: "requester", actor, set });
  const by = consoleActor("policy");
  const data = { policy: "passes" };
  const approved = await moveOperation(engine, tx, row, {
    to: "approved",
    by: "policy",
    actor: by,
    set: { ...set, ...approvalFor(policy) },
    data,
  });
  return approved && moveOperation(engine, tx, approved, { to: "queued", by: "policy", actor: by });
}

/** The columns of an approval given now: its clock starts here, and a former run's leavings go. */
export function approvalFor(policy: Policy) {
  return {
    approvedAt: NOW,
    expiresAt: sql`now() + make_interval(secs => ${policy.approvalHours * 3600})` as unknown as Date,
    supersededPlan: null,
    wish: null,
    wishedBy: null,
  };
}
