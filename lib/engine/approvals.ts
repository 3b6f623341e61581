/** Which approvals count: of exactly this digest, by others than the requester, who still may review. */
import { and, eq, ne } from "drizzle-orm";
import type { RecordsSession } from "../records/client.ts";
import { breakGlass } from "../records/schema/break-glass.ts";
import { reviews } from "../records/schema/reviews.ts";
import type { OperationRow } from "./engine.ts";
import { permissionsNow } from "./people.ts";

export interface Approvals {
  readonly count: number;
  /** Reviewers whose approval of this digest counts no more. */
  readonly revoked: readonly string[];
  /** Somebody who still may has broken glass for this digest. */
  readonly glassBroken: boolean;
}

export async function readApprovals(
  session: RecordsSession,
  row: Pick<OperationRow, "id" | "requestedBy" | "digest">,
): Promise<Approvals> {
  const given = await session
    .selectDistinct({ reviewerId: reviews.reviewerId })
    .from(reviews)
    .where(
      and(
        eq(reviews.operationId, row.id),
        eq(reviews.decision, "approve"),
        eq(reviews.digest, row.digest ?? ""),
        ne(reviews.reviewerId, row.requestedBy),
      ),
    );
  const revoked: string[] = [];
  for (const { reviewerId } of given)
    if (!(await permissionsNow(session, reviewerId)).has("review")) revoked.push(reviewerId);
  return {
    count: given.length - revoked.length,
    revoked,
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
