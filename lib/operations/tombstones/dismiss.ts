/**
 * The re-delete list: a tenant that was deleted and is there again stands on it until it is deleted again, restored as
 * what it was, or somebody who may says that it stays, and why.
 */
import { and, eq, exists, inArray, isNotNull, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import { CLAIMING } from "../../engine/states.ts";
import { tenantBusy } from "../../engine/tenant-busy.ts";
import type { Finding } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import type { Records, RecordsSession } from "../../records/client.ts";
import { operations } from "../../records/schema/operations.ts";
import { tenants } from "../../records/schema/tenants.ts";
import { tombstones } from "../../records/schema/tombstones.ts";
import { listedTenant, reasonMissing, tenantUnknown } from "../holds/hold-tenant.ts";
import { openTombstone, setTenantState } from "./tombstones.ts";

export interface Dismissal {
  readonly databaseId: string;
  readonly tenantKey: string;
  readonly reason: string;
}

/**
 * Takes a tenant off the re-delete list (dismiss:tombstone). Its tombstone, its certificate and the bundle that it could
 * be restored from stay as they are; it stands on the list again when it was gone meanwhile.
 *
 * Refuses `not-permitted`, `tenant-unknown`, `not-there-again`, `tenant-busy`, `reason-missing`.
 */
export async function dismissThereAgain(records: Records, actor: Actor, request: Dismissal): Promise<Answer> {
  const reason = request.reason.trim();
  if (!actor.permissions.has("dismiss:tombstone")) return refuse(notPermitted("dismiss:tombstone"));
  return records.transaction(async (tx): Promise<Answer> => {
    const tenant = await listedTenant(tx, request);
    if (tenant === null) return refuse(tenantUnknown(request.tenantKey));
    const tombstone = await openTombstone(tx, request);
    if (tombstone?.state !== "deleted" || tenant.goneAt !== null) return refuse(notThereAgain());
    if (await isBusy(tx, request))
      return refuse(await tenantBusy(tx, request.databaseId, `key:${request.tenantKey}`));
    if (reason === "") return refuse(reasonMissing());
    if (tombstone.dismissedAt !== null) return { ok: true };
    await tx
      .update(tombstones)
      .set({ dismissedAt: sql`now()`, dismissedBy: actor.personId, dismissReason: reason })
      .where(eq(tombstones.id, tombstone.id));
    // Restored and never proved: somebody vouches for it now.
    if (tenant.state === "restoring") await setTenantState(tx, request, "suspended");
    await recordAudit(tx, {
      actor,
      action: "tenant.there-again-dismissed",
      subject: { type: "tenant", id: tenant.id },
      platformId: tenant.platformId,
      tenantKey: tenant.key,
      data: { reason, deletedBy: tombstone.operationId },
    });
    return { ok: true };
  });
}

/** Whatever has it may settle it otherwise: a restore that is paused, a delete that is asked for. */
async function isBusy(
  session: RecordsSession,
  { databaseId, tenantKey }: Pick<Dismissal, "databaseId" | "tenantKey">,
): Promise<boolean> {
  const open = and(
    eq(operations.databaseId, databaseId),
    eq(operations.claim, `key:${tenantKey}`),
    inArray(operations.state, [...CLAIMING]),
  );
  return (await session.$count(operations, open)) > 0;
}

/** What was said of a tenant that was there again says nothing of it when it comes back once more. */
export async function forgetDismissals(session: RecordsSession, databaseId: string): Promise<void> {
  const isGone = session
    .select({ id: tenants.id })
    .from(tenants)
    .where(
      and(
        eq(tenants.databaseId, tombstones.databaseId),
        eq(tenants.key, tombstones.tenantKey),
        isNotNull(tenants.goneAt),
      ),
    );
  await session
    .update(tombstones)
    .set({ dismissedAt: null, dismissedBy: null, dismissReason: null })
    .where(and(eq(tombstones.databaseId, databaseId), isNotNull(tombstones.dismissedAt), exists(isGone)));
}

function notThereAgain(): Finding {
  return {
    code: "not-there-again",
    severity: "blocks",
    where: "tenant",
    what: "It does not stand on the list: it was not deleted, or is not there again, or its delete was stopped on its way.",
    todo: "Load the page again.",
  };
}
