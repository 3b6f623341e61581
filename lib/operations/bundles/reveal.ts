/**
 * Seeing the personal columns of a bundle's sample rows. Whoever asks says why; the audit entry of that is what lets
 * them, and for a while only: there is no grant without its entry.
 */
import { and, desc, eq, gte, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import { recordAudit } from "../../records/audit.ts";
import type { Records, RecordsSession } from "../../records/client.ts";
import { isId } from "../../records/id.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundles } from "../../records/schema/bundles.ts";

/** Minutes. */
export const REVEALED_FOR = 15;

const ACTION = "bundle.personal-shown";

/** Refuses `not-permitted`, `reason-missing`, `bundle-unknown`. */
export async function revealPersonal(
  records: Records,
  actor: Actor,
  { bundleId, reason }: { readonly bundleId: string; readonly reason: string },
): Promise<Answer> {
  if (!actor.permissions.has("see:personal")) return refuse(notPermitted("see:personal"));
  const why = reason.trim();
  if (why === "")
    return refuse({
      code: "reason-missing",
      severity: "blocks",
      where: "reason",
      what: "Say why you need to see personal data: the audit trail keeps it.",
    });
  return records.transaction(async (tx) => {
    const [bundle] = isId(bundleId) ? await tx.select().from(bundles).where(eq(bundles.id, bundleId)) : [];
    if (bundle === undefined)
      return refuse({
        code: "bundle-unknown",
        severity: "blocks",
        where: bundleId,
        what: "There is no such bundle.",
        todo: "Choose one from the list of bundles.",
      });
    await recordAudit(tx, {
      actor,
      action: ACTION,
      subject: { type: "bundle", id: bundle.id },
      platformId: bundle.platformId,
      tenantKey: bundle.tenantKey,
      data: { reason: why, minutes: REVEALED_FOR },
    });
    return { ok: true };
  });
}

/** Until when this person sees them; null where they do not, or may not any more. */
export async function revealedUntil(
  records: RecordsSession,
  actor: Actor,
  bundleId: string,
): Promise<Date | null> {
  if (!actor.permissions.has("see:personal")) return null;
  const [entry] = await records
    .select({ at: auditEntries.at })
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.subjectType, "bundle"),
        eq(auditEntries.subjectId, bundleId),
        gte(auditEntries.at, sql`now() - make_interval(mins => ${REVEALED_FOR})`),
        eq(auditEntries.actorId, actor.personId),
        eq(auditEntries.action, ACTION),
      ),
    )
    .orderBy(desc(auditEntries.at))
    .limit(1);
  return entry === undefined ? null : new Date(entry.at.getTime() + REVEALED_FOR * 60_000);
}
