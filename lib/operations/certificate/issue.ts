/** Issues the certificate of a delete that is over, from what the records hold of it. */
import { and, asc, count, eq, inArray, isNotNull } from "drizzle-orm";
import { type Certificate, writeCertificate } from "../../bundle/certificate.ts";
import type { StepContext } from "../../engine/contexts.ts";
import type { OperationPlan } from "../../engine/plan.ts";
import type { RecordsTransaction } from "../../records/client.ts";
import { recordsNow } from "../../records/clock.ts";
import { newId } from "../../records/id.ts";
import { breakGlass } from "../../records/schema/break-glass.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { drills } from "../../records/schema/drills.ts";
import { operations } from "../../records/schema/operations.ts";
import { persons } from "../../records/schema/persons.ts";
import { reviews } from "../../records/schema/reviews.ts";
import { erasureCertificates } from "../../records/schema/tombstones.ts";
import type { EmptinessProof } from "../../rows/delete/prove-empty.ts";
import type { Tombstone } from "../tombstones/tombstones.ts";

/** Written once: a second call gives the first one's. */
export async function issueCertificate(
  tx: RecordsTransaction,
  context: Pick<StepContext, "signer" | "platform" | "operationId">,
  tombstone: Tombstone,
): Promise<{ readonly certificateId: string }> {
  const [there] = await tx
    .select({ id: erasureCertificates.id })
    .from(erasureCertificates)
    .where(eq(erasureCertificates.operationId, context.operationId));
  if (there !== undefined) return { certificateId: there.id };
  const id = newId();
  const { signer } = context;
  const certificate = await certificateOf(tx, context, tombstone, id);
  await tx.insert(erasureCertificates).values({
    id,
    operationId: context.operationId,
    tombstoneId: tombstone.id,
    envelope: writeCertificate(certificate, (await signer?.privateKey()) ?? undefined),
    keyId: signer?.keyId ?? null,
  });
  return { certificateId: id };
}

async function certificateOf(
  tx: RecordsTransaction,
  { platform, operationId }: Pick<StepContext, "platform" | "operationId">,
  tombstone: Tombstone,
  id: string,
): Promise<Certificate> {
  const [asked] = await tx
    .select({ row: operations, name: persons.name })
    .from(operations)
    .innerJoin(persons, eq(persons.id, operations.requestedBy))
    .where(eq(operations.id, operationId));
  const { row, name } = asked!;
  const plan = row.plan as OperationPlan;
  const [database] = plan.databases;
  const approvals = await tx
    .select({ id: reviews.reviewerId, name: persons.name, at: reviews.createdAt })
    .from(reviews)
    .innerJoin(persons, eq(persons.id, reviews.reviewerId))
    .where(
      and(
        eq(reviews.operationId, operationId),
        eq(reviews.decision, "approve"),
        eq(reviews.digest, row.digest!),
        eq(reviews.round, row.reviewRound),
      ),
    )
    .orderBy(asc(reviews.createdAt));
  const [glass] = await tx
    .select({ id: breakGlass.personId, name: persons.name, at: breakGlass.createdAt })
    .from(breakGlass)
    .innerJoin(persons, eq(persons.id, breakGlass.personId))
    .where(and(eq(breakGlass.operationId, operationId), eq(breakGlass.digest, row.digest!)));
  const [drill] =
    tombstone.drillId === null
      ? []
      : await tx.select({ at: drills.createdAt }).from(drills).where(eq(drills.id, tombstone.drillId));
  const [held] = await tx
    .select({ count: count() })
    .from(bundles)
    .where(
      and(
        eq(bundles.platformId, tombstone.platformId),
        eq(bundles.tenantKey, tombstone.tenantKey),
        inArray(bundles.state, ["ready", "missing", "quarantined"]),
        isNotNull(bundles.heldAt),
      ),
    );
  const proof = tombstone.proof as EmptinessProof;
  const deleted = tombstone.tables.map(({ table, rows }) => ({ table, rows }));
  return {
    certificate: 1,
    id,
    issuedAt: (await recordsNow(tx)).toISOString(),
    platform: platform.name,
    database: {
      name: database!.name,
      databaseName: database!.databaseName,
      systemIdentifier: database!.systemIdentifier,
    },
    tenant: { key: tombstone.tenantKey, slugSha256: tombstone.slugHash },
    deleted: { rows: deleted.reduce((sum, { rows }) => sum + rows, 0), tables: deleted },
    operation: {
      id: operationId,
      planDigest: row.digest!,
      requestedBy: { id: row.requestedBy, name },
      requestedAt: row.createdAt.toISOString(),
      approvedBy: approvals.map((each) => ({ ...each, at: each.at.toISOString() })),
      glassBrokenBy: glass === undefined ? null : { ...glass, at: glass.at.toISOString() },
      beganAt: row.startedAt!.toISOString(),
    },
    evidence: {
      bundle: { sha256: tombstone.bundleSha256, schemaVersion: tombstone.schemaVersion },
      drilledAt: drill?.at.toISOString() ?? null,
      emptyAt: proof.provedAt,
      emptyTables: proof.tables.length,
      finalizers: tombstone.finalizers.map((each) => ({ ...each })),
    },
    remains: { bundleUntil: tombstone.retainUntil!.toISOString(), heldBundles: held?.count ?? 0 },
  };
}
