/** One DELETE a table, each committed by itself: what somebody would write by hand who knows the schema. */
import type { Catalog } from "../../lib/catalog/catalog.ts";
import { readCatalog } from "../../lib/catalog/read.ts";
import { connect } from "../../lib/postgres/connection.ts";
import { quoteQualified } from "../../lib/postgres/identifiers.ts";
import { type Doomed, doomedTables, onlyOf } from "../../lib/rows/delete/doomed-tables.ts";
import { passFence } from "../../lib/rows/fence/pass.ts";
import { tenantKeyLiteral } from "../../lib/rows/tenant.ts";
import { deriveModel } from "../../lib/tenancy/derive-model.ts";
import { ownershipPredicate } from "../../lib/tenancy/ownership-sql.ts";
import { harborPlatform } from "../ground/platform.ts";

/**
 * Behind the tenant's fence, which stands while it is deleted whoever does it. Rows whose way to the tenant goes with
 * others are noted before; a circle of tables goes by one statement.
 *
 * @returns how many rows went
 */
export async function oneDelete(url: string, tenantKey: string, epoch: string): Promise<number> {
  const client = await connect(url, { applicationName: "bench" });
  try {
    const catalog: Catalog = await readCatalog(client);
    const model = deriveModel(catalog, harborPlatform());
    const key = tenantKeyLiteral(model, tenantKey);
    const doomed = doomedTables(catalog, model);
    const owned = ({ table }: Doomed) => ownershipPredicate(model, table.id, "t", key);
    const rowsOf = ({ table }: Doomed) => `${onlyOf(table)}${quoteQualified(table.schema, table.name)} t`;
    for (const [at, each] of doomed.entries())
      if (!each.hasPath)
        await client.query(
          `CREATE TEMPORARY TABLE noted_${at} AS SELECT t.ctid AS place FROM ${rowsOf(each)} WHERE ${owned(each)}`,
        );
    const deleting = (each: Doomed) =>
      `DELETE FROM ${rowsOf(each)} WHERE ${each.hasPath ? owned(each) : `t.ctid = ANY (ARRAY(SELECT place FROM noted_${doomed.indexOf(each)}))`}`;
    let rows = 0;
    for (const group of Map.groupBy(doomed, (each) => each.group).values()) {
      const deletes = group.map((each, at) => `d${at} AS (${deleting(each)} RETURNING 1)`);
      const counts = group.map((_, at) => `(SELECT count(*) FROM d${at})`).join(" + ");
      const [only, ...others] = group;
      await client.query("BEGIN");
      await passFence(client, tenantKey, epoch);
      const { rowCount, rows: counted } = await client.query<{ rows: number }>(
        others.length === 0
          ? deleting(only!)
          : `WITH ${deletes.join(", ")} SELECT (${counts})::float8 AS rows`,
      );
      rows += others.length === 0 ? (rowCount ?? 0) : counted[0]!.rows;
      await client.query("COMMIT");
    }
    return rows;
  } finally {
    await client.end();
  }
}
