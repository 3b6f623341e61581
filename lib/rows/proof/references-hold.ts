/**
 * Set-wise checks of references, for rows that were loaded while nobody checked them: every declared foreign key
 * by anti-join, and no virtual reference that leads to somebody else's row.
 */
import type pg from "pg";
import type { Catalog, ForeignKey, Table } from "../../catalog/catalog.ts";
import { leaves } from "../../catalog/lookup.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedColumn, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
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
  // A partition may have foreign keys of its own, beside those that it has from its root.
  const holders = [table, ...leaves(catalog, table).filter((leaf) => leaf.id !== table.id)];
  const owned = ownershipPredicate(model, table.id, "t", tenantKeySql);
  for (const holder of holders) {
    const keys = holder.foreignKeys.filter((key) => !leadsToOwner(model, holder, key));
    if (keys.length === 0) continue;
    const { rows } = await client.query<Record<string, number>>(danglingSql(catalog, holder, keys, owned));
    keys.forEach((key, index) => {
      const count = rows[0]![`dangling_${index}`]!;
      if (count > 0) findings.push(dangling(holder, key, count));
    });
  }
  for (const reference of model.references) {
    if (reference.from.table !== tableId || !virtualToOwned(model, reference)) continue;
    const { rows } = await client.query<{ gone: number; stray: number }>(
      virtualSql(model, table, reference, tenantKeySql),
    );
    const { gone, stray } = rows[0]!;
    if (stray > 0) findings.push(straying(table, reference, stray));
    if (gone > 0) findings.push(softDangling(qualifiedColumn(table.id, reference.from.columns[0]!), gone));
  }
  return findings;
}

/** A row that was found over this key has a parent: only rows of the tenant are looked at. */
function leadsToOwner(model: TenancyModel, holder: Table, key: ForeignKey): boolean {
  const table = model.tables.get(holder.id);
  return table !== undefined && !table.anyPath && table.path?.hops[0]?.foreignKey === key.name;
}

/**
 * One pass over the table for these foreign keys. A parent's key is unique, so the joins multiply nothing. A
 * key with a NULL in it points nowhere (MATCH SIMPLE) or is checked as all NULL (MATCH FULL).
 */
function danglingSql(catalog: Catalog, table: Table, keys: readonly ForeignKey[], owned: string): string {
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
           WHERE ${owned}`;
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

/**
 * Rows of the tenant whose virtual reference names no row at all, and those whose names a row that is not the
 * tenant's. Compared as text: nothing declares that the types are the same.
 */
function virtualSql(model: TenancyModel, table: Table, reference: Reference, tenantKeySql: string): string {
  const parent = model.tables.get(reference.to.table)!;
  const from = `t.${quoteIdentifier(reference.from.columns[0]!)}`;
  const target = `p.${quoteIdentifier(reference.to.columns[0]!)}`;
  const only = table.kind === "table" ? "ONLY " : "";
  // A shared row belongs to everyone: pointing at it strays nowhere.
  const shared = parent.common === null ? "" : ` AND NOT (${sharedRowCondition(parent, "p")})`;
  return `SELECT count(*) FILTER (WHERE ${target} IS NULL)::float8 AS gone,
                 count(*) FILTER (WHERE ${target} IS NOT NULL
                                    AND (${ownershipPredicate(model, parent.id, "p", tenantKeySql)}) IS NOT TRUE${shared})::float8 AS stray
            FROM ${only}${quoteQualified(table.schema, table.name)} t
            LEFT JOIN ${quoteQualified(parent.schema, parent.name)} p ON ${target}::text = ${from}::text
           WHERE num_nonnulls(${from}) = 1 AND ${ownershipPredicate(model, table.id, "t", tenantKeySql)}${whenCondition(reference, "t")}`;
}

/** Also said of values that became NULL on their way in (`remap/column-transforms.ts`). */
export function softDangling(where: string, count: number): Finding {
  return {
    code: "soft-reference-dangles",
    severity: "notes",
    where,
    count,
    what: `${count} values name rows that the tenant does not have: they name nobody.`,
    todo: "Nothing, if the application expects it: no constraint says that the rows must be there.",
  };
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
