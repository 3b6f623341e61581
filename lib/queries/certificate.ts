/** A certificate of erasure, as it was signed, and what has become of what it says remains. */
import "server-only";
import { and, eq, inArray, isNull } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { type Certificate, readCertificate } from "../bundle/certificate.ts";
import type { SignatureState } from "../bundle/seal/envelope.ts";
import { trustedKeys } from "../operations/signer.ts";
import { isId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { tenants } from "../records/schema/tenants.ts";
import { erasureCertificates, tombstones } from "../records/schema/tombstones.ts";
import type { EmptinessProof } from "../rows/delete/prove-empty.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export interface CertificateView {
  readonly id: string;
  readonly certificate: Certificate;
  readonly signature: SignatureState;
  readonly state: (typeof tombstones.$inferSelect)["state"];
  /** When it was restored or deleted again; null while neither. */
  readonly closedAt: Date | null;
  /** Whether the census sees the tenant all the same: a database that came back from an older backup has brought it. */
  readonly thereAgain: boolean;
  /** What was looked at when it was proved that nothing was left; null of a certificate without. */
  readonly proof: EmptinessProof | null;
  /** Bundles of the tenant that are still there. */
  readonly bundlesLeft: number;
}

/** Null where there is none. @throws Refused */
export async function readCertificateView(
  source: Source,
  actor: Actor,
  id: string,
): Promise<CertificateView | null> {
  authorise(actor, "see");
  if (!isId(id)) return null;
  const { records } = source;
  const [found] = await records
    .select({ envelope: erasureCertificates.envelope, tombstone: tombstones, seen: tenants.id })
    .from(erasureCertificates)
    .innerJoin(tombstones, eq(tombstones.id, erasureCertificates.tombstoneId))
    .leftJoin(
      tenants,
      and(
        eq(tenants.databaseId, tombstones.databaseId),
        eq(tenants.key, tombstones.tenantKey),
        isNull(tenants.goneAt),
      ),
    )
    .where(eq(erasureCertificates.id, id));
  if (found === undefined) return null;
  const { envelope, tombstone, seen } = found;
  const trust = await trustedKeys(records);
  const bundlesLeft = await records.$count(
    bundles,
    and(
      eq(bundles.platformId, tombstone.platformId),
      eq(bundles.tenantKey, tombstone.tenantKey),
      inArray(bundles.state, ["ready", "missing", "quarantined", "writing"]),
    ),
  );
  return {
    id,
    ...readCertificate(envelope, [...trust], id),
    state: tombstone.state,
    closedAt: tombstone.closedAt,
    thereAgain: seen !== null,
    proof: (tombstone.proof ?? null) as EmptinessProof | null,
    bundlesLeft,
  };
}

/** The signed file, byte for byte; null where there is none. @throws Refused */
export async function readCertificateFile(
  { records }: Source,
  actor: Actor,
  id: string,
): Promise<string | null> {
  authorise(actor, "see");
  if (!isId(id)) return null;
  const [found] = await records
    .select({ envelope: erasureCertificates.envelope })
    .from(erasureCertificates)
    .where(eq(erasureCertificates.id, id));
  return found?.envelope ?? null;
}
