/** A legal hold on a tenant (hold:tenant): while it stands no delete of it runs, whoever approves. */
import { and, eq } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import type { Finding } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import type { Records, RecordsSession } from "../../records/client.ts";
import { isId } from "../../records/id.ts";
import { tenants } from "../../records/schema/tenants.ts";

export interface TenantHoldRequest {
  readonly databaseId: string;
  readonly tenantKey: string;
  readonly hold: boolean;
  readonly reason: string;
}

/** Sets or lifts it. Refuses `not-permitted`, `tenant-unknown`, `reason-missing`. */
export async function holdTenant(
  records: Records,
  actor: Actor,
  request: TenantHoldRequest,
): Promise<Answer> {
  const { hold } = request;
  const reason = request.reason.trim();
  if (!actor.permissions.has("hold:tenant")) return refuse(notPermitted("hold:tenant"));
  return records.transaction(async (tx): Promise<Answer> => {
    const tenant = await listedTenant(tx, request);
    if (tenant === null) return refuse(tenantUnknown(request.tenantKey));
    if (reason === "") return refuse(reasonMissing());
    if ((tenant.heldAt !== null) === hold) return { ok: true };
    const held = { heldAt: new Date(), heldBy: actor.personId, holdReason: reason };
    const lifted = { heldAt: null, heldBy: null, holdReason: null };
    await tx
      .update(tenants)
      .set(hold ? held : lifted)
      .where(eq(tenants.id, tenant.id));
    await recordAudit(tx, {
      actor,
      action: hold ? "tenant.held" : "tenant.hold-lifted",
      subject: { type: "tenant", id: tenant.id },
      platformId: tenant.platformId,
      tenantKey: tenant.key,
      data: { reason },
    });
    return { ok: true };
  });
}

/** The tenant as it is listed, locked for the rest of the transaction; null where there is none. */
export async function listedTenant(
  session: RecordsSession,
  { databaseId, tenantKey }: Pick<TenantHoldRequest, "databaseId" | "tenantKey">,
): Promise<typeof tenants.$inferSelect | null> {
  if (!isId(databaseId)) return null;
  const [tenant] = await session
    .select()
    .from(tenants)
    .where(and(eq(tenants.databaseId, databaseId), eq(tenants.key, tenantKey)))
    .for("update");
  return tenant ?? null;
}

export function tenantUnknown(where: string): Finding {
  return {
    code: "tenant-unknown",
    severity: "blocks",
    where,
    what: "There is no such tenant.",
    todo: "Choose one from the list of tenants.",
  };
}

export function reasonMissing(): Finding {
  return {
    code: "reason-missing",
    severity: "blocks",
    where: "reason",
    what: "Say why: whoever asks later reads it in the audit trail.",
  };
}
