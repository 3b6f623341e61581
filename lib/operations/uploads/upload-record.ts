/** What is kept of an upload: its begin and its one end, each with its audit entry, and a sign of life between. */
import { and, eq, sql } from "drizzle-orm";
import type { Finding } from "../../findings/finding.ts";
import { type AuditActor, recordAudit } from "../../records/audit.ts";
import type { Records, RecordsSession } from "../../records/client.ts";
import { uploads } from "../../records/schema/uploads.ts";
import { ALIVE, type Announced, type UploadRoom, uploadRoom } from "./upload-limit.ts";

export type UploadRow = typeof uploads.$inferSelect;

type Begun = Pick<UploadRow, "id" | "platformId" | "personId" | "store" | "name" | "fileName">;

/**
 * Recorded before a byte is written: what a crash leaves in the store is found by this row. Not recorded where the
 * person has no room for it.
 */
export async function beginUpload(
  records: Records,
  actor: AuditActor,
  upload: Begun,
  announced: Announced,
): Promise<UploadRoom> {
  return records.transaction(async (tx) => {
    const room = await uploadRoom(tx, upload.personId, announced);
    if (!room.ok) return room;
    const now = sql`now()`;
    const reserved = room.dayLeft.bytes;
    await tx
      .insert(uploads)
      .values({ ...upload, state: "receiving", reserved, heartbeatAt: now, beganAt: now });
    await recordAudit(tx, entry(upload, actor, "bundle.upload-begun"));
    return room;
  });
}

/**
 * The sign of life. False where somebody has ended it, or it comes so late that what was kept for it may be another's:
 * whoever receives then stops.
 */
export async function beat(records: Records, id: string, bytes: number): Promise<boolean> {
  const alive = await records
    .update(uploads)
    .set({ bytes, heartbeatAt: sql`now()` })
    .where(and(eq(uploads.id, id), eq(uploads.state, "receiving"), ALIVE))
    .returning({ id: uploads.id });
  return alive.length > 0;
}

export type UploadEnd =
  | { readonly state: "taken_in"; readonly bundleId: string }
  | { readonly state: "refused" | "aborted"; readonly findings: readonly Finding[] };

/** Once: false, and nothing recorded, where it has ended already. */
export async function endUpload(
  tx: RecordsSession,
  actor: AuditActor,
  upload: Pick<UploadRow, "id" | "platformId">,
  end: UploadEnd & { readonly bytes: number },
): Promise<boolean> {
  const { state, bytes } = end;
  const set = "findings" in end ? { findings: end.findings } : { bundleId: end.bundleId };
  const ended = await tx
    .update(uploads)
    .set({ state, bytes, ...set, endedAt: sql`now()` })
    .where(and(eq(uploads.id, upload.id), eq(uploads.state, "receiving")))
    .returning({ id: uploads.id });
  if (ended.length === 0) return false;
  const data =
    "findings" in end
      ? { bytes, codes: end.findings.map(({ code }) => code) }
      : { bytes, bundleId: end.bundleId };
  await recordAudit(tx, entry(upload, actor, `bundle.upload-${state.replace("_", "-")}`, data));
  return true;
}

function entry(
  { id, platformId }: Pick<UploadRow, "id" | "platformId">,
  actor: AuditActor,
  action: string,
  data: Readonly<Record<string, unknown>> = {},
) {
  return { actor, action, subject: { type: "upload", id }, platformId, data };
}
