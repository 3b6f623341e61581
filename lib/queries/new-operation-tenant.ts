/** The tenant that a request form is about, with the bundles that it has. Its caller authorises. */
import "server-only";
import { and, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { TableDigest } from "../bundle/manifest.ts";
import { CLAIMING } from "../engine/states.ts";
import { isId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { databases } from "../records/schema/databases.ts";
import { drills } from "../records/schema/drills.ts";
import { type OperationState, operations } from "../records/schema/operations.ts";
import { platforms } from "../records/schema/platforms.ts";
import { type TenantState, tenants } from "../records/schema/tenants.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import type { DatabaseChoice } from "./database-choices.ts";
import { type DeletedBefore, deletedBefore } from "./deleted-before.ts";
import type { Source } from "./source.ts";

export interface TenantSubject {
  readonly key: string;
  readonly slug: string | null;
  readonly name: string | null;
  readonly state: TenantState;
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly sizedAt: Date | null;
  readonly database: DatabaseChoice;
  readonly coverage: Coverage;
  /** What has the tenant now: a second operation waits for its end. */
  readonly active: { readonly id: string; readonly kind: string; readonly state: OperationState } | null;
  /** Of one that was deleted and is there again; null for all others. */
  readonly deletedBefore: DeletedBefore | null;
  /** Its bundles that are whole, the latest first; the last few. */
  readonly bundles: readonly BundleChoice[];
}

export interface BundleChoice {
  readonly id: string;
  readonly name: string;
  /** The tenant's own, which a plan counts too; common rows come along beside them. Null where nobody has verified it. */
  readonly rows: number | null;
  readonly commonRows: number | null;
  readonly createdAt: Date;
  /** When a drill of it passed last. */
  readonly drilledAt: Date | null;
}

/** Null where the census has not seen it. */
export async function tenantSubject(
  { records }: Source,
  databaseId: string,
  key: string,
): Promise<TenantSubject | null> {
  if (!isId(databaseId)) return null;
  const [row] = await records
    .select({ tenant: tenants, database: databases, platform: platforms.name })
    .from(tenants)
    .innerJoin(databases, and(eq(databases.id, tenants.databaseId), isNull(databases.removedAt)))
    .innerJoin(platforms, eq(platforms.id, tenants.platformId))
    .where(and(eq(tenants.databaseId, databaseId), eq(tenants.key, key)));
  if (row === undefined) return null;
  const [active] = await records
    .select({ id: operations.id, kind: operations.kind, state: operations.state })
    .from(operations)
    .where(
      and(
        eq(operations.databaseId, databaseId),
        eq(operations.claim, `key:${key}`),
        inArray(operations.state, [...CLAIMING]),
      ),
    );
  const { tenant, database, platform } = row;
  return {
    key: tenant.key,
    slug: tenant.slug,
    name: tenant.name,
    state: tenant.state,
    rows: tenant.rows,
    bytes: tenant.bytes,
    sizedAt: tenant.sizedAt,
    database: { id: database.id, name: database.name, region: database.region, platform },
    coverage: coverageOf(database.health),
    active: active ?? null,
    deletedBefore: tenant.goneAt === null ? await deletedBefore({ records }, databaseId, key) : null,
    bundles: await bundlesOf(records, tenant),
  };
}

const SHOWN_BUNDLES = 20;

async function bundlesOf(
  records: Source["records"],
  { platformId, key }: Pick<typeof tenants.$inferSelect, "platformId" | "key">,
): Promise<BundleChoice[]> {
  // Names are written out: in a SELECT of one table drizzle leaves the table away, and both have an id.
  const drilledAt = sql<Date | null>`(SELECT max(drills.created_at) FROM drills
    WHERE drills.bundle_id = bundles.id AND drills.passed)`.mapWith(drills.createdAt);
  return records
    .select({
      id: bundles.id,
      name: bundles.name,
      rows: sealedRows("data"),
      commonRows: sealedRows("reference"),
      createdAt: bundles.createdAt,
      drilledAt,
    })
    .from(bundles)
    .where(and(eq(bundles.platformId, platformId), eq(bundles.tenantKey, key), eq(bundles.state, "ready")))
    .orderBy(desc(bundles.createdAt), desc(bundles.id))
    .limit(SHOWN_BUNDLES);
}

/** Null before there is a seal. */
function sealedRows(section: TableDigest["section"]) {
  return sql<
    number | null
  >`CASE WHEN bundles.seal -> 'tables' IS NOT NULL THEN coalesce((SELECT sum((digest ->> 'rows')::bigint)
    FROM jsonb_array_elements(bundles.seal -> 'tables') digest WHERE digest ->> 'section' = ${section}), 0) END`.mapWith(
    Number,
  );
}
