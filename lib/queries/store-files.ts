/** How the stores' files stand to the records, by the last check: files that no record knows, records without a file. */
import "server-only";
import { and, count, eq, min, type SQL, sql } from "drizzle-orm";
import { bundles, storeChecks } from "../records/schema/bundles.ts";
import type { Source } from "./source.ts";

export interface StoreFiles {
  /** When the store that was checked longest ago was checked; null before the first check. */
  readonly checkedAt: Date | null;
  readonly unknown: { readonly count: number; readonly bytes: number };
  readonly missing: { readonly count: number; readonly bytes: number };
}

/** A row that stands for a file without a record. */
export const UNKNOWN_FILE: SQL = and(
  eq(bundles.state, "refused"),
  sql`${bundles.findings} @> '[{"code": "bundle-file-unknown"}]'`,
)!;

export async function readStoreFiles({ records }: Source): Promise<StoreFiles> {
  const counted = async (where: SQL) => {
    const [row] = await records
      .select({ count: count(), bytes: sql<string>`coalesce(sum(${bundles.bytes}), 0)` })
      .from(bundles)
      .where(where);
    return { count: row!.count, bytes: Number(row!.bytes) };
  };
  const [[check], unknown, missing] = await Promise.all([
    records.select({ at: min(storeChecks.checkedAt) }).from(storeChecks),
    counted(UNKNOWN_FILE),
    counted(eq(bundles.state, "missing")),
  ]);
  return { checkedAt: check?.at ?? null, unknown, missing };
}
