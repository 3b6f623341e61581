/**
 * Set-wise checks of references, for rows that were loaded while nobody checked them: every declared foreign key
 * by anti-join, and no virtual reference that leads to somebody else's row.
 */
import type pg from "pg";
import type { Catalog, ForeignKey, Table } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { operatorBetween } from "../../tenancy/column-types.ts";
import type { Reference, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { whenCondition } from "../export/common-rows.ts";
import { sharedRowCondition } from "../shared-rows.ts";

/** Checks the tenant's rows of one table; findings that block, one a reference that does not hold. */
export async function referencesHold(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tableId: string,
  tenantKeySql: string,
): Promise<Finding[]> {
  const table = catalog.tables.get(tableId)!;
  const findings: Finding[] = [];
  const declared = table.foreignKeys;
  if (declared.length > 0) {
    const { rows } = await client.query<Record<string, number>>(
      danglingSql(catalog, model, table, declared, tenantKeySql),
    );
    declared.forEach((key, index) => {
      const count = rows[0]![`dangling_${index}`]!;
      if (count > 0) findings.push(dangling(table, key, count));
    });
  }
  for (const reference of model.references) {
    if (reference.from.table !== tableId || !virtualToOwned(model, reference)) continue;
    const { rows } = await client.query<{ count: number }>(
      strayingSql(model, table, reference, tenantKeySql),
    );
    if (rows[0]!.count > 0) findings.push(straying(table, reference, rows[0]!.count));
  }
  return findings;
}

/**
 * One pass over the table for all its foreign keys. A parent's key is unique, so the joins multiply nothing. A
 * key with a NULL in it points nowhere (MATCH SIMPLE) or is checked as all NULL (MATCH FULL).
 */
function danglingSql(
  catalog: Catalog,
  model: TenancyModel,
  table: Table,
  keys: readonly ForeignKey[],
  tenantKeySql: string,
): string {
  const joins = keys.map((key, index) => {
    const parent = catalog.tables.get(key.table)!;
    const on = key.columns.map((column, at) => {
      const target = key.targetColumns[at]!;
      const equals = operatorBetween(baseType(table, column), baseType(parent, target), "=");
      return `p${index}.${quoteIdentifier(target)} ${equals} t.${quoteIdentifier(column)}`;
    });
    // A foreign key knows nothing of a parent's heirs.
    const only = parent.kind === "table" ? "ONLY " : "";
    return `LEFT JOIN ${only}${quoteQualified(parent.schema, parent.name)} p${index} ON ${on.join(" AND ")}`;
  });
  const counts = keys.map((key, index) => {
    const pointing = key.columns.map((column) => `t.${quoteIdentifier(column)} IS NOT NULL`).join(" AND ");
    return `count(*) FILTER (WHERE ${pointing} AND p${index}.${quoteIdentifier(key.targetColumns[0]!)} IS NULL)::float8 AS dangling_${index}`;
  });
  const only = table.kind === "table" ? "ONLY " : "";
  return `SELECT ${counts.join(", ")}
            FROM ${only}${quoteQualified(table.schema, table.name)} t ${joins.join(" ")}
           WHERE ${ownershipPredicate(model, table.id, "t", tenantKeySql)}`;
}

function baseType(table: Table, column: string): string {
  return table.columns.find(({ name }) => name === column)!.baseType;
}

function virtualToOwned(model: TenancyModel, reference: Reference): boolean {
  return (
    reference.foreignKey === null &&
    (reference.kind === "column" || reference.kind === "polymorphic") &&
    reference.from.columns.length === 1 &&
    model.loadOrder.includes(reference.to.table)
  );
}

/** Rows of the tenant whose virtual reference names a row that is not the tenant's. Compared as text. */
function strayingSql(model: TenancyModel, table: Table, reference: Reference, tenantKeySql: string): string {
  const parent = model.tables.get(reference.to.table)!;
  const from = `t.${quoteIdentifier(reference.from.columns[0]!)}`;
  const only = table.kind === "table" ? "ONLY " : "";
  // A shared row belongs to everyone: pointing at it strays nowhere.
  const shared = parent.common === null ? "true" : `NOT (${sharedRowCondition(parent, "p")})`;
  return `SELECT count(*)::float8 AS count
            FROM ${only}${quoteQualified(table.schema, table.name)} t
            JOIN ${quoteQualified(parent.schema, parent.name)} p
              ON p.${quoteIdentifier(reference.to.columns[0]!)}::text = ${from}::text
           WHERE ${ownershipPredicate(model, table.id, "t", tenantKeySql)}${whenCondition(reference, "t")}
             AND (${ownershipPredicate(model, parent.id, "p", tenantKeySql)}) IS NOT TRUE
             AND ${shared}`;
}

function dangling(table: Table, key: ForeignKey, count: number): Finding {
  return {
    code: "reference-dangles",
    severity: "blocks",
    where: `${table.id} (${key.columns.join(", ")})`,
    count,
    what: `${count} rows point by ${key.name} at rows of ${key.table} that do not exist here.`,
    todo: `If ${key.table} is shared by all tenants, add its missing rows or declare it under common with a natural key.`,
  };
}

function straying(table: Table, reference: Reference, count: number): Finding {
  return {
    code: "reference-strays",
    severity: "blocks",
    where: `${table.id} (${reference.from.columns.join(", ")})`,
    count,
    what: `${count} rows would point at rows of ${reference.to.table} that belong to another tenant.`,
    todo: "Import with fresh ids, or repair the references in the source.",
  };
}
