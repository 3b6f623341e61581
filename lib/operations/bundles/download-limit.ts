/** How many downloads one person may begin: counted where they are recorded, so that those at once count each other. */
import { and, asc, count, eq, gt, sql } from "drizzle-orm";
import { readPolicy } from "../../engine/read-policy.ts";
import type { RecordsSession } from "../../records/client.ts";
import { downloads } from "../../records/schema/bundles.ts";

export interface DownloadLimit {
  readonly limit: number;
  /** Seconds until the next may begin; 0 where it may now. */
  readonly wait: number;
}

/** What this person may begin at this moment. */
export async function downloadLimit(session: RecordsSession, personId: string): Promise<DownloadLimit> {
  const { downloadsAnHour: limit } = await readPolicy(session);
  const recent = and(eq(downloads.personId, personId), gt(downloads.beganAt, sql`now() - interval '1 hour'`));
  const [begun] = await session.select({ count: count() }).from(downloads).where(recent);
  const over = begun!.count - limit;
  if (over < 0) return { limit, wait: 0 };
  // When that one is an hour old, there is room again.
  const [next] = await session
    .select({ wait: sql<number>`ceil(extract(epoch FROM ${downloads.beganAt} + interval '1 hour' - now()))` })
    .from(downloads)
    .where(recent)
    .orderBy(asc(downloads.beganAt), asc(downloads.id))
    .offset(over)
    .limit(1);
  return { limit, wait: Math.max(1, Number(next?.wait ?? 1)) };
}

/** Until the end of the transaction nobody else begins a download as this person. */
export async function lockDownloads(tx: RecordsSession, personId: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`downloads ${personId}`}, 0))`);
}
