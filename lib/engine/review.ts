/**
 * A review: one person's decision about exactly one digest. Requester and reviewer are two persons; here that is a
 * finding, and in the records a constraint holds it against every other way in.
 */
import { eq } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import { recordAudit } from "../records/audit.ts";
import type { RecordsTransaction } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { operations } from "../records/schema/operations.ts";
import { reviews } from "../records/schema/reviews.ts";
import { readApprovals } from "./approvals.ts";
import { type Answer, type Engine, type OperationRow, refuse } from "./engine.ts";
import { appendEvents } from "./events.ts";
import { brokenConstraint, findOperation, movedMeanwhile, notInState } from "./findings.ts";
import { lockOperation } from "./lock-operation.ts";
import type { OperationPlan } from "./plan.ts";
import { planChanged } from "./plan-again.ts";
import { policyNow } from "./policy-now.ts";
import { said } from "./said.ts";
import { approvalFor } from "./send.ts";
import { consoleActor, moveOperation } from "./transition.ts";
import { phraseFinding, phraseOf } from "./typed-phrase.ts";

export interface Review {
  readonly operationId: string;
  /** Of the plan that the reviewer has seen. */
  readonly digest: string;
  readonly decision: "approve" | "reject";
  /** What it is for, as the reviewer understands it. */
  readonly intent: string;
  readonly risk: string;
  /** How credible the way back is. */
  readonly rollback: string;
  readonly reason: string;
  /** What the operation has its reviewers type before they approve. */
  readonly phrase?: string;
}

/**
 * Records the decision. The last approval that the policy asks for puts the operation on the queue, and its clock
 * starts; one rejection ends it.
 *
 * Refuses with `not-permitted`, `own-request`, `plan-changed`, `operation-state`, `already-reviewed`,
 * `review-incomplete`, `phrase-differs`.
 */
export async function reviewOperation(
  engine: Engine,
  actor: Actor,
  review: Review,
): Promise<Answer<{ state: OperationRow["state"] }>> {
  const found = await findOperation(engine.records, actor, review.operationId, "review");
  if (!found.ok) return found;
  const missing = incomplete(review);
  if (missing.length > 0) return refuse(...missing);
  await engine.queue.ready();
  try {
    const { operationId: operation, decision } = review;
    const deciding = engine.records.transaction((tx) => decide(engine, tx, actor, review));
    return await said(engine, "review.decided", actor, { operation, decision }, deciding);
  } catch (error) {
    const constraint = brokenConstraint(error);
    if (constraint === "reviews_by_another_person") return refuse(ownRequest());
    if (constraint === "reviews_once") return refuse(alreadyReviewed());
    throw error;
  }
}

async function decide(
  engine: Engine,
  tx: RecordsTransaction,
  actor: Actor,
  review: Review,
): Promise<Answer<{ state: OperationRow["state"] }>> {
  // Two reviewers at once wait for each other here, so that the second sees the first one's approval.
  const row = await lockOperation(tx, review.operationId);
  if (row === null) return refuse(movedMeanwhile());
  if (row.requestedBy === actor.personId) return refuse(ownRequest());
  if (row.state !== "in_review") return refuse(notInState("reviewed", row.state, "in review"));
  if (row.digest !== review.digest) return refuse(planChanged());
  const operation = engine.registry.all.find(({ kind }) => kind === row.kind);
  const mistyped =
    review.decision === "reject" || operation === undefined
      ? null
      : phraseFinding(phraseOf(operation, row.plan as OperationPlan), review.phrase);
  if (mistyped !== null) return refuse(mistyped);
  const { decision, digest, intent, risk, rollback, reason } = review;
  await tx.insert(reviews).values({
    id: newId(),
    operationId: row.id,
    requestedBy: row.requestedBy,
    reviewerId: actor.personId,
    decision,
    digest,
    round: row.reviewRound,
    intent: intent.trim(),
    risk: risk.trim(),
    rollback: rollback.trim(),
    reason: reason.trim(),
  });
  await recordAudit(tx, {
    actor,
    action: `review.${decision === "approve" ? "approved" : "rejected"}`,
    subject: { type: "operation", id: row.id },
    operationId: row.id,
    platformId: row.platformId,
    tenantKey: row.tenantKey,
    data: { digest },
  });
  await appendEvents(tx, row.id, [{ type: "note", data: { what: "review", decision } }]);
  return decision === "reject" ? reject(engine, tx, actor, row) : approve(engine, tx, actor, row);
}

async function reject(
  engine: Engine,
  tx: RecordsTransaction,
  actor: Actor,
  row: OperationRow,
): Promise<Answer<{ state: OperationRow["state"] }>> {
  const moved = await moveOperation(engine, tx, row, { to: "rejected", by: "reviewer", actor });
  return { ok: true, state: moved!.state };
}

async function approve(
  engine: Engine,
  tx: RecordsTransaction,
  actor: Actor,
  row: OperationRow,
): Promise<Answer<{ state: OperationRow["state"] }>> {
  const { verdict, policy, exceptions } = await policyNow(engine, tx, row);
  const { count } = await readApprovals(tx, row, policy);
  const needed = Math.max(1, row.reviewsNeeded ?? 1, verdict.needed);
  if (count < needed) {
    // A policy that has become stricter since counts: the page says from now on how many it asks for.
    if (needed !== row.reviewsNeeded)
      await tx
        .update(operations)
        .set({ reviewsNeeded: needed, policy: verdict.why, exceptions: [...exceptions] })
        .where(eq(operations.id, row.id));
    return { ok: true, state: row.state };
  }
  const approved = await moveOperation(engine, tx, row, {
    to: "approved",
    by: "reviewer",
    actor,
    set: approvalFor(policy),
    data: { reviews: count },
  });
  const queued = await moveOperation(engine, tx, approved!, {
    to: "queued",
    by: "policy",
    actor: consoleActor("policy"),
  });
  return { ok: true, state: queued!.state };
}

const ASKED = ["intent", "risk", "rollback", "reason"] as const;

function incomplete(review: Review): Finding[] {
  return ASKED.filter((name) => review[name].trim() === "").map((name) => ({
    code: "review-incomplete",
    severity: "blocks",
    where: name,
    what: `A review says something about ${name}.`,
    todo: "A few words are enough.",
  }));
}

function ownRequest(): Finding {
  return {
    code: "own-request",
    severity: "blocks",
    where: "review",
    what: "You asked for this operation yourself; another person reviews it.",
    todo: "Ask somebody else who may review.",
  };
}

function alreadyReviewed(): Finding {
  return {
    code: "already-reviewed",
    severity: "blocks",
    where: "review",
    what: "You have reviewed this plan already.",
    todo: "Where more reviews are needed, another person gives them.",
  };
}
