/**
 * Asking that a platform's migrations are measured, and calling it off. Nothing of the platform is touched, so nobody
 * reviews it; a worker does it (`run.ts`), and the page waits.
 */
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import { recordAudit } from "../../records/audit.ts";
import type { Records } from "../../records/client.ts";
import { isId, newId } from "../../records/id.ts";
import { platforms } from "../../records/schema/platforms.ts";
import { replays } from "../../records/schema/replays.ts";

/** Whoever upgrades bundles by a platform's migrations may have them run on a throwaway server. */
export const PERMISSION = "request:upgrade";

/** Refuses `not-permitted` and `platform-unknown`. One that is open already is the answer to all who ask. */
export async function askReplay(
  records: Records,
  actor: Actor,
  { platformId }: { readonly platformId: string },
): Promise<Answer<{ replayId: string }>> {
  if (!actor.permissions.has(PERMISSION)) return refuse(notPermitted(PERMISSION));
  return records.transaction(async (tx) => {
    const [platform] = isId(platformId)
      ? await tx
          .select({ id: platforms.id })
          .from(platforms)
          .where(and(eq(platforms.id, platformId), isNull(platforms.deregisteredAt)))
      : [];
    if (platform === undefined) return refuse(platformUnknown(platformId));
    // Two who ask at once find one another's.
    await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext(${`replay ${platformId}`}))`);
    const [open] = await tx
      .select({ id: replays.id })
      .from(replays)
      .where(and(eq(replays.platformId, platformId), inArray(replays.state, ["waiting", "running"])));
    if (open !== undefined) return { ok: true, replayId: open.id };
    const replayId = newId();
    await tx
      .insert(replays)
      .values({ id: replayId, platformId, requestedBy: actor.personId, state: "waiting" });
    await recordAudit(tx, { actor, action: "replay.asked", ...aboutReplay({ id: replayId, platformId }) });
    return { ok: true, replayId };
  });
}

/** Calls off one that waits or runs; the worker stops within seconds. Refuses one that has ended. */
export async function cancelReplay(records: Records, actor: Actor, id: string): Promise<Answer> {
  if (!actor.permissions.has(PERMISSION)) return refuse(notPermitted(PERMISSION));
  return records.transaction(async (tx) => {
    const [ended] = isId(id)
      ? await tx
          .update(replays)
          .set({ state: "cancelled", endedAt: sql`now()` })
          .where(and(eq(replays.id, id), inArray(replays.state, ["waiting", "running"])))
          .returning()
      : [];
    if (ended === undefined) return refuse(notOpen(id));
    await recordAudit(tx, { actor, action: "replay.cancelled", ...aboutReplay(ended) });
    return { ok: true };
  });
}

/** What an audit entry about it says. */
export function aboutReplay({ id, platformId }: { readonly id: string; readonly platformId: string }) {
  return { subject: { type: "replay", id }, platformId };
}

function platformUnknown(where: string) {
  return {
    code: "platform-unknown",
    severity: "blocks",
    where,
    what: "There is no such platform, or not any more.",
    todo: "Look under Platforms.",
  } as const;
}

function notOpen(where: string) {
  return {
    code: "replay-not-open",
    severity: "blocks",
    where,
    what: "The measuring has ended already, or there is none.",
    todo: "Load the page again.",
  } as const;
}
