/** A plan that is looked at once more: what changed since, and, for the requester, the new one in the old one's place. */
import { and, eq } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { recordAudit } from "../records/audit.ts";
import { NOW } from "../records/clock.ts";
import { operations } from "../records/schema/operations.ts";
import { type Answer, type Engine, type OperationRow, refuse } from "./engine.ts";
import { brokenConstraint, findOperation, movedMeanwhile, notInState, unknownKind } from "./findings.ts";
import { type MadePlan, makePlan, objections } from "./make-plan.ts";
import type { AnyOperation } from "./operation.ts";
import { notPermitted } from "./people.ts";
import type { OperationPlan } from "./plan.ts";
import { decidePolicy } from "./policy.ts";
import { findRegistered } from "./registered.ts";
import { sendOn } from "./send.ts";
import type { OperationState } from "./states.ts";
import { freshSteps } from "./step-record.ts";
import { tenantBusy } from "./tenant-busy.ts";
import { moveOperation } from "./transition.ts";
import { phraseFinding, phraseOf } from "./typed-phrase.ts";
import { type Change, whatChanged } from "./what-changed.ts";

const AGAIN: readonly OperationState[] = ["planned", "in_review", "superseded", "expired"];

/**
 * Plans again and stores it. Where the effects are the same, a review that is under way goes on; where they differ
 * it begins anew, for the new plan. A superseded or expired operation claims its tenant again.
 *
 * @returns what changed, line by line; empty where it is the same plan
 */
export async function planAgain(
  engine: Engine,
  actor: Actor,
  { operationId }: { readonly operationId: string },
): Promise<Answer<{ changes: readonly Change[] }>> {
  const found = await findOperation(engine.records, actor, operationId);
  if (!found.ok) return found;
  const { row } = found;
  if (!AGAIN.includes(row.state))
    return refuse(notInState("planned again", row.state, "planned, in review, superseded or expired"));
  const planned = await planOf(engine, actor, row);
  if (!planned.ok) return planned;
  const against = objections(planned.plan);
  if (against.length > 0) return refuse(...against);
  const changes = whatChanged(row.plan as OperationPlan, planned.plan);
  await engine.queue.ready();
  try {
    // A draft stays one until its requester sends it; so does what another phrase has to be typed for.
    const { operation } = planned;
    const same = phraseOf(operation, row.plan as OperationPlan) === phraseOf(operation, planned.plan);
    const stored = await storeAgain(engine, actor, row, planned, row.state !== "planned" && same);
    return stored ? { ok: true, changes } : refuse(movedMeanwhile());
  } catch (error) {
    if (brokenConstraint(error) !== "operations_one_a_tenant") throw error;
    return refuse(await tenantBusy(engine.records, row.databaseId, row.claim));
  }
}

/** Sends a draft on: to the reviewers or, by policy, to the queue. Plans again first, and refuses what has changed. */
export async function sendOperation(
  engine: Engine,
  actor: Actor,
  request: { readonly operationId: string; readonly digest: string; readonly phrase?: string },
): Promise<Answer> {
  const found = await findOperation(engine.records, actor, request.operationId);
  if (!found.ok) return found;
  const { row } = found;
  if (row.state !== "planned") return refuse(notInState("sent", row.state, "planned"));
  const planned = await planOf(engine, actor, row);
  if (!planned.ok) return planned;
  if (planned.digest !== request.digest) return refuse(planChanged());
  const against = objections(planned.plan);
  if (against.length > 0) return refuse(...against);
  const mistyped = phraseFinding(phraseOf(planned.operation, planned.plan), request.phrase);
  if (mistyped !== null) return refuse(mistyped);
  await engine.queue.ready();
  return (await storeAgain(engine, actor, row, planned, true)) ? { ok: true } : refuse(movedMeanwhile());
}

/** Plans once more without storing it: a reviewer sees whether the world has changed since the plan that is shown. */
export async function lookAgain(
  engine: Engine,
  actor: Actor,
  { operationId }: { readonly operationId: string },
): Promise<Answer<MadePlan & { changes: readonly Change[] }>> {
  const found = await findOperation(engine.records, actor, operationId);
  if (!found.ok) return found;
  const { row } = found;
  if (row.requestedBy !== actor.personId && !actor.permissions.has("review"))
    return refuse(notPermitted("review"));
  const planned = await planNow(engine, row);
  if (!planned.ok) return planned;
  const { plan, digest, inForce } = planned;
  return { ok: true, plan, digest, inForce, changes: whatChanged(row.plan as OperationPlan, plan) };
}

