/** Every query function of the read side, called as pages call it, by its name: a test sees one that is missing. */

import { eq } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import type { OperationRow } from "../../engine/engine.ts";
import type { Console } from "../../operations/console.ts";
import { tenants } from "../../records/schema/tenants.ts";
import { auditConditions, auditRows, listAudit } from "../audit.ts";
import { readAuditList } from "../audit-list.ts";
import { readBundle } from "../bundle.ts";
import { readComparisonChoices, readComparisonsOf } from "../bundle-comparisons.ts";
import { readBundleDownload } from "../bundle-download.ts";
import { readDrills } from "../bundle-drills.ts";
import { readAncestor, readImports } from "../bundle-imports.ts";
import { readBundleList } from "../bundle-list.ts";
import { readBundleRows } from "../bundle-rows.ts";
import { readBundleRowsQuery } from "../bundle-rows-list.ts";
import { readBundleTombstones } from "../bundle-tombstones.ts";
import { signatureOf } from "../bundle-trust.ts";
import { bundleRowsQuery, databasesOf, listBundles } from "../bundles.ts";
import { readCertificateFile, readCertificateView } from "../certificate.ts";
import { readComparison } from "../comparison.ts";
import { databaseChoices } from "../database-choices.ts";
import { deletedBefore } from "../deleted-before.ts";
import { readEffectChoices } from "../effect-choices.ts";
import { listEncryptionKeys } from "../encryption-keys.ts";
import { readFileVersions } from "../file-versions.ts";
import { readFrame } from "../frame.ts";
import { readMeasuredClasses, readMeasuredMigration, readMeasuring } from "../measured-migrations.ts";
import { readMigrationEffect } from "../migration-effect.ts";
import { readMigration, readMigrations } from "../migrations.ts";
import { readModel } from "../model.ts";
import { readModelGraph } from "../model-graph.ts";
import { readModelSource } from "../model-source.ts";
import { expectedReview, readNewOperation } from "../new-operation.ts";
import { bundleSubject } from "../new-operation-bundle.ts";
import { tenantSubject } from "../new-operation-tenant.ts";
import { listNotices } from "../notices.ts";
import { readOperationView } from "../operation.ts";
import { readEventLines, readEventLinesAfter } from "../operation-events.ts";
import { readOperationList } from "../operation-list.ts";
import { readLive } from "../operation-live.ts";
import { isListed, readBundleLinks, readGlass, readReviews } from "../operation-parts.ts";
import { listOperations, operationRowsQuery } from "../operations.ts";
import { readOverview } from "../overview.ts";
import { readBundleNews } from "../overview-bundles.ts";
import { readCoverageNews } from "../overview-coverage.ts";
import { readDeletedNews } from "../overview-deleted.ts";
import { readDrillNews } from "../overview-drills.ts";
import { readOperationNews } from "../overview-operations.ts";
import { readPalette } from "../palette.ts";
import { listPeople } from "../people.ts";
import { findPlatform, listDatabases, listPlatforms } from "../platform.ts";
import { readPlatformFiles, readPlatformFileText } from "../platform-file.ts";
import { readPlatform } from "../platform-health.ts";
import { listPlatformRows } from "../platforms.ts";
import { readPolicies } from "../policies.ts";
import { exceptionsById, listExceptions } from "../policy-exceptions.ts";
import { readReferenceCards } from "../reference-cards.ts";
import { readRegisteredDatabase, readRegisteredPlatform } from "../registration.ts";
import { readReviewView } from "../review.ts";
import { readInbox } from "../reviews.ts";
import { readSchemaVersions } from "../schema-versions.ts";
import { listKeys, readPublicKey } from "../signing-keys.ts";
import { readStoreFiles } from "../store-files.ts";
import { readTenant } from "../tenant.ts";
import { readCompanions } from "../tenant-companions.ts";
import { readTenantEnd } from "../tenant-end.ts";
import { readTenantList } from "../tenant-list.ts";
import { listTenants, tenantConditions, tenantRowsQuery } from "../tenants.ts";
import { readUploads } from "../uploads.ts";
import { listWebhooks } from "../webhooks.ts";
import { AUDIT_SEARCHES, BUNDLE_SEARCHES, OPERATION_SEARCHES, TENANT_SEARCHES } from "./searches.ts";
import { exportOf, firstOfStream } from "./streamed.ts";

