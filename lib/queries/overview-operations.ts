/** The operations that need somebody: reviews, one's own drafts, runs and how they move, what ended badly. */
import "server-only";
import { and, count, desc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { type Liveness, livenessOf } from "../engine/liveness.ts";
import type { OperationProgress } from "../engine/progress.ts";
import { breakGlass } from "../records/schema/break-glass.ts";
import { databases } from "../records/schema/databases.ts";
import { notices } from "../records/schema/notices.ts";
import { operationEvents } from "../records/schema/operation-events.ts";
import { type OperationState, operations } from "../records/schema/operations.ts";
import { persons } from "../records/schema/persons.ts";
import { settings } from "../records/schema/settings.ts";
import { glassBroken } from "./glass-broken.ts";
import { A_FEW, type Some } from "./some.ts";
import type { Source } from "./source.ts";
import { waitsForReviewBy } from "./waiting-for.ts";

export interface OperationLine {
  readonly id: string;
  readonly kind: string;
  readonly state: OperationState;
  readonly tenant: string | null;
  readonly database: string;
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  /** It went past its reviewers. */
  readonly glassBroken: boolean;
}

export interface RunLine extends OperationLine {
  readonly startedAt: Date | null;
  readonly progress: OperationProgress | null;
  readonly liveness: Liveness;
}

export interface OperationNews {
  /** Wait for this person's review, the oldest first. */
  readonly reviews: Some<OperationLine>;
  /** Requested by this person, and waiting for this person: drafts not sent on. */
  readonly mine: Some<OperationLine>;
  /** Queued, running or paused. */
  readonly runs: Some<RunLine>;
  /** Unknown, or failed within a week with nothing tried since. */
  readonly unsettled: Some<OperationLine>;
  /** Went past the reviewers, and nobody has written the note yet; for those who may. The longest due first. */
  readonly notesDue: Some<OperationLine & { readonly noteDueAt: Date }>;
  /** Outcomes that this person has not looked at. */
  readonly heard: Some<OperationLine & { readonly noticeId: string }>;
}

const WEEK_MS = 7 * 86_400_000;

const COLUMNS = {
  id: operations.id,
  kind: operations.kind,
  state: operations.state,
  tenant: sql<string | null>`coalesce(${operations.tenantSlug}, ${operations.tenantKey})`,
  database: databases.name,
  requestedBy: persons.name,
  createdAt: operations.createdAt,
  endedAt: operations.endedAt,
  glassBroken: glassBroken(),
};

export async function readOperationNews(source: Source, actor: Actor, now: Date): Promise<OperationNews> {
  const draft = and(eq(operations.state, "planned"), eq(operations.requestedBy, actor.personId));
  const [reviews, mine, runs, unsettled, notesDue, heard] = await Promise.all([
    someOf(source, waitsForReviewBy(actor), operations.createdAt),
    someOf(source, draft, operations.createdAt),
    readRuns(source, now),
    someOf(source, unsettledSince(new Date(now.getTime() - WEEK_MS)), desc(operations.createdAt)),
    readNotesDue(source, actor),
    readHeard(source, actor),
  ]);
  return { reviews, mine, runs, unsettled, notesDue, heard };
}

type Order = SQL | typeof operations.createdAt;

async function someOf(
  { records }: Source,
  where: SQL | undefined,
  order: Order,
): Promise<Some<OperationLine>> {
  const [entries, [all]] = await Promise.all([
    records
      .select(COLUMNS)
      .from(operations)
      .innerJoin(databases, eq(databases.id, operations.databaseId))
      .innerJoin(persons, eq(persons.id, operations.requestedBy))
      .where(where)
      .orderBy(order, operations.id)
      .limit(A_FEW),
    records.select({ count: count() }).from(operations).where(where),
  ]);
  return { entries, total: all?.count ?? 0 };
}

/** A failure that somebody has tried again since, by whatever operation of the same kind, is settled. */
function unsettledSince(since: Date): SQL {
  return sql`(${operations.state} = 'unknown' OR (${operations.state} = 'failed' AND ${operations.createdAt} > ${since.toISOString()}
    AND NOT EXISTS (SELECT FROM operations AS later WHERE later.database_id = ${operations.databaseId}
      AND later.tenant_key = ${operations.tenantKey} AND later.kind = ${operations.kind}
      AND later.created_at > ${operations.createdAt})))`;
}

async function readRuns({ records }: Source, now: Date): Promise<Some<RunLine>> {
  const where = inArray(operations.state, ["queued", "running", "paused"]);
  const [rows, [all], [brake]] = await Promise.all([
    records
      .select({
        ...COLUMNS,
        startedAt: operations.startedAt,
        heartbeatAt: operations.heartbeatAt,
        progress: operations.progress,
        lastEventAt: lastEvent(sql`true`),
        progressAt: lastEvent(sql`${operationEvents.type} = 'progress'`),
      })
      .from(operations)
      .innerJoin(databases, eq(databases.id, operations.databaseId))
      .innerJoin(persons, eq(persons.id, operations.requestedBy))
      .where(where)
      .orderBy(operations.createdAt, operations.id)
      .limit(A_FEW),
    records.select({ count: count() }).from(operations).where(where),
    records
      .select({ on: sql<boolean>`${settings.value} ->> 'on' = 'true'` })
      .from(settings)
      .where(eq(settings.name, "brake")),
  ]);
  const entries = rows.map(({ heartbeatAt, lastEventAt, progressAt, ...row }) => {
    const progress = row.progress as OperationProgress | null;
    const liveness = livenessOf(
      {
        state: row.state,
        lastEventAt: lastEventAt === null ? row.createdAt : new Date(lastEventAt),
        heartbeatAt,
        progressAt: progressAt === null ? null : new Date(progressAt),
        throttle: progress?.throttle ?? null,
        holding: `tenant ${row.tenant ?? "to be"} in ${row.database}`,
        brake: brake?.on ?? false,
      },
      now,
    );
    return { ...row, progress, liveness };
  });
  return { entries, total: all?.count ?? 0 };
}

/** The moment of a run's last event of a sort; walks the index of a run's events from its end. */
function lastEvent(sort: SQL) {
  return sql<string | null>`(SELECT ${operationEvents.at} FROM ${operationEvents}
    WHERE ${operationEvents.operationId} = ${operations.id} AND ${sort} ORDER BY ${operationEvents.id} DESC LIMIT 1)`;
}

async function readNotesDue({ records }: Source, actor: Actor): Promise<OperationNews["notesDue"]> {
  if (!actor.permissions.has("break-glass")) return { entries: [], total: 0 };
  const [entries, total] = await Promise.all([
    records
      .select({ ...COLUMNS, noteDueAt: breakGlass.noteDueAt })
      .from(breakGlass)
      .innerJoin(operations, eq(operations.id, breakGlass.operationId))
      .innerJoin(databases, eq(databases.id, operations.databaseId))
      .innerJoin(persons, eq(persons.id, operations.requestedBy))
      .where(isNull(breakGlass.note))
      .orderBy(breakGlass.noteDueAt, operations.id)
      .limit(A_FEW),
    records.$count(breakGlass, isNull(breakGlass.note)),
  ]);
  return { entries, total };
}

async function readHeard({ records }: Source, actor: Actor): Promise<OperationNews["heard"]> {
  const where = and(
    eq(notices.personId, actor.personId),
    isNull(notices.readAt),
    sql`${notices.type} <> 'review-wanted'`,
  );
  const [entries, [all]] = await Promise.all([
    records
      .select({ ...COLUMNS, noticeId: notices.id })
      .from(notices)
      .innerJoin(operations, eq(operations.id, notices.operationId))
      .innerJoin(databases, eq(databases.id, operations.databaseId))
      .innerJoin(persons, eq(persons.id, operations.requestedBy))
      .where(where)
      .orderBy(desc(notices.createdAt), notices.id)
      .limit(A_FEW),
    records.select({ count: count() }).from(notices).where(where),
  ]);
  return { entries, total: all?.count ?? 0 };
}
