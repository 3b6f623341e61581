/** What a delete's gates go by, as far as the console's records know it. */
import { and, desc, eq, inArray, ne, or, sql } from "drizzle-orm";
import type { PlanContext } from "../../engine/contexts.ts";
import { CLAIMING } from "../../engine/states.ts";
import { recordsNow } from "../../records/clock.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { drills } from "../../records/schema/drills.ts";
import { operations } from "../../records/schema/operations.ts";
import { tenants } from "../../records/schema/tenants.ts";
import { finalizerConfirmations } from "../../records/schema/tombstones.ts";
import { holdsOn } from "../holds/holds-on.ts";
import type { BundleRow } from "../shared/bundle.ts";
import type { DeleteLook } from "./delete-look.ts";

type Reach = Pick<PlanContext, "records" | "platform" | "database">;

export interface KnownOfTenant
  extends Pick<DeleteLook, "now" | "knownRefused" | "drill" | "manual" | "holds" | "others"> {
  readonly drillId: string | null;
  /** Its bundles beside the one that is named, that are still there. */
  readonly otherBundles: number;
}

export async function lookUp(
  context: Reach,
  tenantKey: string,
  bundle: BundleRow | null,
): Promise<KnownOfTenant> {
  const { records, platform, database } = context;
  const [tenant] = await records
    .select({ fence: tenants.fence })
    .from(tenants)
    .where(and(eq(tenants.databaseId, database.id), eq(tenants.key, tenantKey)));
  const ofTenant = and(eq(bundles.platformId, platform.id), eq(bundles.tenantKey, tenantKey));
  const otherBundles = await records.$count(
    bundles,
    and(
      ofTenant,
      inArray(bundles.state, ["ready", "missing", "quarantined"]),
      bundle === null ? undefined : ne(bundles.id, bundle.id),
    ),
  );
  const [drill] =
    bundle === null
      ? []
      : await records
          .select({ id: drills.id, at: drills.createdAt })
          .from(drills)
          .where(and(eq(drills.bundleId, bundle.id), eq(drills.passed, true)))
          .orderBy(desc(drills.createdAt))
          .limit(1);
  const fence = tenant?.fence ?? null;
  return {
    now: await recordsNow(records),
    knownRefused:
      fence === null
        ? null
        : {
            refused: fence.refused,
            at: fence.refusedAt === undefined ? null : new Date(fence.refusedAt),
          },
    drill: drill ?? null,
    drillId: drill?.id ?? null,
    otherBundles,
    manual: await confirmations(context, tenantKey),
    holds: await holdsOn(context, tenantKey),
    others: await otherOperations(context, tenantKey, bundle),
  };
}

async function confirmations(
  { records, platform, database }: Reach,
  tenantKey: string,
): Promise<DeleteLook["manual"]> {
  const declared = platform.file.finalizers.filter(({ kind }) => kind === "manual");
  if (declared.length === 0) return [];
  const given = await records
    .selectDistinctOn([finalizerConfirmations.finalizer], {
      name: finalizerConfirmations.finalizer,
      at: finalizerConfirmations.createdAt,
      behind: finalizerConfirmations.fenceSince,
    })
    .from(finalizerConfirmations)
    .where(
      and(
        eq(finalizerConfirmations.databaseId, database.id),
        eq(finalizerConfirmations.tenantKey, tenantKey),
      ),
    )
    .orderBy(finalizerConfirmations.finalizer, desc(finalizerConfirmations.createdAt));
  return declared.map(({ name, description }) => {
    const latest = given.find((each) => each.name === name);
    return { name, description, confirmedAt: latest?.at ?? null, behind: latest?.behind ?? null };
  });
}

/** Whoever has the tenant's own claim is this operation, or the request is refused for it anyway. */
async function otherOperations(
  { records, database }: Reach,
  tenantKey: string,
  bundle: BundleRow | null,
): Promise<DeleteLook["others"]> {
  return records
    .select({ id: operations.id, kind: operations.kind })
    .from(operations)
    .where(
      and(
        inArray(operations.state, [...CLAIMING]),
        ne(operations.claim, `key:${tenantKey}`),
        or(
          and(eq(operations.databaseId, database.id), eq(operations.tenantKey, tenantKey)),
          bundle === null ? undefined : sql`${operations.input} ->> 'bundleId' = ${bundle.id}`,
        ),
      ),
    )
    .orderBy(operations.createdAt);
}
