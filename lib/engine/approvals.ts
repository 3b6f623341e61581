/** Which approvals count: of exactly this digest, not too old, by others than the requester, who still may review. */
import { and, eq, ne, sql } from "drizzle-orm";
import type { RecordsSession } from "../records/client.ts";
import { breakGlass } from "../records/schema/break-glass.ts";
import { reviews } from "../records/schema/reviews.ts";
import type { OperationRow } from "./engine.ts";
import { permissionsNow } from "./people.ts";
import type { Policy } from "./policy-schema.ts";

export interface Approvals {
  readonly count: number;
  /** Reviewers whose approval of this digest counts no more. */
  readonly revoked: readonly string[];
  /** Approvals that the policy takes for too old by now. */
  readonly stale: number;
  /** Somebody who still may has broken glass for this digest. */
  readonly glassBroken: boolean;
}

export async function readApprovals(
  session: RecordsSession,
  row: Pick<OperationRow, "id" | "requestedBy" | "digest" | "reviewRound">,
  { reviewDays }: Pick<Policy, "reviewDays">,
): Promise<Approvals> {
  const all = await session
    .select({
      reviewerId: reviews.reviewerId,
      fresh: sql<boolean>`${reviews.createdAt} > now() - make_interval(secs => ${reviewDays * 86_400})`,
    })
    .from(reviews)
    .where(
      and(
        eq(reviews.operationId, row.id),
        eq(reviews.decision, "approve"),
        eq(reviews.digest, row.digest ?? ""),
        eq(reviews.round, row.reviewRound),
        ne(reviews.reviewerId, row.requestedBy),
      ),
    );
  const given = all.filter(({ fresh }) => fresh);
  const revoked: string[] = [];
  for (const { reviewerId } of given)
    if (!(await permissionsNow(session, reviewerId)).has("review")) revoked.push(reviewerId);
  return {
    count: given.length - revoked.length,
    revoked,
    stale: all.length - given.length,
    glassBroken: await isGlassBroken(session, row),
  };
}

async function isGlassBroken(
  session: RecordsSession,
  row: Pick<OperationRow, "id" | "digest">,
): Promise<boolean> {
  const [broken] = await session
    .select({ personId: breakGlass.personId })
    .from(breakGlass)
    .where(and(eq(breakGlass.operationId, row.id), eq(breakGlass.digest, row.digest ?? "")));
  return broken !== undefined && (await permissionsNow(session, broken.personId)).has("break-glass");
}
