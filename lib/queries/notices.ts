/** What a person should hear of, the latest first. */
import "server-only";
import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { databases } from "../records/schema/databases.ts";
import { notices } from "../records/schema/notices.ts";
import { type OperationState, operations } from "../records/schema/operations.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export interface NoticeView {
  readonly id: string;
  /** `review-wanted`, `outcome`, `broke-glass`. */
  readonly type: string;
  readonly at: Date;
  readonly readAt: Date | null;
  readonly operation: {
    readonly id: string;
    readonly kind: string;
    readonly state: OperationState;
    readonly tenant: string | null;
    readonly database: string;
  };
}

const SHOWN = 100;

/** @throws Refused */
export async function listNotices({ records }: Source, actor: Actor): Promise<readonly NoticeView[]> {
  authorise(actor, "see");
  return records
    .select({
      id: notices.id,
      type: notices.type,
      at: notices.createdAt,
      readAt: notices.readAt,
      operation: {
        id: operations.id,
        kind: operations.kind,
        state: operations.state,
        tenant: sql<string | null>`coalesce(${operations.tenantSlug}, ${operations.tenantKey})`,
        database: databases.name,
      },
    })
    .from(notices)
    .innerJoin(operations, eq(operations.id, notices.operationId))
    .innerJoin(databases, eq(databases.id, operations.databaseId))
    .where(and(eq(notices.personId, actor.personId), isNull(notices.dismissedAt)))
    .orderBy(desc(notices.createdAt), desc(notices.id))
    .limit(SHOWN);
}
