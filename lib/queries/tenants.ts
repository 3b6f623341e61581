/** A platform's tenants, a page at a time; sizes are the census's, nothing is counted for a page view. */
import "server-only";
import {
  and,
  asc,
  count,
  desc,
  eq,
  gte,
  ilike,
  inArray,
  isNotNull,
  isNull,
  lt,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { Actor } from "../access/actor.ts";
import { CLAIMING } from "../engine/states.ts";
import { bundles } from "../records/schema/bundles.ts";
import { databases } from "../records/schema/databases.ts";
import { type OperationState, operations } from "../records/schema/operations.ts";
import { type TenantState, tenants } from "../records/schema/tenants.ts";
import { containing } from "./like.ts";
import { type DatabaseRef, findPlatform, listDatabases, type PlatformRef } from "./platform.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";
import { TENANT_SIZES, type TenantListQuery, type TenantSort } from "./tenant-list.ts";

export const TENANTS_ON_A_PAGE = 50;

export interface TenantRow {
  readonly id: string;
  readonly key: string;
  readonly slug: string | null;
  readonly name: string | null;
  readonly state: TenantState;
  readonly gone: boolean;
  readonly database: string;
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly sizedAt: Date | null;
  /** The latest bundle whose file was verified. */
  readonly backup: { readonly id: string; readonly at: Date } | null;
  /** What is under way for it. */
  readonly operation: { readonly id: string; readonly kind: string; readonly state: OperationState } | null;
}

export interface TenantsView {
  readonly platform: PlatformRef;
  readonly databases: readonly DatabaseRef[];
  readonly rows: readonly TenantRow[];
  /** Of the list as filtered. */
  readonly total: number;
  readonly page: number;
  /** Of the platform, filtered by nothing. */
  readonly everything: number;
}

const SORT_COLUMNS: Readonly<Record<TenantSort, AnyPgColumn>> = {
  slug: tenants.slug,
  name: tenants.name,
  state: tenants.state,
  database: databases.name,
  rows: tenants.rows,
  bytes: tenants.bytes,
  sized: tenants.sizedAt,
};

/** Null where there is no such platform. A page past the end is the last one. @throws Refused */
export async function listTenants(
  source: Source,
  actor: Actor,
  platformName: string,
  query: TenantListQuery,
): Promise<TenantsView | null> {
  authorise(actor, "see");
  const platform = await findPlatform(source, platformName);
  if (platform === null) return null;
  const { records } = source;
  const where = conditions(platform.id, query);
  const [known, [all], [matching]] = await Promise.all([
    listDatabases(source, platform.id),
    records.select({ count: count() }).from(tenants).where(conditions(platform.id, null)),
    records
      .select({ count: count() })
      .from(tenants)
      .innerJoin(databases, eq(databases.id, tenants.databaseId))
      .where(where),
  ]);
  const total = matching?.count ?? 0;
  const page = Math.min(query.page, Math.max(1, Math.ceil(total / TENANTS_ON_A_PAGE)));
  const rows = await tenantRows(source, query, where, (page - 1) * TENANTS_ON_A_PAGE);
  return { platform, databases: known, rows, total, page, everything: all?.count ?? 0 };
}

function conditions(platformId: string, query: TenantListQuery | null): SQL | undefined {
  const size = query?.size == null ? null : TENANT_SIZES[query.size];
  const pattern = containing(query?.text ?? "");
  return and(
    eq(tenants.platformId, platformId),
    query?.state === "gone" ? isNotNull(tenants.goneAt) : isNull(tenants.goneAt),
    query?.state == null || query.state === "gone" ? undefined : eq(tenants.state, query.state),
    query?.database == null ? undefined : eq(databases.name, query.database),
    size === null || size.from !== null ? undefined : isNull(tenants.bytes),
    size?.from == null ? undefined : gte(tenants.bytes, size.from),
    size?.below == null ? undefined : lt(tenants.bytes, size.below),
    query === null || query.text === ""
      ? undefined
      : or(
          ilike(tenants.slug, pattern),
          ilike(tenants.name, pattern),
          ilike(sql`${tenants.domains}::text`, pattern),
          eq(tenants.key, query.text),
        ),
  );
}

/** The query of the page itself; exported so that a test can look at its plan. */
export function tenantRowsQuery(
  { records }: Source,
  query: TenantListQuery,
  where: SQL | undefined,
  offset: number,
) {
  const direction = query.descending ? desc : asc;
  // Unknown sizes and names come last in both directions; the id breaks ties, so that no row is on two pages.
  const order = query.descending
    ? [sql`${SORT_COLUMNS[query.sort]} DESC NULLS LAST`, direction(tenants.id)]
    : [asc(SORT_COLUMNS[query.sort]), direction(tenants.id)];
  return records
    .select({ tenant: tenants, database: databases.name })
    .from(tenants)
    .innerJoin(databases, eq(databases.id, tenants.databaseId))
    .where(where)
    .orderBy(...order)
    .limit(TENANTS_ON_A_PAGE)
    .offset(offset);
}

async function tenantRows(
  source: Source,
  query: TenantListQuery,
  where: SQL | undefined,
  offset: number,
): Promise<TenantRow[]> {
  const found = await tenantRowsQuery(source, query, where, offset);
  if (found.length === 0) return [];
  const platformId = found[0]!.tenant.platformId;
  const keys = found.map((row) => row.tenant.key);
  const [backups, active] = await Promise.all([
    source.records
      .selectDistinctOn([bundles.tenantKey], {
        key: bundles.tenantKey,
        id: bundles.id,
        at: bundles.verifiedAt,
      })
      .from(bundles)
      .where(
        and(
          eq(bundles.platformId, platformId),
          inArray(bundles.tenantKey, keys),
          eq(bundles.state, "ready"),
          isNotNull(bundles.verifiedAt),
        ),
      )
      .orderBy(bundles.tenantKey, desc(bundles.createdAt)),
    source.records
      .select({
        databaseId: operations.databaseId,
        claim: operations.claim,
        id: operations.id,
        kind: operations.kind,
        state: operations.state,
      })
      .from(operations)
      .where(
        and(
          inArray(operations.databaseId, [...new Set(found.map((row) => row.tenant.databaseId))]),
          inArray(
            operations.claim,
            keys.map((key) => `key:${key}`),
          ),
          inArray(operations.state, [...CLAIMING]),
        ),
      ),
  ]);
  return found.map(({ tenant, database }) => {
    const backup = backups.find((bundle) => bundle.key === tenant.key);
    const operation = active.find(
      (row) => row.databaseId === tenant.databaseId && row.claim === `key:${tenant.key}`,
    );
    return {
      id: tenant.id,
      key: tenant.key,
      slug: tenant.slug,
      name: tenant.name,
      state: tenant.state,
      gone: tenant.goneAt !== null,
      database,
      rows: tenant.rows,
      bytes: tenant.bytes,
      sizedAt: tenant.sizedAt,
      backup: backup?.at == null ? null : { id: backup.id, at: backup.at },
      operation:
        operation === undefined ? null : { id: operation.id, kind: operation.kind, state: operation.state },
    };
  });
}
