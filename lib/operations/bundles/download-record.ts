/** Who fetches which bytes of a bundle, and why, from the first one on: its beginning and its end are each audited. */
import { and, eq, gt, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { type AuditActor, recordAudit } from "../../records/audit.ts";
import type { Records, RecordsSession } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { downloads } from "../../records/schema/bundles.ts";
import type { PackageFormat } from "../../rows/customer-package/index-page.ts";
import type { ByteRange } from "./byte-range.ts";
import { downloadLimit, lockDownloads } from "./download-limit.ts";
import { type DownloadLink, holdLinkOn } from "./download-link.ts";
import { type DownloadRefusal, tooManyDownloads } from "./download-refusals.ts";
import { aboutBundle } from "./find-bundle.ts";
import type { BundleRow } from "./of-operation.ts";

export interface DownloadRecord {
  /** The sign of life. False where somebody has ended it: whoever sends then stops. */
  beat(bytesSent: number): Promise<boolean>;
  /** Once; a second call changes nothing. */
  end(state: "complete" | "aborted", bytesSent: number): Promise<void>;
}

type Fetched = Pick<BundleRow, "id" | "name" | "platformId" | "tenantKey">;

export interface BeginDownload {
  readonly bundle: Fetched;
  readonly link: Pick<DownloadLink, "id" | "reason">;
  readonly range: ByteRange;
  /** Where not the file is fetched, but what is made of it meanwhile: a range has no meaning then. */
  readonly package?: PackageFormat;
}

/** Recorded before a byte leaves: what nobody has recorded, nobody has fetched. A refusal is one of too many. */
export async function beginDownload(
  records: Records,
  actor: Actor,
  { bundle, link, range: { start, end }, package: made }: BeginDownload,
): Promise<DownloadRecord | DownloadRefusal> {
  const id = newId();
  const download = { id, linkId: link.id, bundle };
  const refusal = await records.transaction(async (tx) => {
    await lockDownloads(tx, actor.personId);
    const { limit, wait } = await downloadLimit(tx, actor.personId);
    if (wait > 0) {
      await recordRefusal(tx, actor, bundle, limit);
      return tooManyDownloads(bundle.name, limit, wait);
    }
    await tx.insert(downloads).values({
      id,
      bundleId: bundle.id,
      personId: actor.personId,
      linkId: link.id,
      state: "begun",
      rangeStart: start,
      rangeEnd: end,
      package: made,
      beganAt: sql`now()`,
    });
    const what = made === undefined ? { start, end } : { package: made };
    await recordAudit(tx, entry(download, actor, "begun", { ...what, reason: link.reason }));
    return null;
  });
  if (refusal !== null) return refusal;
  return {
    async beat(bytesSent) {
      const alive = await records
        .update(downloads)
        .set({ bytesSent, heartbeatAt: sql`now()` })
        .where(and(eq(downloads.id, id), eq(downloads.state, "begun")))
        .returning({ id: downloads.id });
      return alive.length > 0;
    },
    async end(state, bytesSent) {
      await records.transaction((tx) => endDownload(tx, actor, download, { state, bytesSent }));
    },
  };
}

export interface BegunDownload {
  readonly id: string;
  /** Null for what began before downloads had a reason. */
  readonly linkId: string | null;
  readonly bundle: Fetched;
}

/** Once: false, and nothing recorded, where it has ended already. What broke off may be resumed for a while. */
export async function endDownload(
  tx: RecordsSession,
  actor: AuditActor,
  download: BegunDownload,
  { state, bytesSent }: { readonly state: "complete" | "aborted"; readonly bytesSent: number },
): Promise<boolean> {
  const ended = await tx
    .update(downloads)
    .set({ state, bytesSent, endedAt: sql`now()` })
    .where(and(eq(downloads.id, download.id), eq(downloads.state, "begun")))
    .returning({ id: downloads.id });
  if (ended.length === 0) return false;
  await recordAudit(tx, entry(download, actor, state, { bytesSent }));
  if (state === "aborted" && download.linkId !== null) await holdLinkOn(tx, download.linkId);
  return true;
}

function entry(
  { id, linkId, bundle }: BegunDownload,
  actor: AuditActor,
  what: "begun" | "complete" | "aborted",
  data: Readonly<Record<string, unknown>>,
) {
  const about = { downloadId: id, linkId, ...data };
  return { actor, action: `bundle.download-${what}`, ...aboutBundle(bundle), data: about };
}

const REFUSED = "bundle.download-refused";

/** One entry a minute says it: whoever asks a thousand times writes no thousand entries. */
async function recordRefusal(
  tx: RecordsSession,
  actor: Actor,
  bundle: Fetched,
  limit: number,
): Promise<void> {
  const [said] = await tx
    .select({ id: auditEntries.id })
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.actorId, actor.personId),
        eq(auditEntries.action, REFUSED),
        gt(auditEntries.at, sql`now() - interval '1 minute'`),
      ),
    )
    .limit(1);
  if (said !== undefined) return;
  await recordAudit(tx, {
    actor,
    action: REFUSED,
    ...aboutBundle(bundle),
    data: { limit, within: "1 hour" },
  });
}
