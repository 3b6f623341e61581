/** The census's sizes into the list of tenants, many a statement. */
import type { Records } from "../../records/client.ts";
import type { TenantSizes } from "./sizes.ts";

const STORE_SIZES = `
  UPDATE tenants t
     SET rows = v.rows, bytes = v.bytes, tables = v.tables, sized_at = now()
    FROM jsonb_to_recordset($2::jsonb) AS v(key text, rows bigint, bytes bigint, tables jsonb)
   WHERE t.database_id = $1 AND t.key = v.key`;

export async function storeSizes(
  records: Records,
  databaseId: string,
  sizes: TenantSizes,
  batch: number,
): Promise<void> {
  const measured = [...sizes].map(([key, tables]) => ({
    key,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    tables,
  }));
  for (let at = 0; at < measured.length; at += batch)
    await records.pool.query(STORE_SIZES, [databaseId, JSON.stringify(measured.slice(at, at + batch))]);
}
