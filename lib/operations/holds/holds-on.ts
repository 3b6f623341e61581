/** What is held of a tenant: itself, or any of its bundles that are still there. */
import { and, asc, eq, isNotNull, ne } from "drizzle-orm";
import type { PlanContext } from "../../engine/contexts.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { tenants } from "../../records/schema/tenants.ts";

export interface Hold {
  readonly on: "tenant" | "bundle";
  readonly name: string;
  /** Null for the tenant itself. */
  readonly bundleId: string | null;
}

type Reach = Pick<PlanContext, "records" | "platform" | "database">;

export async function holdsOn({ records, platform, database }: Reach, tenantKey: string): Promise<Hold[]> {
  const [tenant] = await records
    .select({ heldAt: tenants.heldAt, slug: tenants.slug })
    .from(tenants)
    .where(and(eq(tenants.databaseId, database.id), eq(tenants.key, tenantKey)));
  const held = await records
    .select({ id: bundles.id, name: bundles.name })
    .from(bundles)
    .where(
      and(
        eq(bundles.platformId, platform.id),
        eq(bundles.tenantKey, tenantKey),
        isNotNull(bundles.heldAt),
        ne(bundles.state, "expired"),
      ),
    )
    .orderBy(asc(bundles.createdAt));
  return [
    ...(tenant?.heldAt == null
      ? []
      : [{ on: "tenant" as const, name: tenant.slug ?? tenantKey, bundleId: null }]),
    ...held.map(({ id, name }) => ({ on: "bundle" as const, name, bundleId: id })),
  ];
}

/** Between a delete's batches: a hold that was set meanwhile stops it where it is. @throws Refusal `held-meanwhile` */
export async function stopWhereHeld(reach: Reach, tenantKey: string): Promise<void> {
  const [first] = await holdsOn(reach, tenantKey);
  if (first !== undefined) throw new Refusal(heldMeanwhile(first));
}

function heldMeanwhile({ on, name }: Hold): Finding {
  return {
    code: "held-meanwhile",
    severity: "blocks",
    where: name,
    what: `A legal hold was set on ${on === "tenant" ? "the tenant" : "a bundle of the tenant"} while it was being deleted: nothing more of it goes.`,
    todo: "Resume once the hold is lifted; or abort, and restore what is missing.",
  };
}
