/** How many of a table's rows a model gives to how many tenants, as far as that is quickly known. */
import type pg from "pg";
import { wasCancelled, withStatementTimeout } from "../../postgres/statement-timeout.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { countByTenantSql } from "../census/sizes-sql.ts";

export type TenantRows =
  /** No row of it is any tenant's. */
  | { readonly kind: "nobody's" }
  /** The table lies in a tenant's own schema. */
  | { readonly kind: "one tenant's" }
  /** It would have taken too long. */
  | { readonly kind: "not counted" }
  | { readonly kind: "counted"; readonly tenants: number; readonly rows: number; readonly most: number };

/** A page waits for it, and the platform has other users. */
const PATIENCE = 3_000;

/** Reads the table once. The session's statement timeout is lifted afterwards. */
export async function rowsPerTenant(
  client: pg.ClientBase,
  model: TenancyModel,
  tableId: string,
): Promise<TenantRows> {
  const table = model.tables.get(tableId);
  if (table?.whole === true) return { kind: "one tenant's" };
  if (table === undefined || table.path === null || !model.loadOrder.includes(tableId))
    return { kind: "nobody's" };
  const count = `
    SELECT count(*)::int AS tenants, coalesce(sum(rows), 0)::float8 AS rows, coalesce(max(rows), 0)::float8 AS most
      FROM (${countByTenantSql(model, table)}) counted`;
  try {
    const { rows } = await withStatementTimeout(client, PATIENCE, () =>
      client.query<{ tenants: number; rows: number; most: number }>(count),
    );
    return { kind: "counted", ...rows[0]! };
  } catch (error) {
    if (wasCancelled(error)) return { kind: "not counted" };
    throw error;
  }
}
