/** Bundles, a page at a time, each with how its schema stands to the databases of its platform. */
import "server-only";
import { and, asc, count, desc, eq, ilike, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { earlierFingerprints } from "../ledger/fingerprint.ts";
import { bundleFoundBy, bundles } from "../records/schema/bundles.ts";
import { databases } from "../records/schema/databases.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import { signingKeys } from "../records/schema/signing-keys.ts";
import { readManifest } from "./bundle-contents.ts";
import type { BundleListQuery, BundleOrigin, BundleSort, BundleState } from "./bundle-list.ts";
import { readSignature, type SignatureNow, signatureNow } from "./bundle-signature.ts";
import { containing, foundIn } from "./like.ts";
import { listPlatforms } from "./platform.ts";
import { authorise } from "./refused.ts";
import { type DatabaseFit, type LookedAt, schemaFits } from "./schema-fit.ts";
import type { Source } from "./source.ts";
import { readStoreFiles, type StoreFiles, UNKNOWN_FILE } from "./store-files.ts";

export const BUNDLES_ON_A_PAGE = 50;

export interface BundleRow {
  readonly id: string;
  readonly name: string;
  readonly state: BundleState;
  readonly origin: BundleOrigin;
  readonly platform: string | null;
  readonly tenantKey: string | null;
  readonly tenantSlug: string | null;
  readonly schemaVersion: string | null;
  readonly fits: readonly DatabaseFit[];
  readonly rows: number | null;
  readonly bytes: number | null;
  /** Null before it is verified. */
  readonly signature: SignatureNow | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export interface BundlesView {
  readonly rows: readonly BundleRow[];
  /** Of the list as filtered. */
  readonly total: number;
  /** Bytes of all that the list as filtered holds. */
  readonly totalBytes: number;
  readonly page: number;
  readonly platforms: readonly string[];
  /** Filtered by nothing. */
  readonly everything: number;
  readonly files: StoreFiles;
}

/** As the indexes have them: what has no size yet stays away from the largest, what never expires from the soonest. */
const ORDERS: Readonly<Record<"ascending" | "descending", Readonly<Record<BundleSort, SQL>>>> = {
  ascending: {
    made: asc(bundles.createdAt),
    rows: sql`${bundles.rows} ASC NULLS FIRST`,
    bytes: sql`${bundles.bytes} ASC NULLS FIRST`,
    expires: asc(bundles.expiresAt),
  },
  descending: {
    made: desc(bundles.createdAt),
    rows: sql`${bundles.rows} DESC NULLS LAST`,
    bytes: sql`${bundles.bytes} DESC NULLS LAST`,
    expires: desc(bundles.expiresAt),
  },
};

/** A page past the end is the last one. @throws Refused */
export async function listBundles(
  source: Source,
  actor: Actor,
  query: BundleListQuery,
): Promise<BundlesView> {
  authorise(actor, "see");
  const { records } = source;
  const where = await conditions(source, query);
  const [[all], [matching], known] = await Promise.all([
    records.select({ count: count() }).from(bundles),
    records
      .select({ count: count(), bytes: sql<string>`coalesce(sum(${bundles.bytes}), 0)` })
      .from(bundles)
      .where(where),
    listPlatforms(source),
  ]);
  const total = matching?.count ?? 0;
  const page = Math.min(query.page, Math.max(1, Math.ceil(total / BUNDLES_ON_A_PAGE)));
  const found = await bundleRowsQuery(source, query, where, (page - 1) * BUNDLES_ON_A_PAGE);
  const [homes, earlier, files, keys] = await Promise.all([
    databasesOf(
      source,
      found.flatMap(({ platformId }) => platformId ?? []),
    ),
    earlierOf(source, found),
    readStoreFiles(source),
    keysOf(source),
  ]);
  return {
    rows: found.map(({ platformId, fingerprint, signature, ...row }) => ({
      ...row,
      signature: signatureNow(readSignature(signature), keys.get(readSignature(signature)?.keyId ?? "")),
      fits: schemaFits(
        { fingerprint, earlier: earlier.get(fingerprint ?? "") ?? [] },
        platformId === null ? [] : (homes.get(platformId) ?? []),
      ),
    })),
    total,
    totalBytes: Number(matching?.bytes ?? 0),
    page,
    platforms: known,
    everything: all?.count ?? 0,
    files,
  };
}

/** The query of the page itself; exported so that a test can look at its plan. */
export function bundleRowsQuery(
  { records }: Source,
  query: BundleListQuery,
  where: SQL | undefined,
  offset: number,
) {
  const order = (query.descending ? ORDERS.descending : ORDERS.ascending)[query.sort];
  return records
    .select({
      id: bundles.id,
      name: bundles.name,
      state: bundles.state,
      origin: bundles.origin,
      platformId: bundles.platformId,
      platform: platforms.name,
      tenantKey: bundles.tenantKey,
      tenantSlug: bundles.tenantSlug,
      schemaVersion: bundles.schemaVersion,
      fingerprint: bundles.fingerprint,
      rows: bundles.rows,
      bytes: bundles.bytes,
      signature: bundles.signature,
      createdBy: persons.name,
      createdAt: bundles.createdAt,
      expiresAt: bundles.expiresAt,
    })
    .from(bundles)
    .leftJoin(platforms, eq(platforms.id, bundles.platformId))
    .leftJoin(persons, eq(persons.id, bundles.createdBy))
    .where(where)
    .orderBy(order, query.descending ? desc(bundles.id) : asc(bundles.id))
    .limit(BUNDLES_ON_A_PAGE)
    .offset(offset);
}

async function conditions({ records }: Source, query: BundleListQuery): Promise<SQL | undefined> {
  const pattern = containing(query.text);
  const named =
    query.platform === null
      ? null
      : await records
          .select({ id: platforms.id })
          .from(platforms)
          .where(and(eq(platforms.name, query.platform), isNull(platforms.deregisteredAt)));
  return and(
    query.state === null ? undefined : eq(bundles.state, query.state),
    query.origin === null ? undefined : eq(bundles.origin, query.origin),
    query.files === null ? undefined : UNKNOWN_FILE,
    named === null
      ? undefined
      : inArray(
          bundles.platformId,
          named.map(({ id }) => id),
        ),
    query.text === ""
      ? undefined
      : foundIn(
          bundleFoundBy(bundles),
          query.text,
          or(
            ilike(bundles.tenantSlug, pattern),
            ilike(bundles.name, pattern),
            eq(bundles.tenantKey, query.text),
          ),
        ),
  );
}

/** All keys that the console knows: a handful. */
async function keysOf({ records }: Source): Promise<ReadonlyMap<string, { readonly trusted: boolean }>> {
  const rows = await records
    .select({ keyId: signingKeys.keyId, trusted: signingKeys.trusted })
    .from(signingKeys);
  return new Map(rows.map(({ keyId, trusted }) => [keyId, { trusted }]));
}

/** What the bundles' ledgers were before, by fingerprint: read once for all bundles that have the same. */
async function earlierOf(
  { records }: Source,
  rows: readonly { readonly id: string; readonly fingerprint: string | null }[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const one = new Map(rows.map(({ id, fingerprint }) => [fingerprint, id]));
  one.delete(null);
  const found = await records
    .select({ fingerprint: bundles.fingerprint, manifest: bundles.manifest })
    .from(bundles)
    .where(inArray(bundles.id, [...one.values()]));
  return new Map(
    found.map(({ fingerprint, manifest }) => [
      fingerprint!,
      earlierFingerprints(readManifest(manifest)?.schema.applied ?? []),
    ]),
  );
}

/** The registered databases of these platforms, by platform and name. */
export async function databasesOf(
  { records }: Source,
  platformIds: readonly string[],
): Promise<ReadonlyMap<string, readonly LookedAt[]>> {
  const rows = await records
    .select({
      platformId: databases.platformId,
      id: databases.id,
      name: databases.name,
      health: databases.health,
      healthAt: databases.healthAt,
    })
    .from(databases)
    .where(and(inArray(databases.platformId, [...new Set(platformIds)]), isNull(databases.removedAt)))
    .orderBy(databases.name);
  return Map.groupBy(rows, ({ platformId }) => platformId);
}
