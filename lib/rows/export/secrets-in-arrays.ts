/**
 * Secrets that hide in arrays. A path of the platform file takes a secret out of an object; where a row has an
 * array on the way, the same key in its elements would leave with the bundle, so the export stops.
 */
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedColumn, quoteIdentifier, quoteLiteral } from "../../postgres/identifiers.ts";
import { type Extent, fromExtent } from "./jobs.ts";
import { sqlJsonPath } from "./json-path-sql.ts";

/**
 * Counts rows in which the path exists only through an array: the lax mode of SQL/JSON looks into the elements,
 * the strict one does not (PostgreSQL documentation, 9.16.2.3 Strict and Lax Modes).
 */
export async function secretsInArrays(client: pg.ClientBase, extents: readonly Extent[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const extent of extents) {
    for (const column of extent.modelTable.columns) {
      if (!extent.carried.includes(column.name)) continue;
      for (const path of column.secretPaths) {
        const count = await countHidden(client, extent, column.name, path);
        if (count > 0) findings.push(hidden(qualifiedColumn(extent.table.id, column.name), path, count));
      }
    }
  }
  return findings;
}

async function countHidden(
  client: pg.ClientBase,
  extent: Extent,
  column: string,
  path: string,
): Promise<number> {
  const value = `t.${quoteIdentifier(column)}::jsonb`;
  const lax = sqlJsonPath(path);
  const strict = lax.replace(/^lax/, "strict");
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::float8 AS count FROM ${fromExtent(extent)}
      WHERE (${extent.condition}) AND jsonb_path_exists(${value}, ${quoteLiteral(lax)})
        AND jsonb_path_exists(${value}, ${quoteLiteral(strict)}, silent => true) IS NOT TRUE`,
  );
  return rows[0]!.count;
}

function hidden(where: string, path: string, count: number): Finding {
  return {
    code: "secret-in-array",
    severity: "blocks",
    where: `${where} ${path}`,
    count,
    what: `${count} rows have this secret in the elements of an array, from where it cannot be taken out.`,
    todo: `Write \`${where}: secret\` to leave the whole column behind, or keep such secrets in a table of their own.`,
  };
}
