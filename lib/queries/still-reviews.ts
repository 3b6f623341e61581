import "server-only";
import { sql } from "drizzle-orm";
import { rolesWith } from "../access/permissions.ts";
import { reviews } from "../records/schema/reviews.ts";

/** A column beside a review: whether who gave it may still review. An approval of somebody else lets nothing run. */
export function stillReviews() {
  return sql<boolean>`EXISTS (SELECT FROM persons p JOIN role_grants g ON g.person_id = p.id
    WHERE p.id = ${reviews.reviewerId} AND p.disabled_at IS NULL AND g.role IN ${[...rolesWith("review")]})`;
}
