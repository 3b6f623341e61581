/** What a person should hear of, the latest first. */
import "server-only";
import { and, desc, eq, isNull } from "drizzle-orm";
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
  const rows = await records
    .select({ notice: notices, operation: operations, database: databases.name })
    .from(notices)
    .innerJoin(operations, eq(operations.id, notices.operationId))
    .innerJoin(databases, eq(databases.id, operations.databaseId))
    .where(and(eq(notices.personId, actor.personId), isNull(notices.dismissedAt)))
    .orderBy(desc(notices.createdAt), desc(notices.id))
    .limit(SHOWN);
  return rows.map(({ notice, operation, database }) => ({
    id: notice.id,
    type: notice.type,
    at: notice.createdAt,
    readAt: notice.readAt,
    operation: {
      id: operation.id,
      kind: operation.kind,
      state: operation.state,
      tenant: operation.tenantSlug ?? operation.tenantKey,
      database,
    },
  }));
}
