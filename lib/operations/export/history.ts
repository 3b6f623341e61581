/** What the last exports of a database came to. */
import { and, desc, eq, isNotNull } from "drizzle-orm";
import type { RecordsSession } from "../../records/client.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { operations } from "../../records/schema/operations.ts";
import type { PastExport } from "./forecast.ts";

const LATEST = 20;

/** The latest first. */
export async function pastExports(session: RecordsSession, databaseId: string): Promise<PastExport[]> {
  const rows = await session
    .select({
      tenantKey: operations.tenantKey,
      rows: bundles.rows,
      bytes: bundles.bytes,
      startedAt: operations.startedAt,
      endedAt: operations.endedAt,
    })
    .from(operations)
    .innerJoin(bundles, eq(bundles.operationId, operations.id))
    .where(
      and(
        eq(operations.databaseId, databaseId),
        eq(operations.kind, "export"),
        eq(operations.state, "succeeded"),
        isNotNull(operations.startedAt),
        isNotNull(operations.endedAt),
        isNotNull(bundles.rows),
        isNotNull(bundles.bytes),
      ),
    )
    .orderBy(desc(operations.createdAt))
    .limit(LATEST);
  return rows.map(({ tenantKey, rows, bytes, startedAt, endedAt }) => ({
    tenantKey,
    rows: rows!,
    bytes: bytes!,
    seconds: Math.max(0, endedAt!.getTime() - startedAt!.getTime()) / 1000,
  }));
}
