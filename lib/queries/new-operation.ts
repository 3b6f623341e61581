/** What a request form begins with: which operation, on what, and whether a review will be needed. */
import "server-only";
import { and, asc, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { rolesWith } from "../access/permissions.ts";
import type { TableDigest } from "../bundle/manifest.ts";
import type { SignatureState } from "../bundle/seal/envelope.ts";
import type { AnyOperation } from "../engine/operation.ts";
import type { OperationPlan } from "../engine/plan.ts";
import { decidePolicy, type PolicyVerdict } from "../engine/policy.ts";
import { readPolicy, readPolicyFor } from "../engine/read-policy.ts";
import { CLAIMING } from "../engine/states.ts";
import { isId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { databases } from "../records/schema/databases.ts";
import { drills } from "../records/schema/drills.ts";
import { type OperationState, operations } from "../records/schema/operations.ts";
import { platforms } from "../records/schema/platforms.ts";
import { type TenantState, tenants } from "../records/schema/tenants.ts";
import { readSignature } from "./bundle-signature.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { type DeletedBefore, deletedBefore } from "./deleted-before.ts";
import { authorise } from "./refused.ts";
import type { EngineSource, Source } from "./source.ts";

export interface NewOperationQuery {
  readonly kind: string | null;
  /** Ids of the records; a tenant by its key. */
  readonly database: string | null;
  readonly tenant: string | null;
  readonly bundle: string | null;
}

export interface KindChoice {
  readonly kind: string;
  readonly title: string;
  /** Null where this person may ask for it; else why not. */
  readonly unavailable: string | null;
  /** Whether a phrase has to be typed: it destroys, and is asked for with care. */
  readonly destroys: boolean;
}

export interface DatabaseChoice {
  readonly id: string;
  readonly name: string;
  readonly region: string | null;
  readonly platform: string;
}

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

export interface BundleSubject {
  readonly id: string;
  readonly name: string;
  readonly state: (typeof bundles.$inferSelect)["state"];
  readonly platformId: string | null;
  /** The database that it was exported from; null for one from elsewhere. */
  readonly databaseId: string | null;
  readonly tenant: {
    readonly key: string | null;
    readonly slug: string | null;
    readonly name: string | null;
    readonly domains: readonly string[];
  };
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly schemaVersion: string | null;
  /** Null before it was verified. */
  readonly signature: SignatureState["state"] | null;
}

export interface NewOperationView {
  readonly kinds: readonly KindChoice[];
  readonly platforms: readonly string[];
  /** Null before a kind is picked. */
  readonly picked: (KindChoice & { readonly review: PolicyVerdict }) | null;
  readonly tenant: TenantSubject | null;
  readonly bundle: BundleSubject | null;
  /** Where it can be done: those of the bundle's platform, or all. */
  readonly databases: readonly DatabaseChoice[];
  /** The one that the address names. */
  readonly database: string | null;
}

/** Null for a kind, tenant or bundle that is not there. @throws Refused */
export async function readNewOperation(
  source: EngineSource,
  actor: Actor,
  query: NewOperationQuery,
): Promise<NewOperationView | null> {
  authorise(actor, "see");
  const { registry } = source.engine;
  const operation = registry.all.find((each) => each.kind === query.kind);
  if (query.kind !== null && operation === undefined) return null;
  const [known, tenant, bundle] = await Promise.all([
    listDatabases(source),
    query.tenant === null || query.database === null
      ? null
      : findTenant(source, query.database, query.tenant),
    query.bundle === null ? null : findBundle(source, query.bundle),
  ]);
  if (query.tenant !== null && query.database !== null && tenant === null) return null;
  if (query.bundle !== null && bundle === null) return null;
  const fitting = known.filter((each) => bundle?.platformId == null || each.platformId === bundle.platformId);
  return {
    kinds: registry.all.map((each) => choiceOf(each, actor)),
    platforms: [...new Set(known.map((each) => each.platform))],
    picked:
      operation === undefined
        ? null
        : {
            ...choiceOf(operation, actor),
            review: await expectedReview(source, operation, subjectOf(fitting, query)),
          },
    tenant,
    bundle,
    databases: fitting.map(({ platformId: _, ...choice }) => choice),
    database: fitting.some((each) => each.id === query.database) ? query.database : null,
  };
}

/** Whom the policy is asked about, as far as the address says it. */
function subjectOf(
  known: readonly { readonly id: string; readonly platformId: string }[],
  query: NewOperationQuery,
) {
  const database = known.find((each) => each.id === query.database) ?? (known.length === 1 ? known[0] : null);
  return database == null ? null : { platformId: database.platformId, tenantKey: query.tenant };
}

function choiceOf({ kind, title, permission, phrase }: AnyOperation, actor: Actor): KindChoice {
  const may = actor.permissions.has(permission);
  const roles = rolesWith(permission).join(" or ");
  return {
    kind,
    title,
    unavailable: may ? null : `Your roles do not allow it: it takes ${roles}.`,
    destroys: phrase !== undefined,
  };
}

/** Before there is a plan only the policy can be asked; the plan may loosen it (one's own suspend) or tighten it. */
export async function expectedReview(
  { records }: Source,
  operation: AnyOperation,
  subject: { readonly platformId: string; readonly tenantKey: string | null } | null = null,
): Promise<PolicyVerdict> {
  const unplanned: Pick<OperationPlan, "effects" | "options"> = { effects: [], options: {} };
  const policy =
    subject === null
      ? await readPolicy(records)
      : (await readPolicyFor(records, { kind: operation.kind, ...subject })).policy;
  return decidePolicy(operation, {}, unplanned as OperationPlan, policy);
}

async function listDatabases({ records }: Source): Promise<(DatabaseChoice & { platformId: string })[]> {
  return records
    .select({
      id: databases.id,
      name: databases.name,
      region: databases.region,
      platform: platforms.name,
      platformId: platforms.id,
    })
    .from(databases)
    .innerJoin(platforms, eq(platforms.id, databases.platformId))
    .where(and(isNull(databases.removedAt), isNull(platforms.deregisteredAt)))
    .orderBy(asc(platforms.name), asc(databases.name));
}

async function findTenant(
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

async function findBundle({ records }: Source, id: string): Promise<BundleSubject | null> {
  if (!isId(id)) return null;
  const [found] = await records
    .select({ bundle: bundles, databaseId: operations.databaseId })
    .from(bundles)
    .leftJoin(operations, eq(operations.id, bundles.operationId))
    .where(eq(bundles.id, id));
  if (found === undefined) return null;
  const { bundle: row, databaseId } = found;
  const named = (row.manifest as { tenant?: { name?: string | null; domains?: string[] } } | null)?.tenant;
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    platformId: row.platformId,
    databaseId,
    tenant: {
      key: row.tenantKey,
      slug: row.tenantSlug,
      name: named?.name ?? null,
      domains: named?.domains ?? [],
    },
    rows: row.rows,
    bytes: row.bytes,
    schemaVersion: row.schemaVersion,
    signature: readSignature(row.signature)?.state ?? null,
  };
}