export interface Subject {
  readonly console: Console;
  /** May do everything. */
  readonly actor: Actor;
  readonly platform: string;
  readonly platformId: string;
  readonly databaseId: string;
  /** One tenant among many, by key. */
  readonly tenantKey: string;
  /** One among many, and the real one that waits for its review. */
  readonly operation: OperationRow;
  readonly inReview: OperationRow;
  readonly bundleId: string;
  readonly uploadId: string;
  readonly comparisonId: string;
}

type Call = () => PromiseLike<unknown>;

/** Each with the calls that differ in what they ask of the records. */
export function everyQuery(subject: Subject): Readonly<Record<string, readonly Call[]>> {
  const { console, actor, platform, platformId, databaseId, tenantKey, operation, inReview } = subject;
  const { bundleId, uploadId, comparisonId } = subject;
  const now = new Date();
  const at = { at: now, id: operation.id };
  const audit = AUDIT_SEARCHES(operation.id, platform, tenantKey).map(readAuditList);
  return {
    auditConditions: audit.map((query) => () => auditConditions(console, query)),
    auditRows: [() => auditRows(console, undefined, "latest", at, 50)],
    listAudit: audit.map((query) => () => listAudit(console, actor, query)),
    exportAudit: audit.map((query) => () => exportOf(console, actor, query)),
    readBundleDownload: [
      () =>
        readBundleDownload(
          console,
          { actor, signedInAt: now.getTime() },
          { id: bundleId, link: operation.id },
        ),
    ],
    readStoreFiles: [() => readStoreFiles(console)],
    signatureOf: [
      () => signatureOf(console, { signature: { state: "trusted", keyId: "k" }, arrivedSignature: null }),
    ],
    readBundle: [() => readBundle(console, actor, bundleId)],
    readComparison: [
      () => readComparison(console, actor, comparisonId, { table: null }),
      () => readComparison(console, actor, comparisonId, { table: "public.tickets" }),
    ],
    readComparisonsOf: [() => readComparisonsOf(console, bundleId)],
    readComparisonChoices: [() => readComparisonChoices(console, actor, bundleId)],
    readMigrationEffect: [
      () => readMigrationEffect(console, actor, comparisonId, { table: null }),
      () => readMigrationEffect(console, actor, comparisonId, { table: "public.tickets" }),
    ],
    readEffectChoices: [() => readEffectChoices(console, actor, platform, "20250303080000")],
    readDrills: [() => readDrills(console, bundleId)],
    readImports: [() => readImports(console, bundleId)],
    readAncestor: [() => readAncestor(console, bundleId)],
    readBundleTombstones: [
      () => readBundleTombstones(console, { id: bundleId, platformId, tenantKey }),
      () => readBundleTombstones(console, { id: bundleId, platformId: null, tenantKey: null }),
    ],
    deletedBefore: [() => deletedBefore(console, databaseId, tenantKey)],
    readBundleRows: [() => readBundleRows(console, actor, bundleId, readBundleRowsQuery({}))],
    bundleRowsQuery: [() => bundleRowsQuery(console, readBundleList({}), undefined, 0)],
    databasesOf: [() => databasesOf(console, [platformId])],
    listBundles: BUNDLE_SEARCHES(platform).map(
      (search) => () => listBundles(console, actor, readBundleList(search)),
    ),
    readFileVersions: [() => readFileVersions(console, actor, platform, { from: null, to: null })],
    readFrame: [() => readFrame(console, actor)],
    readMigrations: [() => readMigrations(console, actor, platform)],
    readMigration: [() => readMigration(console, actor, platform, "20230206090000")],
    readModel: [() => readModel(console, actor, platform, null)],
    readModelGraph: [() => readModelGraph(console, actor, platform, null)],
    readModelSource: [() => readModelSource(console, actor, platform, null, async () => null)],
    readNewOperation: [
      () => readNewOperation(console, actor, { kind: null, database: null, tenant: null, bundle: null }),
      () =>
        readNewOperation(console, actor, {
          kind: "export",
          database: databaseId,
          tenant: tenantKey,
          bundle: null,
        }),
      () =>
        readNewOperation(console, actor, { kind: "import", database: null, tenant: null, bundle: bundleId }),
    ],
    databaseChoices: [() => databaseChoices(console)],
    tenantSubject: [() => tenantSubject(console, databaseId, tenantKey)],
    bundleSubject: [() => bundleSubject(console, bundleId)],
    expectedReview: console.engine.registry.all.map(
      (kind) => () => expectedReview(console, kind, { platformId, tenantKey }),
    ),
    readMeasuring: [() => readMeasuring(console, actor, platform)],
    readMeasuredMigration: [() => readMeasuredMigration(console, actor, platform, "20230206090000")],
    readMeasuredClasses: [() => readMeasuredClasses(console, actor, platform)],
    readSchemaVersions: [() => readSchemaVersions(console, actor, platform, { from: "", to: null })],
    listNotices: [() => listNotices(console, actor)],
    readEventLines: [() => readEventLines(console, operation.id)],
    readEventLinesAfter: [() => readEventLinesAfter(console, operation.id, 3)],
    readLive: [() => readLive(console, operation.id), () => readLive(console, inReview.id)],
    readReviews: [() => readReviews(console, operation)],
    readGlass: [() => readGlass(console, operation.id)],
    readBundleLinks: [() => readBundleLinks(console, operation)],
    isListed: [() => isListed(console, operation)],
    streamOperation: [() => firstOfStream(console, operation.id)],
    readOperationView: [operation, inReview].map(
      ({ id }) =>
        () =>
          readOperationView(console, actor, id),
    ),
    listOperations: OPERATION_SEARCHES(platform, tenantKey).map(
      (search) => () => listOperations(console, actor, readOperationList(search)),
    ),
    operationRowsQuery: [() => operationRowsQuery(console, undefined, 0)],
    readOverview: [() => readOverview(console, actor)],
    readBundleNews: [() => readBundleNews(console, now)],
    readDrillNews: [() => readDrillNews(console)],
    readDeletedNews: [() => readDeletedNews(console), () => readDeletedNews(console, platformId)],
    readCertificateView: [() => readCertificateView(console, actor, operation.id)],
    readCertificateFile: [() => readCertificateFile(console, actor, operation.id)],
    readCoverageNews: [() => readCoverageNews(console)],
    readOperationNews: [() => readOperationNews(console, actor, now)],
    readPalette: [
      () => readPalette(console, actor, "tenant-007"),
      () => readPalette(console, actor, operation.id.slice(0, 23)),
      () => readPalette(console, actor, operation.tenantSlug!),
    ],
    listPeople: [() => listPeople(console, actor)],
    findPlatform: [() => findPlatform(console, platform)],
    listPlatforms: [() => listPlatforms(console)],
    listDatabases: [() => listDatabases(console, platformId)],
    readPlatformFiles: [() => readPlatformFiles(console, actor, platform)],
    readPlatformFileText: [() => readPlatformFileText(console, actor, platform, null)],
    readPlatform: [() => readPlatform(console, actor, platform)],
    listPlatformRows: [() => listPlatformRows(console, actor)],
    readPolicies: [() => readPolicies(console, actor)],
    listExceptions: [() => listExceptions(console)],
    exceptionsById: [() => exceptionsById(console, [operation.id])],
    readReferenceCards: [() => readReferenceCards(console, actor, platform, { database: null, page: 1 })],
    readRegisteredPlatform: [() => readRegisteredPlatform(console, actor, platform)],
    readRegisteredDatabase: [() => readRegisteredDatabase(console, actor, platform, "eu-1")],
    readReviewView: [() => readReviewView(console, actor, inReview.id)],
    readInbox: [() => readInbox(console, actor)],
    listKeys: [() => listKeys(console, actor)],
    listEncryptionKeys: [() => listEncryptionKeys(console, actor)],
    readPublicKey: [() => readPublicKey(console, actor, "no such key")],
    readCompanions: [() => readCompanions(console, [{ platformId, databaseId, key: tenantKey }])],
    readTenantEnd: [
      async () => {
        const [tenant] = await console.records
          .select()
          .from(tenants)
          .where(eq(tenants.key, tenantKey))
          .limit(1);
        return readTenantEnd(console, tenant!);
      },
    ],
    readTenant: [() => readTenant(console, actor, { platform, key: tenantKey })],
    listTenants: TENANT_SEARCHES.map(
      (search) => () => listTenants(console, actor, platform, readTenantList(search)),
    ),
    tenantRowsQuery: [
      () => tenantRowsQuery(console, readTenantList({}), tenantConditions(platformId, [], null), 0),
    ],
    readUploads: [() => readUploads(console, actor, { upload: uploadId })],
    listWebhooks: [() => listWebhooks(console, actor)],
  };
}
