/**
 * What a tenant's page says of its end: what holds it, what is to be seen to outside the database before it is deleted,
 * and, once it was, what is left of it. Its caller authorises.
 */
import "server-only";
import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { withPlatform } from "../engine/policy-in-force.ts";
import { readPolicy } from "../engine/read-policy.ts";
import { persons } from "../records/schema/persons.ts";
import { platformFiles, platforms } from "../records/schema/platforms.ts";
import type { tenants } from "../records/schema/tenants.ts";
import { erasureCertificates, finalizerConfirmations, tombstones } from "../records/schema/tombstones.ts";
import { readPlatformFile } from "../tenancy/platform-file.ts";
import type { Finalizer } from "../tenancy/platform-file-finalizers.ts";
import type { Source } from "./source.ts";

type Row = typeof tenants.$inferSelect;

export interface TenantHold {
  readonly by: string | null;
  readonly at: Date;
  readonly reason: string;
}

export interface FinalizerLine {
  readonly name: string;
  readonly kind: Finalizer["kind"];
  readonly description: string;
  /** The latest confirmation, for one that a person confirms. */
  readonly confirmed: { readonly by: string; readonly at: Date; readonly note: string } | null;
  /** Whether that was behind another fence than the one that stands: it does not count. */
  readonly stale: boolean;
}

export interface TombstoneView {
  readonly state: (typeof tombstones.$inferSelect)["state"];
  readonly operationId: string;
  readonly bundleId: string;
  readonly rows: number;
  readonly deletedAt: Date | null;
  readonly retainUntil: Date | null;
  /** Whether that is still to come. */
  readonly inTime: boolean;
  readonly certificateId: string | null;
  /** Who has said that it stays, of one that is there again; null where nobody has. */
  readonly dismissed: { readonly by: string; readonly at: Date; readonly reason: string } | null;
}

export interface TenantEnd {
  readonly hold: TenantHold | null;
  readonly finalizers: readonly FinalizerLine[];
  /** The latest; null where it was never deleted. */
  readonly tombstone: TombstoneView | null;
  /** Days for which a deleted tenant can be brought back, by the policy in force. */
  readonly tombstoneDays: number;
}

export async function readTenantEnd(source: Source, tenant: Row): Promise<TenantEnd> {
  const [hold, finalizers, tombstone, policy] = await Promise.all([
    readHold(source, tenant),
    readFinalizers(source, tenant),
    readTombstone(source, tenant),
    readPolicy(source.records),
  ]);
  return {
    hold,
    finalizers,
    tombstone,
    tombstoneDays: withPlatform(policy, tenant.platformId).tombstoneDays,
  };
}

async function readHold(
  { records }: Source,
  { heldAt, heldBy, holdReason }: Row,
): Promise<TenantHold | null> {
  if (heldAt === null) return null;
  const [by] =
    heldBy === null
      ? []
      : await records.select({ name: persons.name }).from(persons).where(eq(persons.id, heldBy));
  return { by: by?.name ?? null, at: heldAt, reason: holdReason ?? "" };
}

async function readFinalizers({ records }: Source, tenant: Row): Promise<FinalizerLine[]> {
  const [file] = await records
    .select({ text: platformFiles.text })
    .from(platforms)
    .innerJoin(
      platformFiles,
      and(eq(platformFiles.platformId, platforms.id), eq(platformFiles.version, platforms.fileVersion)),
    )
    .where(eq(platforms.id, tenant.platformId));
  const declared = file === undefined ? [] : (readPlatformFile(file.text, "").file?.finalizers ?? []);
  if (declared.length === 0) return [];
  const names = declared.map(({ name }) => name);
  const given = await records
    .selectDistinctOn([finalizerConfirmations.finalizer], {
      finalizer: finalizerConfirmations.finalizer,
      note: finalizerConfirmations.note,
      at: finalizerConfirmations.createdAt,
      behind: finalizerConfirmations.fenceSince,
      by: persons.name,
    })
    .from(finalizerConfirmations)
    .innerJoin(persons, eq(persons.id, finalizerConfirmations.personId))
    .where(
      and(
        eq(finalizerConfirmations.databaseId, tenant.databaseId),
        eq(finalizerConfirmations.tenantKey, tenant.key),
        inArray(finalizerConfirmations.finalizer, names),
      ),
    )
    .orderBy(finalizerConfirmations.finalizer, desc(finalizerConfirmations.createdAt));
  const since = tenant.fence === null ? null : new Date(tenant.fence.since);
  return declared.map(({ name, kind, description }) => {
    const { by, at, note, behind } = given.find(({ finalizer }) => finalizer === name) ?? {};
    const confirmed = by === undefined ? null : { by, at: at!, note: note! };
    return {
      name,
      kind,
      description,
      confirmed,
      stale: confirmed !== null && (since === null || behind?.getTime() !== since.getTime()),
    };
  });
}

async function readTombstone({ records }: Source, tenant: Row): Promise<TombstoneView | null> {
  const [found] = await records
    .select({
      tombstone: tombstones,
      inTime: sql<boolean>`coalesce(${tombstones.retainUntil} > now(), false)`,
      certificateId: erasureCertificates.id,
      dismissedBy: persons.name,
    })
    .from(tombstones)
    .leftJoin(persons, eq(persons.id, tombstones.dismissedBy))
    .leftJoin(erasureCertificates, eq(erasureCertificates.tombstoneId, tombstones.id))
    .where(
      and(
        eq(tombstones.platformId, tenant.platformId),
        eq(tombstones.tenantKey, tenant.key),
        eq(tombstones.databaseId, tenant.databaseId),
      ),
    )
    .orderBy(desc(tombstones.createdAt), desc(tombstones.id))
    .limit(1);
  if (found === undefined) return null;
  const { state, operationId, bundleId, rows, deletedAt, retainUntil, dismissedAt, dismissReason } =
    found.tombstone;
  return {
    state,
    operationId,
    bundleId,
    rows,
    deletedAt,
    retainUntil,
    inTime: found.inTime,
    certificateId: found.certificateId,
    dismissed:
      dismissedAt === null ? null : { by: found.dismissedBy!, at: dismissedAt, reason: dismissReason! },
  };
}
