/** The bundle that an act is about, for somebody who may do it; else the refusal. */
import { eq } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import type { Permission } from "../../access/permissions.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import type { RecordsSession } from "../../records/client.ts";
import { isId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import type { BundleRow } from "./of-operation.ts";

export async function bundleFor(
  session: RecordsSession,
  actor: Actor,
  bundleId: string,
  permission: Permission,
): Promise<Answer<{ bundle: BundleRow }>> {
  if (!actor.permissions.has(permission)) return refuse(notPermitted(permission));
  const [bundle] = isId(bundleId) ? await session.select().from(bundles).where(eq(bundles.id, bundleId)) : [];
  if (bundle !== undefined) return { ok: true, bundle };
  return refuse({
    code: "bundle-unknown",
    severity: "blocks",
    where: bundleId,
    what: "There is no such bundle.",
    todo: "Choose one from the list of bundles.",
  });
}

/** What an audit entry about it says. */
export function aboutBundle({
  id,
  platformId,
  tenantKey,
}: Pick<BundleRow, "id" | "platformId" | "tenantKey">) {
  return { subject: { type: "bundle", id }, platformId, tenantKey };
}
