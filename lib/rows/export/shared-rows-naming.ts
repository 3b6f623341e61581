/** Shared rows that name the tenant: an array of tenants' keys in a feature flag. They stay where they are. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedColumn, quoteColumns, quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import type { Reference, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { isReadable } from "../readable.ts";
import { isIn, whenCondition } from "./common-rows.ts";
import { sqlJsonPath } from "./json-path-sql.ts";
import { patternRegex } from "./pattern-sql.ts";

/** Counts them, reference by reference; those of tables of which the role may not read every row are left out. */
export async function sharedRowsNamingTenant(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tenantKeySql: string,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const reference of model.sharedReferences) {
    if (!isReadable(catalog, catalog.tables.get(reference.from.table)!)) continue;
    const { rows } = await client.query<{ count: number }>(namingSql(model, reference, tenantKeySql));
    const { count } = rows[0]!;
    if (count > 0) findings.push(naming(reference, count));
  }
  return findings;
}

/** Compared as text where no constraint says otherwise: nothing declares that an id inside of another value has its target's type. */
function namingSql(model: TenancyModel, reference: Reference, tenantKeySql: string): string {
  const { schema, name } = model.tables.get(reference.from.table)!;
  const target = model.tables.get(reference.to.table)!;
  const targets =
    reference.foreignKey === null
      ? reference.to.columns.map((column) => `concat(${quoteColumns([column], "p")})`).join(", ")
      : quoteColumns(reference.to.columns, "p");
  const rows = `(SELECT ${targets} FROM ${quoteQualified(target.schema, target.name)} p
                  WHERE ${ownershipPredicate(model, target.id, "p", tenantKeySql)})`;
  const named = `${reference.foreignKey === null ? "IN" : isIn(model, reference)} ${rows}`;
  return `SELECT count(*)::float8 AS count FROM ${quoteQualified(schema, name)} o
           WHERE ${namesAny(reference, named)}${whenCondition(reference)}`;
}

function namesAny(reference: Reference, named: string): string {
  const column = quoteColumns([reference.from.columns[0]!], "o");
  switch (reference.kind) {
    case "foreign key":
      return `(${quoteColumns(reference.from.columns, "o")}) ${named}`;
    case "column":
    case "polymorphic":
      return `concat(${column}) ${named}`;
    case "array":
      return `EXISTS (SELECT FROM unnest(${column}) e(id) WHERE concat(e.id) ${named})`;
    case "json path":
      return `EXISTS (SELECT FROM jsonb_path_query(${column}::jsonb, ${quoteLiteral(sqlJsonPath(reference.path!))}) e(id) WHERE (e.id #>> '{}') ${named})`;
    case "pattern":
      return `EXISTS (SELECT FROM regexp_matches(concat(${column}), ${quoteLiteral(patternRegex(reference.pattern!, reference.to, reference.each))}, 'g') m(ids) WHERE m.ids[1] ${named})`;
  }
}

function naming({ from, to }: Reference, count: number): Finding {
  const where = from.columns.map((name) => qualifiedColumn(from.table, name)).join(", ");
  return {
    code: "tenant-key-in-shared-row",
    severity: "warns",
    where,
    count,
    what: `${count} rows that are nobody's name the tenant's rows of ${to.table}. They do not travel: on the other side nothing names the tenant.`,
    todo: "Set it again in the application after an import.",
  };
}
