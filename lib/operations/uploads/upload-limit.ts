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

/** Between how many bytes the file has, as its sender says; who does not say is given all that is left of the day. */
export type Announced = { readonly least: number; readonly most: number } | null;

export type UploadRoom =
  | { readonly ok: true; readonly dayLeft: DayLeft }
  | { readonly ok: false; readonly finding: Finding };

/** What the person may still send within the day, by this upload. */
export interface DayLeft {
  /** Kept for it until it ends: no other upload is given them. */
  readonly bytes: number;
  /** What is said to who sends more. */
  readonly finding: Finding;
}

/** What runs counts with all that is kept for it; what has ended, or has lost its receiver, with what arrived. */
const COUNTED = sql`CASE WHEN ${uploads.state} = 'receiving' AND ${ALIVE}
  THEN greatest(${uploads.bytes}, ${uploads.reserved}) ELSE ${uploads.bytes} END`;

/**
 * Whether this person may begin another upload. To be asked in the transaction that records it: until its end nobody
 * else begins one as this person.
 */
export async function uploadRoom(
  tx: RecordsSession,
  personId: string,
  announced: Announced,
): Promise<UploadRoom> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`uploads ${personId}`}, 0))`);
  const { uploadsAtOnce, uploadGiBADay } = await readPolicy(tx);
  const [found] = await tx
    .select({
      running: sql<number>`count(*) FILTER (WHERE ${and(eq(uploads.state, "receiving"), ALIVE)})::int`,
      bytes: sql<string>`coalesce(sum(${COUNTED}), 0)`,
    })
    .from(uploads)
    .where(and(eq(uploads.personId, personId), gt(uploads.beganAt, sql`now() - interval '1 day'`)));
  if (found!.running >= uploadsAtOnce) return { ok: false, finding: tooManyUploads(uploadsAtOnce) };
  const finding = uploadsOfTheDay(uploadGiBADay * GIB);
  const left = uploadGiBADay * GIB - Number(found!.bytes);
  if (left <= 0 || (announced?.least ?? 0) > left) return { ok: false, finding };
  return { ok: true, dayLeft: { bytes: Math.min(left, announced?.most ?? left), finding } };
}
