/** The reviews' inbox: what waits for this person first, then what waits for others. */
import "server-only";
import { and, asc, count, eq, not, type SQL, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import type { OperationPlan } from "../engine/plan.ts";
import { databases } from "../records/schema/databases.ts";
import { operations } from "../records/schema/operations.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";
import { stillReviews } from "./still-reviews.ts";
import { waitsForReviewBy } from "./waiting-for.ts";

export const REVIEWS_ON_A_PAGE = 50;

export interface ReviewLine {
  readonly id: string;
  readonly kind: string;
  /** The plan's one sentence. */
  readonly summary: string;
  readonly platform: string;
  readonly database: string;
  readonly tenant: string | null;
  readonly requestedBy: string;
  readonly reason: string | null;
  /** When it began to wait: when its plan was made. */
  readonly since: Date;
  readonly irreversible: boolean;
  readonly warnings: number;
  /** The policy has it otherwise, by exception. */
  readonly byException: boolean;
  readonly rows: number | null;
  readonly reviewsNeeded: number;
  readonly reviewsGiven: number;
  /** For those that wait for others: why not for this person. */
  readonly why: string | null;
}

export interface ReviewsView {
  readonly mayReview: boolean;
  readonly mine: { readonly rows: readonly ReviewLine[]; readonly total: number; readonly page: number };
  readonly others: { readonly rows: readonly ReviewLine[]; readonly total: number };
}

/** The oldest first, as nobody should wait for ever. @throws Refused */
export async function readInbox(source: Source, actor: Actor, asked = 1): Promise<ReviewsView> {
  authorise(actor, "see");
  const waits = waitsForReviewBy(actor);
  const others = and(eq(operations.state, "in_review"), not(waits));
  const [mine, rest] = await Promise.all([total(source, waits), total(source, others)]);
  const page = Math.min(asked, Math.max(1, Math.ceil(mine / REVIEWS_ON_A_PAGE)));
  const [mineRows, restRows] = await Promise.all([
    lines(source, actor, waits, (page - 1) * REVIEWS_ON_A_PAGE),
    lines(source, actor, others, 0),
  ]);
  return {
    mayReview: actor.permissions.has("review"),
    mine: { rows: mineRows.map((line) => ({ ...line, why: null })), total: mine, page },
    others: { rows: restRows, total: rest },
  };
}

async function total({ records }: Source, where: SQL | undefined): Promise<number> {
  const [row] = await records.select({ count: count() }).from(operations).where(where);
  return row?.count ?? 0;
}

async function lines(
  { records }: Source,
  actor: Actor,
  where: SQL | undefined,
  offset: number,
): Promise<ReviewLine[]> {
  const rows = await records
    .select({
      id: operations.id,
      kind: operations.kind,
      plan: operations.plan,
      platform: platforms.name,
      database: databases.name,
      requesterId: operations.requestedBy,
      requestedBy: persons.name,
      reason: operations.reason,
      plannedAt: operations.plannedAt,
      createdAt: operations.createdAt,
      byException: sql<boolean>`${operations.exceptions} <> '[]'::jsonb`,
      reviewsNeeded: operations.reviewsNeeded,
      reviewsGiven: sql<number>`(SELECT count(DISTINCT reviewer_id)::int FROM reviews WHERE reviews.operation_id = ${operations.id}
        AND reviews.digest = ${operations.digest} AND reviews.round = ${operations.reviewRound}
        AND reviews.decision = 'approve' AND ${stillReviews()})`,
    })
    .from(operations)
    .innerJoin(platforms, eq(platforms.id, operations.platformId))
    .innerJoin(databases, eq(databases.id, operations.databaseId))
    .innerJoin(persons, eq(persons.id, operations.requestedBy))
    .where(where)
    .orderBy(asc(operations.createdAt), asc(operations.id))
    .limit(REVIEWS_ON_A_PAGE)
    .offset(offset);
  return rows.map(({ plan: stored, requesterId, plannedAt, createdAt, reviewsNeeded, ...row }) => {
    const plan = stored as OperationPlan;
    return {
      ...row,
      summary: plan.summary,
      tenant: plan.tenant.slug ?? plan.tenant.key,
      since: plannedAt ?? createdAt,
      irreversible: plan.effects.some((effect) => effect.reversibility === "irreversible"),
      warnings: plan.findings.filter((finding) => finding.severity === "warns").length,
      rows: plan.estimate.rows,
      reviewsNeeded: reviewsNeeded ?? 1,
      why: whyNotMine(actor, requesterId),
    };
  });
}

function whyNotMine(actor: Actor, requesterId: string): string {
  if (requesterId === actor.personId) return "You asked for it: another person reviews it.";
  if (!actor.permissions.has("review")) return "Your roles do not review.";
  return "You have reviewed it: it needs another person too.";
}
