/** The deletes that rest on a bundle, and those of its tenant that it could undo. Its caller authorises. */
import "server-only";
import { and, desc, eq, inArray, or } from "drizzle-orm";
import { recordsNow } from "../records/clock.ts";
import type { bundles } from "../records/schema/bundles.ts";
import { databases } from "../records/schema/databases.ts";
import { tombstones } from "../records/schema/tombstones.ts";
import { A_FEW } from "./some.ts";
import type { Source } from "./source.ts";

export interface BundleTombstone {
  readonly state: (typeof tombstones.$inferSelect)["state"];
  /** The delete. */
  readonly operationId: string;
  readonly database: { readonly id: string; readonly name: string };
  readonly tenantKey: string;
  readonly deletedAt: Date | null;
  readonly retainUntil: Date | null;
  /** Whether it was deleted with this bundle: the file stays as long as there is a way back. */
  readonly restsOnIt: boolean;
  /** Whether the tenant can still be brought back. */
  readonly inTime: boolean;
}

/** The latest first. */
export async function readBundleTombstones(
  { records }: Source,
  bundle: Pick<typeof bundles.$inferSelect, "id" | "platformId" | "tenantKey">,
): Promise<BundleTombstone[]> {
  const { id, platformId, tenantKey } = bundle;
  const ofTenant =
    platformId === null || tenantKey === null
      ? undefined
      : and(
          eq(tombstones.platformId, platformId),
          eq(tombstones.tenantKey, tenantKey),
          inArray(tombstones.state, ["deleting", "deleted"]),
        );
  const found = await records
    .select({ tombstone: tombstones, database: databases.name })
    .from(tombstones)
    .innerJoin(databases, eq(databases.id, tombstones.databaseId))
    .where(or(eq(tombstones.bundleId, id), ofTenant))
    .orderBy(desc(tombstones.createdAt), desc(tombstones.id))
    .limit(A_FEW);
  const now = (await recordsNow(records)).getTime();
  return found.map(({ tombstone, database }) => ({
    state: tombstone.state,
    operationId: tombstone.operationId,
    database: { id: tombstone.databaseId, name: database },
    tenantKey: tombstone.tenantKey,
    deletedAt: tombstone.deletedAt,
    retainUntil: tombstone.retainUntil,
    restsOnIt: tombstone.bundleId === id,
    inTime:
      tombstone.state === "deleting" ||
      (tombstone.state === "deleted" &&
        tombstone.retainUntil !== null &&
        tombstone.retainUntil.getTime() > now),
  }));
}
