/**
 * Asking what migrations do to a tenant's rows, and calling it off. No database of the platform is touched, so nobody
 * reviews it; a worker does it (`run.ts`), and its page waits.
 */
import { and, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import type { Finding } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import type { Records, RecordsSession } from "../../records/client.ts";
import { isId, newId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { migrationEffects } from "../../records/schema/migration-effects.ts";
import { migrationSurveys } from "../../records/schema/migration-surveys.ts";
import { platforms } from "../../records/schema/platforms.ts";
import { bundleFor } from "../bundles/find-bundle.ts";
import type { BundleRow } from "../bundles/of-operation.ts";
import { folderSurvey } from "../migrations/surveyed.ts";
import { sameAs } from "./same-as.ts";

export interface EffectAsked {
  readonly platformId: string;
  readonly bundleId: string;
  readonly version: string;
  /** The last of several migrations; the first one alone where it is the same. */
  readonly to: string;
  /** Whether personal columns of the rows are to be seen, and why. */
  readonly personal: boolean;
  readonly reason: string;
}

/** The migrations are run, as for an upgrade; and whoever may fetch the bundle may see what is in it. */
export const RUN = "request:upgrade";
const SEE = "download:bundle";

/**
 * Refuses `not-permitted`, `reason-missing`, `platform-unknown`, `bundle-unknown`, `bundle-not-ready`,
 * `bundle-of-another-platform`. Where somebody has asked for the same, it leads there: to what is under way, or was
 * done with these very files. Rows with personal columns are never another's.
 */
export async function askEffect(
  records: Records,
  actor: Actor,
  asked: EffectAsked,
): Promise<Answer<{ effectId: string }>> {
  const refused = forbidden(actor, asked);
  if (refused !== null) return refuse(refused);
  const { platformId, version, to, personal } = asked;
  return records.transaction(async (tx) => {
    const found = await bundleFor(tx, actor, asked.bundleId, SEE);
    if (!found.ok) return found;
    const { bundle } = found;
    const platform = await platformOf(tx, platformId);
    if (platform === null) return refuse(platformUnknown(platformId));
    if (bundle.platformId !== platform.id) return refuse(ofAnother(bundle));
    if (bundle.state !== "ready" || bundle.tenantKey === null || bundle.sha256 === null)
      return refuse(notReady(bundle));
    // Two who ask at once find one another's.
    await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext(${`effect ${bundle.id} ${version} ${to}`}))`);
    const known = personal ? null : await knownEffect(tx, asked, bundle.sha256, platform);
    if (known !== null) return { ok: true, effectId: known };
    const effectId = newId();
    await tx.insert(migrationEffects).values({
      id: effectId,
      platformId: platform.id,
      tenantKey: bundle.tenantKey,
      bundleId: bundle.id,
      version,
      toVersion: to,
      personalReason: personal ? asked.reason.trim() : null,
      requestedBy: actor.personId,
      state: "waiting",
    });
    await recordAudit(tx, {
      actor,
      action: personal ? "effect.asked-with-personal" : "effect.asked",
      ...aboutEffect({ id: effectId, platformId: platform.id, tenantKey: bundle.tenantKey }),
      data: { bundle: bundle.id, version, to, ...(personal ? { reason: asked.reason.trim() } : {}) },
    });
    return { ok: true, effectId };
  });
}

/** Calls off one that waits or runs; the worker stops within seconds. Refuses one that has ended. */
export async function cancelEffect(records: Records, actor: Actor, id: string): Promise<Answer> {
  if (!actor.permissions.has(RUN)) return refuse(notPermitted(RUN));
  return records.transaction(async (tx) => {
    const [ended] = isId(id)
      ? await tx
          .update(migrationEffects)
          .set({ state: "cancelled", endedAt: sql`now()` })
          .where(and(eq(migrationEffects.id, id), inArray(migrationEffects.state, ["waiting", "running"])))
          .returning()
      : [];
    if (ended === undefined) return refuse(notOpen(id));
    await recordAudit(tx, { actor, action: "effect.cancelled", ...aboutEffect(ended) });
    return { ok: true };
  });
}

/** What an audit entry about it says. */
export function aboutEffect({
  id,
  platformId,
  tenantKey,
}: {
  readonly id: string;
  readonly platformId: string;
  readonly tenantKey: string;
}) {
  return { subject: { type: "migration-effect", id }, platformId, tenantKey };
}

function forbidden(actor: Actor, { personal, reason }: EffectAsked): Finding | null {
  if (!actor.permissions.has(RUN)) return notPermitted(RUN);
  if (!personal) return null;
  if (!actor.permissions.has("see:personal")) return notPermitted("see:personal");
  if (reason.trim() !== "") return null;
  return {
    code: "reason-missing",
    severity: "blocks",
    where: "reason",
    what: "Say why you need to see personal data: the audit trail keeps it.",
  };
}

interface AskedPlatform {
  readonly id: string;
  readonly fileVersion: number;
}

async function platformOf(tx: RecordsSession, id: string): Promise<AskedPlatform | null> {
  if (!isId(id)) return null;
  const [row] = await tx
    .select({ id: platforms.id, fileVersion: platforms.fileVersion })
    .from(platforms)
    .where(and(eq(platforms.id, id), isNull(platforms.deregisteredAt)));
  return row ?? null;
}

async function knownEffect(
  tx: RecordsSession,
  { version, to }: EffectAsked,
  sha256: string,
  { id, fileVersion }: AskedPlatform,
): Promise<string | null> {
  const [survey] = await tx
    .select({ survey: migrationSurveys.survey })
    .from(migrationSurveys)
    .where(eq(migrationSurveys.platformId, id));
  const files = folderSurvey.safeParse(survey?.survey).data?.files ?? [];
  const same = sameAs({ sha256, version, to, files, fileVersion });
  if (same !== null) {
    const [done] = await tx
      .select({ id: migrationEffects.id })
      .from(migrationEffects)
      .where(and(eq(migrationEffects.sameAs, same), isNull(migrationEffects.personalReason)))
      .orderBy(desc(migrationEffects.createdAt))
      .limit(1);
    if (done !== undefined) return done.id;
  }
  const [open] = await tx
    .select({ id: migrationEffects.id })
    .from(migrationEffects)
    .innerJoin(bundles, eq(bundles.id, migrationEffects.bundleId))
    .where(
      and(
        inArray(migrationEffects.state, ["waiting", "running"]),
        eq(migrationEffects.platformId, id),
        eq(migrationEffects.version, version),
        eq(migrationEffects.toVersion, to),
        isNull(migrationEffects.personalReason),
        eq(bundles.sha256, sha256),
      ),
    )
    .limit(1);
  return open?.id ?? null;
}

function platformUnknown(where: string): Finding {
  return {
    code: "platform-unknown",
    severity: "blocks",
    where,
    what: "There is no such platform, or not any more.",
    todo: "Look under Platforms.",
  };
}

function ofAnother({ name }: BundleRow): Finding {
  return {
    code: "bundle-of-another-platform",
    severity: "blocks",
    where: name,
    what: "The bundle is of another platform, which these migrations are not for.",
    todo: "Choose a bundle of this platform.",
  };
}

function notReady({ name }: BundleRow): Finding {
  return {
    code: "bundle-not-ready",
    severity: "blocks",
    where: name,
    what: "The bundle has no verified file to read rows from.",
    todo: "Look at the bundle's state and its findings.",
  };
}

function notOpen(where: string): Finding {
  return {
    code: "effect-not-open",
    severity: "blocks",
    where,
    what: "It has ended already, or there is none.",
    todo: "Load the page again.",
  };
}
