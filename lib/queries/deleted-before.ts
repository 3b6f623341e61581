/** Whether a tenant that is there was deleted before: an older backup has brought it back. Its caller authorises. */
import "server-only";
import { and, eq } from "drizzle-orm";
import { tombstones } from "../records/schema/tombstones.ts";
import type { Source } from "./source.ts";

export interface DeletedBefore {
  /** The delete. */
  readonly operationId: string;
  readonly deletedAt: Date;
}

/** Null where it was not, or was restored since. */
export async function deletedBefore(
  { records }: Source,
  databaseId: string,
  tenantKey: string,
): Promise<DeletedBefore | null> {
  const [found] = await records
    .select({ operationId: tombstones.operationId, deletedAt: tombstones.deletedAt })
    .from(tombstones)
    .where(
      and(
        eq(tombstones.databaseId, databaseId),
        eq(tombstones.tenantKey, tenantKey),
        eq(tombstones.state, "deleted"),
      ),
    );
  return found === undefined ? null : { operationId: found.operationId, deletedAt: found.deletedAt! };
}
