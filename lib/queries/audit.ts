/** The audit trail, a page at a time by place and not by number: the millionth entry costs what the first does. */
import "server-only";
import { and, asc, desc, eq, gte, ilike, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import type { AuditPlace, AuditQuery } from "./audit-list.ts";
import { containing } from "./like.ts";
import { listPlatforms } from "./platform.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export const AUDIT_ON_A_PAGE = 50;
/** People whom a filter may mean; a text that fits more is too short to be one. */
const MEANT = 100;
const DAY_MS = 86_400_000;

export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actorName: string;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly operationId: string | null;
  /** Its name; null where the entry is about none. */
  readonly platform: string | null;
  readonly tenantKey: string | null;
  readonly data: unknown;
}

export interface AuditView {
  readonly rows: readonly AuditRow[];
  /** Where the older ones begin; null at the end. */
  readonly older: AuditPlace | null;
  /** For the filter. */
  readonly platforms: readonly string[];
}

/** The latest first; of one operation in the order in which it happened, which is its story. @throws Refused */
export async function listAudit(source: Source, actor: Actor, query: AuditQuery): Promise<AuditView> {
  authorise(actor, "see");
  const [where, names] = await Promise.all([auditConditions(source, query), listPlatforms(source)]);
  const order = query.operation === null ? "latest" : "earliest";
  const rows = await auditRows(source, where, order, query.before, AUDIT_ON_A_PAGE + 1);
  const shown = rows.slice(0, AUDIT_ON_A_PAGE);
  const last = shown.at(-1);
  return {
    rows: shown,
    older: rows.length > shown.length && last !== undefined ? { at: last.at, id: last.id } : null,
    platforms: names,
  };
}

/** Names are looked up first, so that every condition is on a column of the trail. */
export async function auditConditions({ records }: Source, query: AuditQuery): Promise<SQL | undefined> {
  const pattern = containing(query.who);
  const [actions, meant, named] = await Promise.all([
    query.action === null || query.action.includes(".") ? query.action : actionsAbout(records, query.action),
    query.who === ""
      ? []
      : records
          .select({ id: persons.id })
          .from(persons)
          .where(or(ilike(persons.name, pattern), ilike(persons.email, pattern)))
          .limit(MEANT),
    query.platform === null
      ? []
      : records.select({ id: platforms.id }).from(platforms).where(eq(platforms.name, query.platform)),
  ]);
  return and(
    query.who === ""
      ? undefined
      : or(
          eq(auditEntries.actorName, query.who),
          inArray(
            auditEntries.actorId,
            meant.map(({ id }) => id),
          ),
        ),
    actions === null
      ? undefined
      : typeof actions === "string"
        ? eq(auditEntries.action, actions)
        : inArray(auditEntries.action, actions),
    query.operation === null ? undefined : eq(auditEntries.operationId, query.operation),
    query.platform === null
      ? undefined
      : inArray(
          auditEntries.platformId,
          named.map(({ id }) => id),
        ),
    query.tenant === null ? undefined : eq(auditEntries.tenantKey, query.tenant),
    query.since === null ? undefined : gte(auditEntries.at, new Date(query.since)),
    query.until === null
      ? undefined
      : lt(auditEntries.at, new Date(new Date(query.until).getTime() + DAY_MS)),
  );
}

/**
 * The actions that there are about a topic: by these an index finds the entries of a topic that is rare, which a walk
 * through the whole trail would look for. Hops from one action to the next, so it costs a look-up for each.
 */
async function actionsAbout(records: Source["records"], topic: string): Promise<string[]> {
  const { rows } = await records.execute<{ action: string }>(sql`
    WITH RECURSIVE hop AS (
      SELECT min(${auditEntries.action}) AS action FROM ${auditEntries}
      UNION ALL
      SELECT (SELECT min(${auditEntries.action}) FROM ${auditEntries} WHERE ${auditEntries.action} > hop.action)
      FROM hop WHERE hop.action IS NOT NULL)
    SELECT action FROM hop WHERE starts_with(action, ${`${topic}.`})`);
  return rows.map(({ action }) => action);
}

/** Entries after a place in this order. */
export function auditRows(
  { records }: Source,
  where: SQL | undefined,
  order: "latest" | "earliest",
  from: AuditPlace | null,
  limit: number,
) {
  const { at, id } = auditEntries;
  const beyond = order === "latest" ? sql`<` : sql`>`;
  const inOrder = order === "latest" ? [desc(at), desc(id)] : [asc(at), asc(id)];
  return records
    .select({
      id,
      at,
      actorName: auditEntries.actorName,
      action: auditEntries.action,
      subjectType: auditEntries.subjectType,
      subjectId: auditEntries.subjectId,
      operationId: auditEntries.operationId,
      platform: platforms.name,
      tenantKey: auditEntries.tenantKey,
      data: auditEntries.data,
    })
    .from(auditEntries)
    .leftJoin(platforms, eq(platforms.id, auditEntries.platformId))
    .where(
      and(
        where,
        from === null
          ? undefined
          : sql`(${at}, ${id}) ${beyond} (${from.at.toISOString()}::timestamptz, ${from.id}::uuid)`,
      ),
    )
    .orderBy(...inOrder)
    .limit(limit);
}
