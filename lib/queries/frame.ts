/** What the frame around every page shows: platforms to switch between, what waits, the brake. */
import "server-only";
import { and, count, eq, isNull, ne } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { BRAKE_SETTING, brakeSchema } from "../engine/brake.ts";
import { notices } from "../records/schema/notices.ts";
import { operations } from "../records/schema/operations.ts";
import { persons } from "../records/schema/persons.ts";
import { settings } from "../records/schema/settings.ts";
import { listPlatforms } from "./platform.ts";
import type { Source } from "./source.ts";
import { waitsForReviewBy } from "./waiting-for.ts";

export interface BrakeView {
  readonly on: boolean;
  readonly reason: string | null;
  readonly by: string | null;
  readonly since: Date | null;
}

export interface FrameView {
  readonly platforms: readonly string[];
  readonly reviewsWaiting: number;
  readonly unreadNotices: number;
  readonly brake: BrakeView;
}

/**
 * Reads the frame. A person without any role gets the frame with nothing in it: the frame stands around the page
 * that says so.
 */
export async function readFrame(source: Source, actor: Actor): Promise<FrameView> {
  const { records } = source;
  const sees = actor.permissions.has("see");
  const [names, [waiting], [unread], brake] = await Promise.all([
    sees ? listPlatforms(source) : [],
    records.select({ count: count() }).from(operations).where(waitsForReviewBy(actor)),
    records
      .select({ count: count() })
      .from(notices)
      .where(
        and(eq(notices.personId, actor.personId), isNull(notices.readAt), ne(notices.type, "review-wanted")),
      ),
    readBrakeView(source),
  ]);
  return {
    platforms: names,
    reviewsWaiting: waiting?.count ?? 0,
    unreadNotices: unread?.count ?? 0,
    brake,
  };
}

/** A brake that cannot be read counts as on: runs stop there too. */
async function readBrakeView({ records }: Source): Promise<BrakeView> {
  const [row] = await records
    .select({ value: settings.value, since: settings.changedAt, by: persons.name })
    .from(settings)
    .leftJoin(persons, eq(persons.id, settings.changedBy))
    .where(eq(settings.name, BRAKE_SETTING));
  if (row === undefined) return { on: false, reason: null, by: null, since: null };
  const stored = brakeSchema.safeParse(row.value);
  return {
    on: stored.success ? stored.data.on : true,
    reason: stored.success ? stored.data.reason || null : null,
    by: row.by,
    since: row.since,
  };
}
