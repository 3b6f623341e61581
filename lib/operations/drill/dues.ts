/** Which tenants' drills are due when, kept in the records so that no page has to count bundles for it. */
import { isNull, sql } from "drizzle-orm";
import { withPlatform } from "../../engine/policy-in-force.ts";
import { readPolicy } from "../../engine/read-policy.ts";
import type { Records } from "../../records/client.ts";
import { platforms } from "../../records/schema/platforms.ts";

/**
 * A tenant is due so many days after one of its bundles has passed a drill; where none ever has, from its first bundle
 * on, as a new one every night must not put it off for ever. What was asked for it stays.
 */
export async function bringDrillDuesUpToDate(records: Records): Promise<void> {
  const policy = await readPolicy(records);
  const registered = await records
    .select({ id: platforms.id })
    .from(platforms)
    .where(isNull(platforms.deregisteredAt));
  const wanted = registered.flatMap(({ id }) => {
    const days = withPlatform(policy, id).drillEveryDays;
    return days === null ? [] : [{ id, days }];
  });
  const ids = sql.param(wanted.map(({ id }) => id));
  const days = sql.param(wanted.map((each) => each.days));
  await records.transaction(async (tx) => {
    await tx.execute(sql`
      DELETE FROM drill_dues AS due
      WHERE due.platform_id <> ALL (${ids}::uuid[])
         OR NOT EXISTS (SELECT FROM bundles AS b WHERE b.platform_id = due.platform_id
                          AND b.tenant_key = due.tenant_key AND b.state = 'ready')`);
    if (wanted.length === 0) return;
    await tx.execute(sql`
      WITH wanted AS (SELECT * FROM unnest(${ids}::uuid[], ${days}::int[]) AS w(platform_id, days)),
      held AS (
        SELECT b.platform_id, b.tenant_key, min(b.created_at) AS since,
               (array_agg(b.id ORDER BY b.created_at DESC, b.id DESC))[1] AS newest
        FROM bundles AS b JOIN wanted AS w ON w.platform_id = b.platform_id
        WHERE b.state = 'ready' AND b.tenant_key IS NOT NULL GROUP BY 1, 2),
      passed AS (
        SELECT b.platform_id, b.tenant_key, max(d.created_at) AS at
        FROM drills AS d JOIN bundles AS b ON b.id = d.bundle_id
        WHERE d.passed AND b.tenant_key IS NOT NULL GROUP BY 1, 2)
      INSERT INTO drill_dues AS due (platform_id, tenant_key, tenant_slug, bundle_id, passed_at, due_at)
      SELECT h.platform_id, h.tenant_key, b.tenant_slug, h.newest, p.at,
             coalesce(p.at + make_interval(days => w.days), h.since)
      FROM held AS h
        JOIN wanted AS w ON w.platform_id = h.platform_id
        JOIN bundles AS b ON b.id = h.newest
        LEFT JOIN passed AS p ON p.platform_id = h.platform_id AND p.tenant_key = h.tenant_key
      ON CONFLICT (platform_id, tenant_key) DO UPDATE
        SET tenant_slug = excluded.tenant_slug, bundle_id = excluded.bundle_id, passed_at = excluded.passed_at,
            due_at = excluded.due_at
        WHERE (due.tenant_slug, due.bundle_id, due.passed_at, due.due_at)
          IS DISTINCT FROM (excluded.tenant_slug, excluded.bundle_id, excluded.passed_at, excluded.due_at)`);
  });
}
