/**
 * What a download begins with: a link for one bundle, good in the session that asked for it and for a while only,
 * which keeps why. The link is no secret: without its session it opens nothing.
 */
import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { recordAudit } from "../../records/audit.ts";
import type { Records, RecordsSession } from "../../records/client.ts";
import { isId, newId } from "../../records/id.ts";
import { downloadLinks } from "../../records/schema/bundles.ts";
import { notReady } from "./download-refusals.ts";
import { aboutBundle, bundleFor } from "./find-bundle.ts";

/** Minutes in which a download may begin by it, or be resumed after it broke off. */
export const LINK_HOLDS = 15;

/** A person in one of their sessions; a session is known by when it was signed in to, in milliseconds. */
export interface PersonInSession {
  readonly actor: Actor;
  readonly signedInAt: number;
}

export type DownloadLink = typeof downloadLinks.$inferSelect;

/** Refuses `not-permitted`, `bundle-unknown`, `bundle-missing` and the like, `reason-missing`. */
export async function makeDownloadLink(
  records: Records,
  { actor, signedInAt }: PersonInSession,
  asked: { readonly bundleId: string; readonly reason: string },
): Promise<Answer<{ linkId: string }>> {
  const reason = asked.reason.trim();
  return records.transaction(async (tx) => {
    const found = await bundleFor(tx, actor, asked.bundleId, "download:bundle");
    if (!found.ok) return found;
    const { bundle } = found;
    if (bundle.state !== "ready") return refuse(notReady(bundle.name, bundle.state).finding);
    if (reason === "")
      return refuse({
        code: "reason-missing",
        severity: "blocks",
        where: "reason",
        what: "Say why you fetch it: whoever asks later reads it beside your name.",
      });
    const linkId = newId();
    await tx.insert(downloadLinks).values({
      id: linkId,
      bundleId: bundle.id,
      personId: actor.personId,
      signedInAt: new Date(signedInAt),
      reason,
      expiresAt: sql`now() + make_interval(mins => ${LINK_HOLDS})`,
    });
    await recordAudit(tx, {
      actor,
      action: "bundle.download-asked",
      ...aboutBundle(bundle),
      data: { linkId, reason, minutes: LINK_HOLDS },
    });
    return { ok: true, linkId };
  });
}

/** Null for one that is not there, or is another person's, another session's or another bundle's. */
export async function findDownloadLink(
  session: RecordsSession,
  { actor, signedInAt }: PersonInSession,
  { bundleId, linkId }: { readonly bundleId: string; readonly linkId: string },
): Promise<(DownloadLink & { readonly expired: boolean }) | null> {
  if (!isId(linkId)) return null;
  const [found] = await session
    .select({ link: downloadLinks, expired: sql<boolean>`${downloadLinks.expiresAt} <= now()` })
    .from(downloadLinks)
    .where(
      and(
        eq(downloadLinks.id, linkId),
        eq(downloadLinks.bundleId, bundleId),
        eq(downloadLinks.personId, actor.personId),
        eq(downloadLinks.signedInAt, new Date(signedInAt)),
      ),
    );
  return found === undefined ? null : { ...found.link, expired: found.expired };
}

/** A download by it has broken off: from now on there is time to resume it. */
export async function holdLinkOn(session: RecordsSession, linkId: string): Promise<void> {
  const anew = sql`now() + make_interval(mins => ${LINK_HOLDS})`;
  await session
    .update(downloadLinks)
    .set({ expiresAt: sql`greatest(${downloadLinks.expiresAt}, ${anew})` })
    .where(eq(downloadLinks.id, linkId));
}
