/** A plan that nothing stands against goes on: to the reviewers, or by policy straight to the queue. */
import { sql } from "drizzle-orm";
import type { AuditActor } from "../records/audit.ts";
import type { RecordsSession, RecordsTransaction } from "../records/client.ts";
import { readSetting } from "../records/settings.ts";
import type { Engine, OperationRow } from "./engine.ts";
import { DEFAULT_POLICY, POLICY_SETTING, type Policy, type PolicyVerdict, policySchema } from "./policy.ts";
import { consoleActor, moveOperation } from "./transition.ts";

/** The policy in force. */
export async function readPolicy(session: RecordsSession): Promise<Policy> {
  return (await readSetting(session, POLICY_SETTING, policySchema, DEFAULT_POLICY)).value;
}

/** From `planned` on; null where somebody else was quicker. */
export async function sendOn(
  engine: Engine,
  tx: RecordsTransaction,
  row: OperationRow,
  actor: AuditActor,
  verdict: PolicyVerdict,
  policy: Policy,
): Promise<OperationRow | null> {
  const set = { reviewsNeeded: verdict.needed, policy: verdict.why };
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
    approvedAt: sql`now()` as unknown as Date,
    expiresAt: sql`now() + make_interval(secs => ${policy.approvalHours * 3600})` as unknown as Date,
    supersededPlan: null,
    wish: null,
    wishedBy: null,
  };
}
