/** What the policy in force at this moment says of a stored operation, whatever it said when it was asked for. */
import type { RecordsSession } from "../records/client.ts";
import type { Engine, OperationRow } from "./engine.ts";
import type { OperationPlan } from "./plan.ts";
import { decidePolicy, type PolicyVerdict } from "./policy.ts";
import { type InForce, tenantOfClaim } from "./policy-in-force.ts";
import { readPolicyFor } from "./read-policy.ts";

/** @param plan the one to judge, where it is not the stored one */
export async function policyNow(
  engine: Engine,
  session: RecordsSession,
  row: OperationRow,
  plan = row.plan as OperationPlan,
): Promise<InForce & { readonly verdict: PolicyVerdict }> {
  const subject = { kind: row.kind, platformId: row.platformId, tenantKey: tenantOfClaim(row.claim) };
  const inForce = await readPolicyFor(session, subject);
  const operation = engine.registry.all.find(({ kind }) => kind === row.kind);
  // Of a kind that this version does not know: what was said when it was asked for.
  const verdict =
    operation === undefined
      ? { needed: row.reviewsNeeded ?? 1, why: row.policy ?? "", who: null }
      : decidePolicy(operation, row.input, plan, inForce.policy);
  return { ...inForce, verdict };
}
