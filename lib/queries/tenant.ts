/** One tenant: what the census last saw of it, its life so far, its bundles, what is under way. */
import "server-only";
import { and, asc, count, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { CLAIMING } from "../engine/states.ts";
import { type BUNDLE_STATES, bundles } from "../records/schema/bundles.ts";
import { databases } from "../records/schema/databases.ts";
import { type OperationState, operations } from "../records/schema/operations.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import { type KnownFence, type KnownTraffic, type TenantState, tenants } from "../records/schema/tenants.ts";
import { glassBroken } from "./glass-broken.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";
import { readTenantEnd, type TenantEnd } from "./tenant-end.ts";

export interface TenantOperation {
  readonly id: string;
  readonly kind: string;
  readonly state: OperationState;
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** It went past its reviewers. */
  readonly glassBroken: boolean;
}

export interface TenantBundle {
  readonly id: string;
  readonly state: (typeof BUNDLE_STATES)[number];
  readonly origin: "export" | "upload";
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly schemaVersion: string | null;
  readonly createdAt: Date;
  readonly verifiedAt: Date | null;
  readonly expiresAt: Date | null;
}

export interface TenantTable {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
}

export interface TenantView {
  readonly platform: string;
  readonly database: { readonly id: string; readonly name: string; readonly region: string | null };
  /** Databases of the platform in which a tenant of this key is, where there is more than this one. */
  readonly elsewhere: readonly string[];
  readonly key: string;
  readonly slug: string | null;
  readonly name: string | null;
  readonly domains: readonly string[];
  readonly state: TenantState;
  readonly platformState: string | null;
  /** As it was last looked at; null where there is none. */
  readonly fence: KnownFence | null;
  /** What was written in spite of it; null where nobody has looked since. */
  readonly traffic: KnownTraffic | null;
  readonly goneAt: Date | null;
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly sizedAt: Date | null;
  /** By size; empty before the first census. */
  readonly tables: readonly TenantTable[];
  /** The latest first. */
  readonly operations: readonly TenantOperation[];
  readonly operationsTotal: number;
  /** The one that claims the tenant now. */
  readonly active: TenantOperation | null;
  readonly bundles: readonly TenantBundle[];
  readonly bundlesTotal: number;
  /** Holds, finalizers, and what is left of it once it was deleted. */
  readonly end: TenantEnd;
}

/** Entries of each list on the page; the rest is a link away. */
const SHOWN = 20;

/**
 * A tenant by its key; where several databases hold one, the one named, or else the one that the census still sees.
 * Null where there is none. @throws Refused
 */
export async function readTenant(
  source: Source,
  actor: Actor,
  at: { readonly platform: string; readonly key: string; readonly database?: string },
): Promise<TenantView | null> {
  authorise(actor, "see");
  const found = await source.records
    .select({ tenant: tenants, platform: platforms.name, database: databases })
    .from(tenants)
    .innerJoin(platforms, and(eq(platforms.id, tenants.platformId), isNull(platforms.deregisteredAt)))
    .innerJoin(databases, eq(databases.id, tenants.databaseId))
    .where(and(eq(platforms.name, at.platform), eq(tenants.key, at.key)))
    .orderBy(sql`${tenants.goneAt} DESC NULLS FIRST`, asc(databases.name));
  const row = at.database === undefined ? found[0] : found.find((one) => one.database.name === at.database);
  if (row === undefined) return null;
  const { tenant, platform, database } = row;
  const [life, held, end] = await Promise.all([
    readLife(source, tenant),
    readBundles(source, tenant),
    readTenantEnd(source, tenant),
  ]);
  return {
    platform,
    database: { id: database.id, name: database.name, region: database.region },
    elsewhere: found.filter((one) => one !== row).map((one) => one.database.name),
    key: tenant.key,
    slug: tenant.slug,
    name: tenant.name,
    domains: tenant.domains,
    state: tenant.state,
    platformState: tenant.platformState,
    fence: tenant.fence,
    traffic: tenant.traffic,
    goneAt: tenant.goneAt,
    rows: tenant.rows,
    bytes: tenant.bytes,
    sizedAt: tenant.sizedAt,
    tables: (tenant.tables ?? []).toSorted(
      (a, b) => b.bytes - a.bytes || b.rows - a.rows || (a.table < b.table ? -1 : 1),
    ),
    ...life,
    ...held,
    end,
  };
}

type Row = typeof tenants.$inferSelect;

async function readLife({ records }: Source, tenant: Row) {
  const mine = and(eq(operations.databaseId, tenant.databaseId), eq(operations.tenantKey, tenant.key));
  const columns = {
    id: operations.id,
    kind: operations.kind,
    state: operations.state,
    requestedBy: persons.name,
    createdAt: operations.createdAt,
    startedAt: operations.startedAt,
    endedAt: operations.endedAt,
    glassBroken: glassBroken(),
  };
  const [latest, [total], [active]] = await Promise.all([
    records
      .select(columns)
      .from(operations)
      .innerJoin(persons, eq(persons.id, operations.requestedBy))
      .where(mine)
      .orderBy(desc(operations.createdAt), desc(operations.id))
      .limit(SHOWN),
    records.select({ count: count() }).from(operations).where(mine),
    records
      .select(columns)
      .from(operations)
      .innerJoin(persons, eq(persons.id, operations.requestedBy))
      .where(
        and(
          eq(operations.databaseId, tenant.databaseId),
          eq(operations.claim, `key:${tenant.key}`),
          inArray(operations.state, [...CLAIMING]),
        ),
      ),
  ]);
  return { operations: latest, operationsTotal: total?.count ?? 0, active: active ?? null };
}

async function readBundles({ records }: Source, tenant: Row) {
  const mine = and(eq(bundles.platformId, tenant.platformId), eq(bundles.tenantKey, tenant.key));
  const [latest, [total]] = await Promise.all([
    records
      .select({
        id: bundles.id,
        state: bundles.state,
        origin: bundles.origin,
        rows: bundles.rows,
        bytes: bundles.bytes,
        schemaVersion: bundles.schemaVersion,
        createdAt: bundles.createdAt,
        verifiedAt: bundles.verifiedAt,
        expiresAt: bundles.expiresAt,
      })
      .from(bundles)
      .where(mine)
      .orderBy(desc(bundles.createdAt), desc(bundles.id))
      .limit(SHOWN),
    records.select({ count: count() }).from(bundles).where(mine),
  ]);
  return { bundles: latest, bundlesTotal: total?.count ?? 0 };
}
