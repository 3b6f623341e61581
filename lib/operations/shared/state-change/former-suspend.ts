/** The suspend that a tenant is under, as the records know it. */
import { and, desc, eq, inArray } from "drizzle-orm";
import type { PlanContext } from "../../../engine/contexts.ts";
import type { OperationPlan } from "../../../engine/plan.ts";
import { operations } from "../../../records/schema/operations.ts";
import type { FormerSuspend } from "./kinds.ts";

/** Null where the tenant's last change of state was none of the console's suspends. */
export async function formerSuspend(context: PlanContext, tenantKey: string): Promise<FormerSuspend | null> {
  const [last] = await context.records
    .select({ kind: operations.kind, by: operations.requestedBy, plan: operations.plan })
    .from(operations)
    .where(
      and(
        eq(operations.databaseId, context.database.id),
        eq(operations.tenantKey, tenantKey),
        eq(operations.state, "succeeded"),
        inArray(operations.kind, ["suspend", "resume"]),
      ),
    )
    .orderBy(desc(operations.endedAt))
    .limit(1);
  if (last?.kind !== "suspend") return null;
  const from = (last.plan as OperationPlan | null)?.options.from;
  return typeof from === "string" ? { from, by: last.by } : null;
}
