/** Who fetches which bytes of a bundle, from the first one on: its beginning and its end are each audited. */
import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { recordAudit } from "../../records/audit.ts";
import type { Records } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { downloads } from "../../records/schema/bundles.ts";
import type { ByteRange } from "./byte-range.ts";
import type { BundleRow } from "./of-operation.ts";

export interface DownloadRecord {
  /** Once; a second call changes nothing. */
  end(state: "complete" | "aborted", bytesSent: number): Promise<void>;
}

type Fetched = Pick<BundleRow, "id" | "platformId" | "tenantKey">;

/** Recorded before a byte leaves: what nobody has recorded, nobody has fetched. */
export async function beginDownload(
  records: Records,
  actor: Actor,
  bundle: Fetched,
  { start, end }: ByteRange,
): Promise<DownloadRecord> {
  const id = newId();
  const entry = (action: string, data: Readonly<Record<string, unknown>>) => ({
    actor,
    action,
    subject: { type: "bundle", id: bundle.id },
    platformId: bundle.platformId,
    tenantKey: bundle.tenantKey,
    data: { downloadId: id, ...data },
  });
  await records.transaction(async (tx) => {
    await tx.insert(downloads).values({
      id,
      bundleId: bundle.id,
      personId: actor.personId,
      state: "begun",
      rangeStart: start,
      rangeEnd: end,
      beganAt: sql`now()`,
    });
    await recordAudit(tx, entry("bundle.download-begun", { start, end }));
  });
  return {
    end: (state, bytesSent) =>
      records.transaction(async (tx) => {
        const ended = await tx
          .update(downloads)
          .set({ state, bytesSent, endedAt: sql`now()` })
          .where(and(eq(downloads.id, id), eq(downloads.state, "begun")))
          .returning({ id: downloads.id });
        if (ended.length > 0) await recordAudit(tx, entry(`bundle.download-${state}`, { bytesSent }));
      }),
  };
}
