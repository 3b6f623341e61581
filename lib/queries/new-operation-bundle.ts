/** The bundle that a request form is about. Its caller authorises. */
import "server-only";
import { eq } from "drizzle-orm";
import type { SignatureState } from "../bundle/seal/envelope.ts";
import { isId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { operations } from "../records/schema/operations.ts";
import { readSignature } from "./bundle-signature.ts";
import type { Source } from "./source.ts";

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

/** Null where there is none. */
export async function bundleSubject({ records }: Source, id: string): Promise<BundleSubject | null> {
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
