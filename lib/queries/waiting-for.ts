import "server-only";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { operations } from "../records/schema/operations.ts";
import { reviews } from "../records/schema/reviews.ts";

/**
 * The operations that wait for this person's review: in review, not requested by this person, and their present
 * plan not decided on by this person yet. Nothing for who may not review.
 *
 * The decision is looked up row by row, by its index: of NOT EXISTS the planner makes a hash of all reviews ever given.
 */
export function waitsForReviewBy(actor: Actor): SQL {
  if (!actor.permissions.has("review")) return sql`false`;
  return and(
    eq(operations.state, "in_review"),
    sql`${operations.requestedBy} <> ${actor.personId}`,
    sql`(SELECT 1 FROM ${reviews} WHERE ${reviews.operationId} = ${operations.id}
      AND ${reviews.reviewerId} = ${actor.personId} AND ${reviews.digest} = ${operations.digest}
      AND ${reviews.round} = ${operations.reviewRound} LIMIT 1) IS NULL`,
  ) as SQL;
}
