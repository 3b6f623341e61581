/** A person's own notices. What is here needs no permission: it is theirs. */
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import type { RecordsSession } from "../records/client.ts";
import { notices } from "../records/schema/notices.ts";
import type { Actor } from "./actor.ts";

/** Marks the outcomes that the person has seen as read; a wanted review stays until somebody has decided. */
export async function readOwnNotices(records: RecordsSession, actor: Actor): Promise<number> {
  const read = await records
    .update(notices)
    .set({ readAt: sql`now()` })
    .where(
      and(eq(notices.personId, actor.personId), isNull(notices.readAt), ne(notices.type, "review-wanted")),
    )
    .returning({ id: notices.id });
  return read.length;
}
