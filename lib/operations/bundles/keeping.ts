/** Keeping a bundle: until when, by its class, and the hold that keeps it whatever that says. */
import { eq } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import type { Finding } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import type { Records } from "../../records/client.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { neededUntil } from "../tombstones/needed-bundle.ts";
import { aboutBundle, bundleFor } from "./find-bundle.ts";
import type { BundleRow } from "./of-operation.ts";
import { expiryOf, type Retention } from "./retention.ts";

export interface KeepRequest {
  readonly bundleId: string;
  readonly retention: Retention;
  readonly reason: string;
}

/** Refuses `not-permitted`, `bundle-unknown`, `bundle-gone`, `reason-missing`, `bundle-of-deleted`. */
export async function keepBundle(records: Records, actor: Actor, request: KeepRequest): Promise<Answer> {
  const { bundleId, retention } = request;
  const reason = request.reason.trim();
  return records.transaction(async (tx) => {
    const found = await bundleFor(tx, actor, bundleId, "keep:bundle");
    if (!found.ok) return found;
    const { bundle } = found;
    const wrong = against(bundle, reason);
    if (wrong !== null) return refuse(wrong);
    if ((await neededUntil(tx, bundle.id)) !== null) return refuse(stillNeeded(bundle));
    const expiresAt = expiryOf(retention, bundle.createdAt);
    await tx.update(bundles).set({ retention, expiresAt }).where(eq(bundles.id, bundle.id));
    await recordAudit(tx, {
      actor,
      action: "bundle.retention-changed",
      ...aboutBundle(bundle),
      data: { from: bundle.retention, to: retention, expiresAt, reason },
    });
    return { ok: true };
  });
}

export interface HoldRequest {
  readonly bundleId: string;
  readonly hold: boolean;
  readonly reason: string;
}

/** Sets or lifts the hold; a held bundle is not removed when it expires. The same refusals. */
export async function holdBundle(records: Records, actor: Actor, request: HoldRequest): Promise<Answer> {
  const { bundleId, hold } = request;
  const reason = request.reason.trim();
  return records.transaction(async (tx) => {
    const found = await bundleFor(tx, actor, bundleId, "hold:bundle");
    if (!found.ok) return found;
    const { bundle } = found;
    const wrong = against(bundle, reason);
    if (wrong !== null) return refuse(wrong);
    if ((bundle.heldAt !== null) === hold) return { ok: true };
    const held = { heldAt: new Date(), heldBy: actor.personId, holdReason: reason };
    const lifted = { heldAt: null, heldBy: null, holdReason: null };
    await tx
      .update(bundles)
      .set(hold ? held : lifted)
      .where(eq(bundles.id, bundle.id));
    await recordAudit(tx, {
      actor,
      action: hold ? "bundle.held" : "bundle.hold-lifted",
      ...aboutBundle(bundle),
      data: { reason },
    });
    return { ok: true };
  });
}

function stillNeeded({ name }: BundleRow): Finding {
  return {
    code: "bundle-of-deleted",
    severity: "blocks",
    where: name,
    what: "Its tenant was deleted and can be brought back from it: it is kept as long as that, and no longer.",
    todo: "A hold keeps it for longer; restoring the tenant sets it free.",
  };
}

function against({ name, state }: BundleRow, reason: string): Finding | null {
  if (state === "expired")
    return {
      code: "bundle-gone",
      severity: "blocks",
      where: name,
      what: "The bundle has expired and was removed.",
      todo: "Export the tenant again.",
    };
  if (reason !== "") return null;
  return {
    code: "reason-missing",
    severity: "blocks",
    where: "reason",
    what: "Say why: whoever asks later reads it in the audit trail.",
  };
}