async function planOf(engine: Engine, actor: Actor, row: OperationRow): ReturnType<typeof planNow> {
  if (row.requestedBy !== actor.personId) return refuse(notYours());
  const operation = engine.registry.all.find(({ kind }) => kind === row.kind);
  if (operation === undefined) return refuse(unknownKind(row.kind));
  if (!actor.permissions.has(operation.permission)) return refuse(notPermitted(operation.permission));
  return planNow(engine, row);
}

/** Plans a stored operation now. Its input is parsed again: the row is not trusted with what a schema can check. */
export async function planNow(
  engine: Engine,
  row: OperationRow,
  signal?: AbortSignal,
): Promise<Answer<MadePlan & { operation: AnyOperation; input: unknown }>> {
  const operation = engine.registry.all.find(({ kind }) => kind === row.kind);
  if (operation === undefined) return refuse(unknownKind(row.kind));
  const parsed = operation.input.safeParse(row.input);
  if (!parsed.success)
    return refuse({
      code: "input-invalid",
      severity: "blocks",
      where: `operation ${row.id}`,
      what: "What was asked for is not in a form that this version understands.",
      todo: "Withdraw it and ask again.",
    });
  const found = await findRegistered(engine, row.platformId, row.databaseId);
  if (!found.ok) return found;
  const { registered } = found;
  const input = row.input;
  const planned = await makePlan(engine, {
    operation,
    registered,
    requestedBy: row.requestedBy,
    input,
    signal,
  });
  return planned.ok ? { ...planned, operation, input } : planned;
}

async function storeAgain(
  engine: Engine,
  actor: Actor,
  row: OperationRow,
  { plan, digest, inForce, operation, input }: MadePlan & { operation: AnyOperation; input: unknown },
  send: boolean,
): Promise<boolean> {
  const verdict = decidePolicy(operation, input, plan, inForce.policy);
  const columns = {
    plan,
    digest,
    plannedAt: NOW,
    findings: plan.findings,
    steps: freshSteps(plan),
    tenantKey: plan.tenant.key,
    tenantSlug: plan.tenant.slug,
  };
  return engine.records.transaction(async (tx) => {
    if (row.state === "in_review" && digest === row.digest && inForce.policy.keepReviews) {
      const [same] = await tx
        .update(operations)
        .set(columns)
        .where(
          and(
            eq(operations.id, row.id),
            eq(operations.version, row.version),
            eq(operations.state, row.state),
          ),
        )
        .returning({ id: operations.id });
      if (same === undefined) return false;
      await recordAudit(tx, {
        actor,
        action: "operation.looked-at-again",
        subject: { type: "operation", id: row.id },
        operationId: row.id,
        platformId: row.platformId,
        tenantKey: row.tenantKey,
        data: { digest },
      });
      return true;
    }
    const again = await moveOperation(engine, tx, row, {
      to: "planned",
      by: "requester",
      actor,
      set: {
        ...columns,
        // Who has read the former plan is shown what changed since; a superseded one keeps the approved plan there.
        ...(row.state === "superseded" || digest === row.digest ? {} : { supersededPlan: row.plan }),
        reviewRound: row.reviewRound + 1,
        result: null,
        progress: null,
        approvedAt: null,
        expiresAt: null,
        startedAt: null,
        endedAt: null,
      },
    });
    if (again === null || !send) return again !== null;
    return (await sendOn(engine, tx, again, actor, verdict, inForce)) !== null;
  });
}

function planChanged() {
  return {
    code: "plan-changed",
    severity: "blocks" as const,
    where: "plan",
    what: "The plan is no longer the one that you looked at.",
    todo: "Look at what has changed, and decide about the plan as it is now.",
  };
}

function notYours() {
  return {
    code: "not-your-request",
    severity: "blocks" as const,
    where: "operation",
    what: "Only the person who asked for this operation can do that.",
    todo: "Ask them, or ask for an operation of your own.",
  };
}

export { notYours, planChanged };
