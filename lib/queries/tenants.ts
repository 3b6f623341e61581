/** A platform's tenants, a page at a time; sizes are the census's, nothing is counted for a page view. */
import "server-only";
import {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  gte,
  ilike,
  isNotNull,
  isNull,
  lt,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { Actor } from "../access/actor.ts";
import { databases } from "../records/schema/databases.ts";
import { type TenantState, tenantFoundBy, tenants } from "../records/schema/tenants.ts";
import { containing, foundIn } from "./like.ts";
import { type DatabaseRef, findPlatform, listDatabases, type PlatformRef } from "./platform.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";
import { readCompanions, type UnderWay, type VerifiedBackup } from "./tenant-companions.ts";
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
  readonly backup: VerifiedBackup | null;
  /** What is under way for it. */
  readonly operation: UnderWay | null;
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
  bytes: tenants.bytes,
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
  const known = await listDatabases(source, platform.id);
  const where = tenantConditions(platform.id, known, query);
  const [[all], [matching]] = await Promise.all([
    records
      .select({ count: count() })
      .from(tenants)
      .where(tenantConditions(platform.id, known, null)),
    records.select({ count: count() }).from(tenants).where(where),
  ]);
  const total = matching?.count ?? 0;
  const page = Math.min(query.page, Math.max(1, Math.ceil(total / TENANTS_ON_A_PAGE)));
  const rows = await tenantRows(source, query, where, (page - 1) * TENANTS_ON_A_PAGE);
  return { platform, databases: known, rows, total, page, everything: all?.count ?? 0 };
}

/** A database's name is looked up first, so that every condition is on a column of the tenants. */
export function tenantConditions(
  platformId: string,
  known: readonly DatabaseRef[],
  query: TenantListQuery | null,
): SQL | undefined {
  const home = known.find(({ name }) => name === query?.database);
  const size = query?.size == null ? null : TENANT_SIZES[query.size];
  const pattern = containing(query?.text ?? "");
  return and(
    eq(tenants.platformId, platformId),
    query?.state === "gone" ? isNotNull(tenants.goneAt) : isNull(tenants.goneAt),
    query?.state == null || query.state === "gone" ? undefined : eq(tenants.state, query.state),
    query?.database == null ? undefined : home === undefined ? sql`false` : eq(tenants.databaseId, home.id),
    size === null || size.from !== null ? undefined : isNull(tenants.bytes),
    size?.from == null ? undefined : gte(tenants.bytes, size.from),
    size?.below == null ? undefined : lt(tenants.bytes, size.below),
    query === null || query.text === ""
      ? undefined
      : foundIn(
          tenantFoundBy(tenants),
          query.text,
          or(
            ilike(tenants.slug, pattern),
            ilike(tenants.name, pattern),
            ilike(sql`${tenants.domains}::text`, pattern),
            eq(tenants.key, query.text),
          ),
        ),
  );
}

/** Per-table sizes and domains are for a tenant's own page. */
const { tables: _tables, domains: _domains, ...LISTED } = getTableColumns(tenants);

/** The query of the page itself; exported so that a test can look at its plan. */
export function tenantRowsQuery(
  { records }: Source,
  query: TenantListQuery,
  where: SQL | undefined,
  offset: number,
) {
  const column = SORT_COLUMNS[query.sort];
  // As the indexes have them: names without one come last, sizes not measured yet stay away from the largest.
  const order = {
    slug: query.descending ? desc(column) : asc(column),
    name: query.descending ? desc(column) : asc(column),
    bytes: query.descending ? sql`${column} DESC NULLS LAST` : sql`${column} ASC NULLS FIRST`,
  }[query.sort];
  // The id breaks ties, so that no row is on two pages.
  const tieBreak = query.descending ? desc(tenants.id) : asc(tenants.id);
  return records
    .select({ tenant: LISTED, database: databases.name })
    .from(tenants)
    .innerJoin(databases, eq(databases.id, tenants.databaseId))
    .where(where)
    .orderBy(order, tieBreak)
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
  const { backups, active } = await readCompanions(
    source,
    found.map((row) => row.tenant),
  );
  return found.map(({ tenant, database }) => ({
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
    backup: backups.get(tenant.key) ?? null,
    operation: active.get(`${tenant.databaseId} ${tenant.key}`) ?? null,
  }));
}
