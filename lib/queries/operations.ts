/** Operations, the latest first, a page at a time. */
import "server-only";
import { and, count, desc, eq, gt, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import type { OperationProgress } from "../engine/progress.ts";
import { databases } from "../records/schema/databases.ts";
import { type OperationState, operations } from "../records/schema/operations.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import { glassBroken } from "./glass-broken.ts";
import { type OperationListQuery, SINCE, statesOf } from "./operation-list.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export const OPERATIONS_ON_A_PAGE = 50;

export interface OperationListRow {
  readonly id: string;
  readonly kind: string;
  readonly state: OperationState;
  readonly platform: string;
  readonly database: string;
  readonly tenantKey: string | null;
  readonly tenantSlug: string | null;
  readonly requestedBy: string;
  readonly reason: string | null;
  readonly mine: boolean;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly progress: OperationProgress | null;
  /** A reviewer's part was skipped. */
  readonly glassBroken: boolean;
  /** The policy has it otherwise, by exception. */
  readonly byException: boolean;
}

export interface OperationsView {
  readonly rows: readonly OperationListRow[];
  /** Of the list as filtered. */
  readonly total: number;
  readonly page: number;
  /** What the list can be narrowed to. */
  readonly platforms: readonly string[];
  /** Whether there is any operation at all. */
  readonly anything: boolean;
}

/** A page past the end is the last one. @throws Refused */
export async function listOperations(
  source: Source,
  actor: Actor,
  query: OperationListQuery,
  now = new Date(),
): Promise<OperationsView> {
  authorise(actor, "see");
  const { records } = source;
  const where = await conditions(source, actor, query, now);
  const [[matching], known, [any]] = await Promise.all([
    records.select({ count: count() }).from(operations).where(where),
    records
      .select({ name: platforms.name })
      .from(platforms)
      .where(isNull(platforms.deregisteredAt))
      .orderBy(platforms.name),
    records.select({ id: operations.id }).from(operations).limit(1),
  ]);
  const total = matching?.count ?? 0;
  const page = Math.min(query.page, Math.max(1, Math.ceil(total / OPERATIONS_ON_A_PAGE)));
  const rows = await operationRowsQuery(source, where, (page - 1) * OPERATIONS_ON_A_PAGE);
  return {
    rows: rows.map(({ requesterId, progress, ...row }) => ({
      ...row,
      mine: requesterId === actor.personId,
      progress: progress as OperationProgress | null,
    })),
    total,
    page,
    platforms: known.map((row) => row.name),
    anything: any !== undefined,
  };
}

/** The query of the page itself; exported so that a test can look at its plan. */
export function operationRowsQuery({ records }: Source, where: SQL | undefined, offset: number) {
  // The page's ids first, from an index alone: what stands on the pages before is not joined to be thrown away.
  const page = records
    .select({ id: operations.id })
    .from(operations)
    .where(where)
    // The id breaks ties, so that no operation is on two pages.
    .orderBy(desc(operations.createdAt), desc(operations.id))
    .limit(OPERATIONS_ON_A_PAGE)
    .offset(offset);
  return records
    .select({
      id: operations.id,
      kind: operations.kind,
      state: operations.state,
      platform: platforms.name,
      database: databases.name,
      tenantKey: operations.tenantKey,
      tenantSlug: operations.tenantSlug,
      requesterId: operations.requestedBy,
      requestedBy: persons.name,
      reason: operations.reason,
      createdAt: operations.createdAt,
      startedAt: operations.startedAt,
      endedAt: operations.endedAt,
      progress: operations.progress,
      byException: sql<boolean>`${operations.exceptions} <> '[]'::jsonb`,
      glassBroken: glassBroken(),
    })
    .from(operations)
    .innerJoin(platforms, eq(platforms.id, operations.platformId))
    .innerJoin(databases, eq(databases.id, operations.databaseId))
    .innerJoin(persons, eq(persons.id, operations.requestedBy))
    .where(inArray(operations.id, page))
    .orderBy(desc(operations.createdAt), desc(operations.id));
}

/** Names are looked up first, so that the list's own conditions are on columns that its indexes have. */
async function conditions(
  { records }: Source,
  actor: Actor,
  query: OperationListQuery,
  now: Date,
): Promise<SQL | undefined> {
  const states = statesOf(query.state);
  const named =
    query.platform === null
      ? null
      : records
          .select({ id: platforms.id })
          .from(platforms)
          .where(and(eq(platforms.name, query.platform), isNull(platforms.deregisteredAt)));
  const homes =
    query.database === null
      ? null
      : (
          await records
            .select({ id: databases.id })
            .from(databases)
            .where(
              and(
                eq(databases.name, query.database),
                named === null ? undefined : inArray(databases.platformId, named),
              ),
            )
        ).map((row) => row.id);
  const platformIds = named === null ? null : (await named).map((row) => row.id);
  return and(
    states === null ? undefined : inArray(operations.state, [...states]),
    query.kind === null ? undefined : eq(operations.kind, query.kind),
    platformIds === null ? undefined : inArray(operations.platformId, platformIds),
    homes === null ? undefined : inArray(operations.databaseId, homes),
    query.tenant === null ? undefined : eq(operations.tenantKey, query.tenant),
    query.mine ? eq(operations.requestedBy, actor.personId) : undefined,
    query.since === null
      ? undefined
      : gt(operations.createdAt, new Date(now.getTime() - SINCE[query.since] * 86_400_000)),
  );
}
