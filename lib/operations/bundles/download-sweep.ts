/** Downloads whose sending process is no more: they are ended, as nobody else will. */
import { and, eq, lte, sql } from "drizzle-orm";
import { bundles, downloads } from "../../records/schema/bundles.ts";
import type { Console } from "../console.ts";
import { endDownload } from "./download-record.ts";

const SWEEP = { personId: null, name: "download sweep" };

/** A sender gives a sign of life twice a minute, however slowly its bytes are taken; one that gave none for so long is no more. */
const LOST = lte(downloads.heartbeatAt, sql`now() - interval '5 minutes'`);

/** How many were ended. What they had sent by their last sign of life is what is known. */
export async function sweepDownloads({ records }: Pick<Console, "records">): Promise<number> {
  const lost = await records
    .select({
      id: downloads.id,
      linkId: downloads.linkId,
      bytesSent: downloads.bytesSent,
      bundle: {
        id: bundles.id,
        name: bundles.name,
        platformId: bundles.platformId,
        tenantKey: bundles.tenantKey,
      },
    })
    .from(downloads)
    .innerJoin(bundles, eq(bundles.id, downloads.bundleId))
    .where(and(eq(downloads.state, "begun"), LOST));
  let ended = 0;
  for (const { bytesSent, ...download } of lost) {
    const end = { state: "aborted" as const, bytesSent };
    if (await records.transaction((tx) => endDownload(tx, SWEEP, download, end))) ended += 1;
  }
  return ended;
}
