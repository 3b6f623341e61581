/** What a delete's steps begin with: the request as the library takes it, and the bundle that it rests on. */
import { and, desc, eq } from "drizzle-orm";
import type { StepContext } from "../../engine/contexts.ts";
import type { OperationPlan } from "../../engine/plan.ts";
import { drills } from "../../records/schema/drills.ts";
import type { DeletedTable } from "../../records/schema/tombstones.ts";
import { type DeleteRequest, deleteAnswersSchema } from "../../rows/delete/request.ts";
import { type BundleRow, findBundle } from "../shared/bundle.ts";
import { deleteInput } from "./input.ts";

/** From the plan that was approved, and not from the input, which no digest covers. */
export function requestOf({ platform, plan }: StepContext): DeleteRequest {
  const { pointers, triggers } = plan.options;
  return {
    platform: platform.file,
    tenantKey: plan.tenant.key!,
    answers: deleteAnswersSchema.parse({ pointers, triggers }),
    role: "writes",
  };
}

/** @throws Refusal where it is not there any more */
export async function safetyBundle(
  context: StepContext,
): Promise<{ readonly bundle: BundleRow; readonly drillId: string | null }> {
  const { bundleId } = deleteInput.parse(context.input);
  if (bundleId === undefined) throw new Error("a plan without a bundle is never run");
  const bundle = await findBundle(context, bundleId);
  const [drill] = await context.records
    .select({ id: drills.id })
    .from(drills)
    .where(and(eq(drills.bundleId, bundle.id), eq(drills.passed, true)))
    .orderBy(desc(drills.createdAt))
    .limit(1);
  return { bundle, drillId: drill?.id ?? null };
}

/** Of the plan that was approved, exact. */
export function deletedTables({ effects }: OperationPlan): DeletedTable[] {
  return effects.flatMap(({ verb, object, rows }) =>
    verb === "delete" && rows !== null ? [{ table: object, rows }] : [],
  );
}
