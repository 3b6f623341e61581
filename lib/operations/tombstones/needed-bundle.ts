/** A bundle from which a deleted tenant can be brought back stays until nobody can ask for that any more. */
import { and, eq, exists, type SQL, sql } from "drizzle-orm";
import type { RecordsSession } from "../../records/client.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { tombstones } from "../../records/schema/tombstones.ts";

/** Rows may be gone and are nowhere else, or the time for a restore is not over; one that was restored needs it no more. */
const STILL_NEEDED = sql`(${tombstones.state} = 'deleting'
  OR (${tombstones.state} IN ('deleted', 'replaced') AND ${tombstones.retainUntil} > now()))`;

/** As a condition in a statement over `bundles`. */
export function isNeeded(session: RecordsSession): SQL {
  return exists(
    session
      .select({ id: tombstones.id })
      .from(tombstones)
      .where(and(eq(tombstones.bundleId, bundles.id), STILL_NEEDED)),
  );
}

/** Until when; `always` while rows are being deleted. Null where nothing rests on it. */
export async function neededUntil(
  session: RecordsSession,
  bundleId: string,
): Promise<Date | "always" | null> {
  const found = await session
    .select({ state: tombstones.state, retainUntil: tombstones.retainUntil })
    .from(tombstones)
    .where(and(eq(tombstones.bundleId, bundleId), STILL_NEEDED));
  if (found.length === 0) return null;
  if (found.some(({ state, retainUntil }) => state === "deleting" || retainUntil === null)) return "always";
  return new Date(Math.max(...found.map(({ retainUntil }) => retainUntil!.getTime())));
}
