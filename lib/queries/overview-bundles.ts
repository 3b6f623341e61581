/** Bundles that somebody should look after: about to expire, or whose file is not what the records say. */
import "server-only";
import { and, asc, count, desc, eq, gt, inArray, lte, type SQL } from "drizzle-orm";
import { type BUNDLE_STATES, bundles } from "../records/schema/bundles.ts";
import { A_FEW, type Some } from "./some.ts";
import type { Source } from "./source.ts";

export interface BundleLine {
  readonly id: string;
  readonly name: string;
  readonly tenant: string | null;
  readonly state: (typeof BUNDLE_STATES)[number];
  readonly bytes: number | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export interface BundleNews {
  /** Ready, and gone within a week; the next one first. */
  readonly expiring: Some<BundleLine>;
  /** The file is missing, or was refused when it was looked at. */
  readonly broken: Some<BundleLine>;
}

const WEEK_MS = 7 * 86_400_000;

export async function readBundleNews(source: Source, now: Date): Promise<BundleNews> {
  const soon = and(
    eq(bundles.state, "ready"),
    gt(bundles.expiresAt, now),
    lte(bundles.expiresAt, new Date(now.getTime() + WEEK_MS)),
  );
  const [expiring, broken] = await Promise.all([
    someOf(source, soon, asc(bundles.expiresAt)),
    someOf(source, inArray(bundles.state, ["missing", "refused"]), desc(bundles.createdAt)),
  ]);
  return { expiring, broken };
}

async function someOf({ records }: Source, where: SQL | undefined, order: SQL): Promise<Some<BundleLine>> {
  const [entries, [all]] = await Promise.all([
    records
      .select({
        id: bundles.id,
        name: bundles.name,
        tenant: bundles.tenantSlug,
        state: bundles.state,
        bytes: bundles.bytes,
        createdAt: bundles.createdAt,
        expiresAt: bundles.expiresAt,
      })
      .from(bundles)
      .where(where)
      .orderBy(order, bundles.id)
      .limit(A_FEW),
    records.select({ count: count() }).from(bundles).where(where),
  ]);
  return { entries, total: all?.count ?? 0 };
}
