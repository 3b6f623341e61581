/** Where several paths lead from a row to a tenant they must lead to the same one, row by row. */
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { pathsDisagreeSql } from "../../tenancy/ownership-sql.ts";

/** A row on which paths disagree belongs to two tenants: it is carried by the path that decides, and reported. */
export async function checkPathsAgree(
  client: pg.ClientBase,
  model: TenancyModel,
  tenantKeySql: string,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const id of model.loadOrder) {
    for (const path of model.tables.get(id)!.otherPaths) {
      const sql = pathsDisagreeSql(model, id, path, tenantKeySql);
      if (sql === null) continue;
      const { rows } = await client.query<{ count: string }>(sql);
      const count = Number(rows[0]!.count);
      if (count === 0) continue;
      findings.push({
        code: "cross-tenant-rows",
        severity: "warns",
        where: id,
        count,
        what: `${count} rows lead to this tenant by one path and to another tenant by ${path.hops.map((hop) => hop.table).join(" → ") || path.column}.`,
        todo: `Repair the rows, or say which path decides: tables: { ${id}: { path: [...] } }.`,
      });
    }
  }
  return findings;
}
