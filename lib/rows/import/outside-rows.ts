/** Rows outside the tenant that its rows point at: nobody may delete them while the import is under way. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { quoteColumns, quoteQualified } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { isIn } from "../export/common-rows.ts";

/**
 * Locks FOR KEY SHARE every row outside that a declared foreign key of the loaded rows points at. Under the
 * replica role no trigger has done so, and a concurrent delete would leave an orphan. The anti-joins that follow
 * see what a delete before the lock has left. PostgreSQL documentation, 13.3.2 Row-Level Locks.
 */
export async function lockOutsideRows(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tenantKeySql: string,
): Promise<void> {
  for (const reference of model.references) {
    const target = model.tables.get(reference.to.table);
    const outside = target !== undefined && (!model.loadOrder.includes(target.id) || target.common !== null);
    if (reference.foreignKey === null || !outside || !model.loadOrder.includes(reference.from.table))
      continue;
    const from = catalog.tables.get(reference.from.table)!;
    const only = from.kind === "table" ? "ONLY " : "";
    await client.query(
      `SELECT count(*) FROM (
         SELECT FROM ${quoteQualified(target.schema, target.name)} p
          WHERE (${quoteColumns(reference.to.columns, "p")}) ${isIn(model, reference)} (
                  SELECT ${quoteColumns(reference.from.columns, "t")}
                    FROM ${only}${quoteQualified(from.schema, from.name)} t
                   WHERE ${ownershipPredicate(model, from.id, "t", tenantKeySql)})
            FOR KEY SHARE OF p) locked`,
    );
  }
}
