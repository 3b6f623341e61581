/** What a person says of the tenant's traces outside the database: seen to, and how. Counts for the delete that follows. */
import type { Actor } from "../../access/actor.ts";
import { type Answer, type Engine, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import { findRegistered } from "../../engine/registered.ts";
import type { Finding } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import { newId } from "../../records/id.ts";
import { finalizerConfirmations } from "../../records/schema/tombstones.ts";
import { listedTenant, tenantUnknown } from "../holds/hold-tenant.ts";

export interface FinalizerConfirmation {
  readonly databaseId: string;
  readonly tenantKey: string;
  readonly finalizer: string;
  readonly note: string;
}

/**
 * Records it (request:delete), with the fence that stands: a later one goes before an earlier. The note stays in the records and goes nowhere else.
 *
 * Refuses `not-permitted`, `tenant-unknown`, `tenant-not-fenced`, `finalizer-unknown`, `note-missing`.
 */
export async function confirmFinalizer(
  engine: Engine,
  actor: Actor,
  request: FinalizerConfirmation,
): Promise<Answer> {
  const { databaseId, tenantKey, finalizer } = request;
  const note = request.note.trim();
  if (!actor.permissions.has("request:delete")) return refuse(notPermitted("request:delete"));
  return engine.records.transaction(async (tx): Promise<Answer> => {
    const tenant = await listedTenant(tx, request);
    if (tenant === null) return refuse(tenantUnknown(tenantKey));
    const found = await findRegistered(engine, tenant.platformId, databaseId);
    if (!found.ok) return found;
    const declared = found.registered.platform.file.finalizers.find(({ name }) => name === finalizer);
    if (declared?.kind !== "manual") return refuse(unknown(finalizer));
    if (tenant.fence === null) return refuse(notFenced());
    if (note === "") return refuse(noteMissing());
    await tx.insert(finalizerConfirmations).values({
      id: newId(),
      databaseId,
      tenantKey,
      finalizer,
      note,
      fenceSince: new Date(tenant.fence.since),
      personId: actor.personId,
    });
    await recordAudit(tx, {
      actor,
      action: "tenant.finalizer-confirmed",
      subject: { type: "tenant", id: tenant.id },
      platformId: tenant.platformId,
      tenantKey,
      data: { finalizer },
    });
    return { ok: true };
  });
}

function unknown(where: string): Finding {
  return {
    code: "finalizer-unknown",
    severity: "blocks",
    where,
    what: "The platform file has no finalizer of this name that a person confirms.",
    todo: "Load the page again, then use its form.",
  };
}

function notFenced(): Finding {
  return {
    code: "tenant-not-fenced",
    severity: "blocks",
    where: "tenant",
    what: "The tenant is not fenced: what is cleared away now may be there again tomorrow.",
    todo: "Suspend it with its fence first.",
  };
}

function noteMissing(): Finding {
  return {
    code: "note-missing",
    severity: "blocks",
    where: "note",
    what: "Say what was done, and how one can see that.",
  };
}
