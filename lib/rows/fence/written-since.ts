/**
 * What was written to a fenced tenant's rows since its fence stands. The fence refuses every write but its owner's, so
 * this is nothing, unless somebody has got behind it: a disabled trigger, a superuser's repair.
 *
 * Told from the rows themselves: each carries the transaction that wrote it (xmin), and the fence's row the one that put
 * it up, after whoever was writing had ended. What was deleted leaves no row: a digest tells that. PostgreSQL
 * documentation, "System Columns", "Transaction ID Wraparound".
 */
import type pg from "pg";
import { quoteQualified } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { tenantKeyLiteral } from "../tenant.ts";

export interface WrittenSince {
  readonly table: string;
  readonly rows: number;
  /** When the last of them was committed; null where the server does not keep that (`track_commit_timestamp`). */
  readonly lastAt: Date | null;
}

/** Tables with rows that are newer than the fence. Reads all of the tenant's rows; the fence must stand. */
export async function writtenSince(
  client: pg.ClientBase,
  model: TenancyModel,
  tenantKey: string,
): Promise<WrittenSince[]> {
  const { rows: settings } = await client.query<{ kept: boolean }>(
    "SELECT current_setting('track_commit_timestamp')::boolean AS kept",
  );
  const lastAt = settings[0]!.kept ? "max(pg_xact_commit_timestamp(t.xmin))" : "NULL::timestamptz";
  const key = tenantKeyLiteral(model, tenantKey);
  const found: WrittenSince[] = [];
  for (const id of model.loadOrder) {
    const { schema, name } = model.tables.get(id)!;
    // A row from before the last wraparound has a negative age: it is old, and not from the future.
    const { rows } = await client.query<{ rows: number; lastAt: Date | null }>(
      `SELECT count(*)::float8 AS rows, ${lastAt} AS "lastAt"
         FROM ${quoteQualified(schema, name)} AS t
        WHERE ${ownershipPredicate(model, id, "t", key)}
          AND age(t.xmin) >= 0
          AND age(t.xmin) < (SELECT age(f.xmin) FROM tenantry.fence AS f WHERE f.tenant = $1)`,
      [tenantKey],
    );
    if (rows[0]!.rows > 0) found.push({ table: id, ...rows[0]! });
  }
  return found;
}
