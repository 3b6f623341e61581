/** One bundle: what is in the file, how it was proved, where it came from, what was made of it, who fetched it. */
import "server-only";
import { count, desc, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import { earlierFingerprints } from "../ledger/fingerprint.ts";
import type { Retention } from "../operations/bundles/retention.ts";
import { isId } from "../records/id.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { bundles, downloadLinks, downloads } from "../records/schema/bundles.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import { type BundleComparison, readComparisonsOf } from "./bundle-comparisons.ts";
import { type BundleTable, bundleTables, readManifest, readSeal } from "./bundle-contents.ts";
import { type BundleDrill, readDrills } from "./bundle-drills.ts";
import { type BundleImport, readAncestor, readImports } from "./bundle-imports.ts";
import type { BundleOrigin, BundleState } from "./bundle-list.ts";
import { type BundleTombstone, readBundleTombstones } from "./bundle-tombstones.ts";
import { type BundleSignature, signatureOf } from "./bundle-trust.ts";
import { databasesOf } from "./bundles.ts";
import { authorise } from "./refused.ts";
import { type DatabaseFit, schemaFits } from "./schema-fit.ts";
import { A_FEW, type Some } from "./some.ts";
import type { Source } from "./source.ts";

export interface BundleDownload {
  readonly id: string;
  readonly person: string;
  /** Null for what was fetched before downloads had one. */
  readonly reason: string | null;
  readonly state: "begun" | "complete" | "aborted";
  readonly bytesSent: number;
  /** Whether a part of the file was asked for: a resumed download. */
  readonly partial: boolean;
  /** Of a customer package; null where the file itself was fetched. */
  readonly package: "csv" | "jsonl" | null;
  readonly beganAt: Date;
}

export interface BundleEvent {
  readonly id: string;
  /** `bundle.file-missing` and the like. */
  readonly action: string;
  readonly by: string;
  readonly at: Date;
}

export interface BundleUpgrade {
  readonly from: string | null;
  readonly migrations: number;
  /** Migrations that somebody decided about: version and what was done. */
  readonly decided: readonly string[];
  readonly at: Date;
}

export interface BundleView {
  readonly id: string;
  readonly name: string;
  readonly state: BundleState;
  readonly origin: BundleOrigin;
  readonly platform: string | null;
  readonly tenantKey: string | null;
  readonly tenantSlug: string | null;
  readonly tenantName: string | null;
  readonly domains: readonly string[];
  readonly schemaVersion: string | null;
  readonly fingerprint: string | null;
  readonly fits: readonly DatabaseFit[];
  readonly rows: number | null;
  readonly bytes: number | null;
  /** Of the rows as they stand in the file, before compression. */
  readonly unpackedBytes: number | null;
  readonly sha256: string | null;
  /** Null where the file opens without a key. */
  readonly encrypted: {
    /** age public keys, the platform's first; null where it was encrypted elsewhere and nobody knows. */
    readonly recipients: readonly string[] | null;
  } | null;
  readonly sealedAt: Date | null;
  /** As of when its rows are; of an upgraded bundle, where the tenant lived. */
  readonly takenAt: Date | null;
  /** The upgrades that its rows have been through, the oldest first. */
  readonly upgrades: readonly BundleUpgrade[];
  /** The bundle that an upgrade of this console made it of; null where there is none, or it is not known here. */
  readonly upgradedFrom: { readonly id: string; readonly name: string } | null;
  readonly postgres: string | null;
  readonly signature: BundleSignature | null;
  readonly findings: readonly Finding[];
  readonly operationId: string | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly verifiedAt: Date | null;
  /** Somebody wants it verified since then, and a worker has not answered yet. */
  readonly verifyWantedAt: Date | null;
  readonly retention: Retention | null;
  readonly expiresAt: Date | null;
  /** Null where nothing holds it. */
  readonly hold: { readonly at: Date; readonly by: string | null; readonly reason: string } | null;
  /** Deletes that rest on it, and those of its tenant that it could undo. */
  readonly tombstones: readonly BundleTombstone[];
  readonly tables: readonly BundleTable[];
  /** Pretty, as people read it; null where there is none. */
  readonly manifest: string | null;
  readonly drills: Some<BundleDrill>;
  readonly imports: Some<BundleImport>;
  readonly comparisons: Some<BundleComparison>;
  readonly downloads: Some<BundleDownload>;
  readonly history: readonly BundleEvent[];
}

const holders = alias(persons, "holders");

/** Null where there is no such bundle. @throws Refused */
export async function readBundle(source: Source, actor: Actor, id: string): Promise<BundleView | null> {
  authorise(actor, "see");
  if (!isId(id)) return null;
  const [found] = await source.records
    .select({ bundle: bundles, platform: platforms.name, createdBy: persons.name, heldBy: holders.name })
    .from(bundles)
    .leftJoin(holders, eq(holders.id, bundles.heldBy))
    .leftJoin(platforms, eq(platforms.id, bundles.platformId))
    .leftJoin(persons, eq(persons.id, bundles.createdBy))
    .where(eq(bundles.id, id));
  if (found === undefined) return null;
  const { bundle, platform, createdBy, heldBy } = found;
  const { platformId } = bundle;
  const [homes, drilled, imports, compared, fetched, history, signature, ancestor, stones] =
    await Promise.all([
      databasesOf(source, platformId === null ? [] : [platformId]),
      readDrills(source, id),
      readImports(source, id),
      readComparisonsOf(source, id),
      readDownloads(source, id),
      readHistory(source, id),
      signatureOf(source, bundle),
      readAncestor(source, bundle.operationId),
      readBundleTombstones(source, bundle),
    ]);
  const manifest = readManifest(bundle.manifest);
  const seal = readSeal(bundle.seal);
  return {
    id,
    name: bundle.name,
    state: bundle.state,
    origin: bundle.origin,
    platform,
    tenantKey: bundle.tenantKey,
    tenantSlug: bundle.tenantSlug,
    tenantName: manifest?.tenant.name ?? null,
    domains: manifest?.tenant.domains ?? [],
    schemaVersion: bundle.schemaVersion,
    fingerprint: bundle.fingerprint,
    fits: schemaFits(
      { fingerprint: bundle.fingerprint, earlier: earlierFingerprints(manifest?.schema.applied ?? []) },
      platformId === null ? [] : (homes.get(platformId) ?? []),
    ),
    rows: bundle.rows,
    bytes: bundle.bytes,
    unpackedBytes: seal?.totals.bytes ?? null,
    sha256: bundle.sha256,
    encrypted: bundle.encrypted ? { recipients: bundle.recipients } : null,
    sealedAt: seal === null ? null : new Date(seal.finishedAt),
    takenAt:
      manifest === null ? null : new Date(manifest.ancestry?.[0]?.bundle.takenAt ?? manifest.source.takenAt),
    upgrades: (manifest?.ancestry ?? []).map(({ bundle: { schema }, migrations, at }) => ({
      from: schema.version,
      migrations: migrations.length,
      decided: migrations
        .filter(({ how }) => how !== "applied")
        .map(({ version, how }) => `${version} ${how}`),
      at: new Date(at),
    })),
    upgradedFrom: ancestor,
    postgres: manifest?.postgres.version ?? null,
    signature,
    findings: bundle.findings as readonly Finding[],
    operationId: bundle.operationId,
    createdBy,
    createdAt: bundle.createdAt,
    verifiedAt: bundle.verifiedAt,
    verifyWantedAt: bundle.verifyWantedAt,
    retention: bundle.retention,
    expiresAt: bundle.expiresAt,
    hold: bundle.heldAt === null ? null : { at: bundle.heldAt, by: heldBy, reason: bundle.holdReason ?? "" },
    tombstones: stones,
    tables: manifest === null ? [] : bundleTables(manifest, seal),
    manifest: manifest === null ? null : JSON.stringify(manifest, null, 2),
    drills: drilled,
    imports,
    comparisons: compared,
    downloads: fetched,
    history,
  };
}

async function readDownloads({ records }: Source, id: string): Promise<Some<BundleDownload>> {
  const [entries, [all]] = await Promise.all([
    records
      .select({
        id: downloads.id,
        person: persons.name,
        reason: downloadLinks.reason,
        state: downloads.state,
        bytesSent: downloads.bytesSent,
        package: downloads.package,
        partial: sql<boolean>`${downloads.package} IS NULL AND (${downloads.rangeStart} > 0 OR ${downloads.rangeEnd} < ${bundles.bytes} - 1)`,
        beganAt: downloads.beganAt,
      })
      .from(downloads)
      .innerJoin(persons, eq(persons.id, downloads.personId))
      .innerJoin(bundles, eq(bundles.id, downloads.bundleId))
      .leftJoin(downloadLinks, eq(downloadLinks.id, downloads.linkId))
      .where(eq(downloads.bundleId, id))
      .orderBy(desc(downloads.beganAt), desc(downloads.id))
      .limit(A_FEW),
    records.select({ count: count() }).from(downloads).where(eq(downloads.bundleId, id)),
  ]);
  return { entries, total: all?.count ?? 0 };
}

const DOWNLOAD_ENTRIES = sql`${auditEntries.action} NOT LIKE 'bundle.download%'`;

/** What happened to the file itself; downloads have a list of their own. */
async function readHistory({ records }: Source, id: string): Promise<BundleEvent[]> {
  return records
    .select({
      id: auditEntries.id,
      action: auditEntries.action,
      by: auditEntries.actorName,
      at: auditEntries.at,
    })
    .from(auditEntries)
    .where(
      sql`${auditEntries.subjectType} = 'bundle' AND ${auditEntries.subjectId} = ${id} AND ${DOWNLOAD_ENTRIES}`,
    )
    .orderBy(desc(auditEntries.at), desc(auditEntries.id))
    .limit(A_FEW);
}
