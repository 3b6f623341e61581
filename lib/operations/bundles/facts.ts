/** What the records keep of a bundle once it is proved: made here or uploaded, the same columns. */
import type { Manifest } from "../../bundle/manifest.ts";
import type { Verification } from "../../bundle/verify.ts";
import type { RecordsSession } from "../../records/client.ts";
import { bundlePieces, type bundles } from "../../records/schema/bundles.ts";

type BundleColumns = Partial<typeof bundles.$inferInsert>;

/** Columns of a bundle whose verification found it whole. */
export function provedBundle(verification: Verification, bytes: number): BundleColumns {
  const { manifest, seal, sha256, encrypted, signature, findings } = verification;
  return {
    ...(manifest === null ? {} : manifestColumns(manifest)),
    rows: seal === null ? null : seal.totals.rows,
    bytes,
    sha256,
    encrypted: encrypted ?? false,
    signature,
    manifest,
    seal,
    findings,
    verifiedAt: new Date(),
  };
}

function manifestColumns({ tenant, schema }: Manifest): BundleColumns {
  return {
    tenantKey: tenant.key,
    tenantSlug: tenant.slug,
    schemaVersion: schema.version,
    fingerprint: schema.fingerprint,
  };
}

/** Where its pieces lie, as its verification found them. In the transaction that lists the bundle. */
export async function keepPieces(
  tx: RecordsSession,
  bundleId: string,
  { pieces }: Pick<Verification, "pieces">,
): Promise<void> {
  if (pieces === null) return;
  const lengths = { lengths: pieces };
  await tx
    .insert(bundlePieces)
    .values({ bundleId, ...lengths })
    .onConflictDoUpdate({ target: bundlePieces.bundleId, set: lengths });
}
