/** Tenants whose bundles have not been restored for longer than the policy says. */
import "server-only";
import { asc, count, eq, lt, sql } from "drizzle-orm";
import type { Finding } from "../findings/finding.ts";
import { drillDues } from "../records/schema/drill-dues.ts";
import { platforms } from "../records/schema/platforms.ts";
import { A_FEW, type Some } from "./some.ts";
import type { Source } from "./source.ts";

export interface DrillLine {
  readonly platform: string;
  readonly tenantKey: string;
  readonly tenant: string;
  /** The newest bundle. */
  readonly bundleId: string;
  readonly passedAt: Date | null;
  readonly dueAt: Date;
  /** The last time that it was asked for by the clock; null where that was refused. */
  readonly operationId: string | null;
  /** Why it was refused, the first reason. */
  readonly obstacle: string | null;
}

export interface DrillNews {
  /** The longest overdue first. */
  readonly drillsOverdue: Some<DrillLine>;
}

/** The worker has had a day to do it. */
const OVERDUE = lt(drillDues.dueAt, sql`now() - interval '1 day'`);

export async function readDrillNews({ records }: Source): Promise<DrillNews> {
  const [entries, [all]] = await Promise.all([
    records
      .select({ due: drillDues, platform: platforms.name })
      .from(drillDues)
      .innerJoin(platforms, eq(platforms.id, drillDues.platformId))
      .where(OVERDUE)
      .orderBy(asc(drillDues.dueAt), asc(drillDues.platformId), asc(drillDues.tenantKey))
      .limit(A_FEW),
    records.select({ count: count() }).from(drillDues).where(OVERDUE),
  ]);
  return {
    drillsOverdue: {
      entries: entries.map(({ due, platform }) => ({
        platform,
        tenantKey: due.tenantKey,
        tenant: due.tenantSlug ?? due.tenantKey,
        bundleId: due.bundleId,
        passedAt: due.passedAt,
        dueAt: due.dueAt,
        operationId: due.operationId,
        obstacle: (due.findings as readonly Finding[])[0]?.what ?? null,
      })),
      total: all?.count ?? 0,
    },
  };
}
