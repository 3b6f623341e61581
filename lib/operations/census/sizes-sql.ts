/** The statements of the census over a table's rows. Pure. */
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { comparable } from "../../tenancy/column-types.ts";
import type { ModelTable, TenancyModel } from "../../tenancy/model.ts";
import { keyColumnOf } from "./read-tenants.ts";

/** Rows by tenant (`key`, `rows`), the hops to the tenant's key as joins. Other paths are left out: an estimate. */
export function countByTenantSql(model: TenancyModel, table: ModelTable): string {
  const own = keyColumnOf(model, table);
  const joins: string[] = [];
  let left = table;
  let alias = "t";
  for (const [index, hop] of (own === null ? (table.path?.hops ?? []) : []).entries()) {
    const right = model.tables.get(hop.table)!;
    const next = `h${index}`;
    const on = hop.columns.map((column, at) => {
      const target = hop.targetColumns[at]!;
      const cast = comparable(baseType(left, column), baseType(right, target)) ? "" : "::text";
      return `${alias}.${quoteIdentifier(column)}${cast} = ${next}.${quoteIdentifier(target)}${cast}`;
    });
    joins.push(`JOIN ${quoteQualified(right.schema, right.name)} ${next} ON ${on.join(" AND ")}`);
    left = right;
    alias = next;
  }
  const key = `${alias}.${quoteIdentifier(own ?? table.path!.column)}`;
  return `SELECT ${key}::text AS key, count(*)::float8 AS rows
            FROM ${quoteQualified(table.schema, table.name)} t ${joins.join(" ")}
           WHERE num_nonnulls(${key}) = 1 GROUP BY 1`;
}

/** The server's most common keys of a table with their share of its rows; null where hops lead to the key. */
export function commonKeysSql(
  model: TenancyModel,
  table: ModelTable,
): { readonly sql: string; readonly values: string[] } | null {
  const key = keyColumnOf(model, table);
  if (key === null) return null;
  return {
    sql: `SELECT common.key, common.share::float8 AS share
            FROM pg_catalog.pg_stats s,
                 unnest(s.most_common_vals::text::text[], s.most_common_freqs) AS common(key, share)
           WHERE s.schemaname = $1 AND s.tablename = $2 AND s.attname = $3`,
    values: [table.schema, table.name, key],
  };
}

function baseType(table: ModelTable, column: string): string {
  return table.columns.find((candidate) => candidate.name === column)?.baseType ?? "pg_catalog.text";
}
