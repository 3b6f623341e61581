/** One tenant as its database has it now, in the console's list: after an operation, and row by row in a census. */
import { and, eq, isNull, sql } from "drizzle-orm";
import type pg from "pg";
import type { RegisteredDatabase, RegisteredPlatform } from "../../engine/contexts.ts";
import type { RecordsSession } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { operations } from "../../records/schema/operations.ts";
import { type KnownFence, tenants } from "../../records/schema/tenants.ts";
import { type Fence, readFences } from "../../rows/fence/fence.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { readState, tenantByKey } from "../shared/tenant.ts";

export interface SeenTenant {
  readonly key: string;
  readonly slug: string | null;
  readonly name: string | null;
  readonly domains: readonly string[];
  /** The text of the platform's state column. */
  readonly state: string | null;
  /** Left out where nobody could look: what was known of it stays. */
  readonly fence?: KnownFence | null;
}

/** As the records keep it. */
export function knownFence({ state, since, readAt, refused }: Fence): KnownFence {
  return {
    state,
    since: since.toISOString(),
    refused,
    ...(refused > 0 ? { refusedAt: readAt.toISOString() } : {}),
  };
}

/** The same fence with the same count is left as it was: with the time at which that count was seen first. */
const SEEN_FENCE = sql`CASE
  WHEN ${tenants.fence} ->> 'since' = excluded.fence ->> 'since'
   AND ${tenants.fence} ->> 'refused' = excluded.fence ->> 'refused'
   AND (${tenants.fence} ->> 'refused' = '0' OR ${tenants.fence} ->> 'refusedAt' IS NOT NULL) THEN ${tenants.fence}
  ELSE excluded.fence END`;

/** What the console calls the state that the platform's column says; every other word of it counts as active. */
export function lifecycleState(
  declared: { readonly active: string; readonly suspended: string } | null,
  state: string | null,
): { readonly state: "active" | "suspended"; readonly platformState: string | null } {
  if (declared === null || state === null) return { state: "active", platformState: null };
  if (state === declared.suspended) return { state: "suspended", platformState: null };
  return { state: "active", platformState: state === declared.active ? null : state };
}

/**
 * Adds or updates the tenants in the list. A state that an operation has set and the platform knows nothing of
 * (moving, deleting, restoring) stays until that operation changes it.
 */
export async function listTenants(
  records: RecordsSession,
  place: { readonly platformId: string; readonly databaseId: string },
  model: TenancyModel,
  seen: readonly SeenTenant[],
): Promise<void> {
  if (seen.length === 0) return;
  const rows = seen.map((tenant) => ({
    id: newId(),
    ...place,
    key: tenant.key,
    slug: tenant.slug,
    name: tenant.name,
    domains: [...tenant.domains],
    fence: tenant.fence ?? null,
    ...lifecycleState(model.tenant.state, tenant.state),
  }));
  await records
    .insert(tenants)
    .values(rows)
    .onConflictDoUpdate({
      target: [tenants.databaseId, tenants.key],
      set: {
        slug: sql`excluded.slug`,
        name: sql`excluded.name`,
        domains: sql`excluded.domains`,
        platformState: sql`excluded.platform_state`,
        state: sql`CASE WHEN ${tenants.state} IN ('moving', 'deleting', 'restoring') THEN ${tenants.state} ELSE excluded.state END`,
        ...(seen.every(({ fence }) => fence === undefined)
          ? {}
          : {
              fence: SEEN_FENCE,
              traffic: sql`CASE WHEN excluded.fence IS NOT NULL THEN ${tenants.traffic} END`,
            }),
        goneAt: null,
      },
    });
}

/** Looks at one tenant and lists it; one that is not there is marked as gone. */
export async function refreshTenant(
  records: RecordsSession,
  client: pg.Client,
  at: { readonly platform: RegisteredPlatform; readonly database: RegisteredDatabase },
  model: TenancyModel,
  key: string,
): Promise<void> {
  const tenant = await tenantByKey(client, model, key);
  if ("code" in tenant) {
    await records
      .update(tenants)
      .set({ goneAt: sql`now()` })
      .where(and(eq(tenants.databaseId, at.database.id), eq(tenants.key, key), isNull(tenants.goneAt)));
    return;
  }
  const state = await readState(client, model, key);
  const place = { platformId: at.platform.id, databaseId: at.database.id };
  const fences = await readFences(client);
  const fence = fences?.get(key);
  const known = fences === null ? {} : { fence: fence === undefined ? null : knownFence(fence) };
  await listTenants(records, place, model, [{ ...tenant, state, ...known }]);
}

/** Names the tenant in the operation that made it: its timeline begins there, and its key was not known before. */
export async function nameTenant(records: RecordsSession, operationId: string, key: string): Promise<void> {
  await records
    .update(operations)
    .set({ tenantKey: key })
    .where(and(eq(operations.id, operationId), isNull(operations.tenantKey)));
}
