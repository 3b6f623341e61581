/** Where several paths lead from a row to a tenant they must lead to the same one, row by row. */
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import type { OwnershipPath, TenancyModel } from "../../tenancy/model.ts";
import { pathsDisagreeSql } from "../../tenancy/ownership-sql.ts";

/** One statement: the rows of a table on which another path disagrees with the one that decides. */
export interface PathCheck {
  readonly table: string;
  readonly path: OwnershipPath;
  /** The one that decides whose the rows are. */
  readonly deciding: OwnershipPath;
  readonly sql: string;
}

/** What has to be asked, table by table. Pure. */
export function pathChecks(model: TenancyModel, tenantKeySql: string): PathCheck[] {
  return model.loadOrder.flatMap((table) => {
    const { path: deciding, otherPaths } = model.tables.get(table)!;
    return otherPaths.flatMap((path) => {
      const sql = pathsDisagreeSql(model, table, path, tenantKeySql);
      return sql === null || deciding === null ? [] : [{ table, path, deciding, sql }];
    });
  });
}

/** A row on which paths disagree belongs to two tenants: it is carried by the path that decides, and reported. */
export async function pathDisagreement(
  client: pg.ClientBase,
  { table, path, deciding, sql }: PathCheck,
): Promise<Finding | null> {
  const { rows } = await client.query<{ count: string }>(sql);
  const count = Number(rows[0]!.count);
  if (count === 0) return null;
  return {
    code: "cross-tenant-rows",
    severity: "warns",
    where: table,
    count,
    what: `${count} rows lead to this tenant by one path and to another tenant by ${path.hops.map((hop) => hop.table).join(" → ") || path.column}.`,
    todo: `Repair the rows, or say which path decides: ${[deciding, path].map((each) => `\`${pathLine(table, each)}\``).join(" or ")} under \`tables\`.`,
  };
}

/** The platform file's line that makes a path decide: a column for each table on the way. */
function pathLine(table: string, { hops, column }: OwnershipPath): string {
  return `${table}: { path: [${[...hops.map((hop) => hop.columns[0]), column].join(", ")}] }`;
}
