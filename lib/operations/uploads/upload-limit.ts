/** How much one person may upload: at the same time, and within a day. Counted where uploads are recorded. */
import { and, eq, gt, sql } from "drizzle-orm";
import { readPolicy } from "../../engine/read-policy.ts";
import type { Finding } from "../../findings/finding.ts";
import type { RecordsSession } from "../../records/client.ts";
import { uploads } from "../../records/schema/uploads.ts";
import { tooManyUploads, uploadsOfTheDay } from "./refusals.ts";

/** A receiver gives a sign of life every few seconds; one that gave none for so long is no more. */
export const ALIVE = gt(uploads.heartbeatAt, sql`now() - interval '5 minutes'`);

const GIB = 2 ** 30;

export type UploadRoom =
  | { readonly ok: true; readonly dayLeft: DayLeft }
  | { readonly ok: false; readonly finding: Finding };

/** What the person may still send within the day. */
export interface DayLeft {
  readonly bytes: number;
  /** What is said to who sends more. */
  readonly finding: Finding;
}

/**
 * Whether this person may begin another upload. To be asked in the transaction that records it: until its end nobody
 * else begins one as this person. Of those that run, what has arrived by their last sign of life is counted.
 */
export async function uploadRoom(tx: RecordsSession, personId: string): Promise<UploadRoom> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`uploads ${personId}`}, 0))`);
  const { uploadsAtOnce, uploadGiBADay } = await readPolicy(tx);
  const [found] = await tx
    .select({
      running: sql<number>`count(*) FILTER (WHERE ${and(eq(uploads.state, "receiving"), ALIVE)})::int`,
      bytes: sql<string>`coalesce(sum(${uploads.bytes}), 0)`,
    })
    .from(uploads)
    .where(and(eq(uploads.personId, personId), gt(uploads.beganAt, sql`now() - interval '1 day'`)));
  if (found!.running >= uploadsAtOnce) return { ok: false, finding: tooManyUploads(uploadsAtOnce) };
  const finding = uploadsOfTheDay(uploadGiBADay * GIB);
  const bytes = uploadGiBADay * GIB - Number(found!.bytes);
  return bytes > 0 ? { ok: true, dayLeft: { bytes, finding } } : { ok: false, finding };
}
