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

/** Puts one away; false for one that is not there, or somebody else's. */
export async function dismissOwnNotice(
  records: RecordsSession,
  actor: Actor,
  noticeId: string,
): Promise<boolean> {
  const dismissed = await records
    .update(notices)
    .set({ dismissedAt: sql`now()`, readAt: sql`coalesce(${notices.readAt}, now())` })
    .where(and(eq(notices.id, noticeId), eq(notices.personId, actor.personId), isNull(notices.dismissedAt)))
    .returning({ id: notices.id });
  return dismissed.length > 0;
}
