/** What is asked of each reference of a table, in SQL. Pure. */
import type { Catalog, ForeignKey, Table } from "../../catalog/catalog.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedColumn, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { isInteger, isUuid, operatorBetween } from "../../tenancy/column-types.ts";
import type { Reference, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { whenCondition } from "../export/common-rows.ts";
import { sharedRowCondition } from "../shared-rows.ts";
import { isOwnWrite, type OwnWrites } from "./own-writes.ts";
import { dangling, softDangling, straying } from "./reference-findings.ts";

/** A reference, checked row by row while the rows of its table are read. */
export interface ReferenceCheck {
  /** The columns of the table, `t`, that are looked at. */
  readonly columns: readonly string[];
  /** Joins the row that is pointed at, if there is one. */
  readonly join: string;
  /** Whether never more than one row is pointed at: then rows stay as many as they are. */
  readonly single: boolean;
  /** What must not be true of a row, and what is said of those of which it is. */
  readonly faults: readonly { readonly condition: string; readonly finding: (count: number) => Finding }[];
  /** Decides in its stead where it finds a fault: it looks at some of the rows that may be pointed at. */
  readonly otherwise?: ReferenceCheck;
}

/** A key with a NULL in it points nowhere (MATCH SIMPLE) or is checked as all NULL (MATCH FULL). */
export function declaredCheck(
  catalog: Catalog,
  table: Table,
  key: ForeignKey,
  alias: string,
): ReferenceCheck {
  const parent = catalog.tables.get(key.table)!;
  const on = key.columns.map((column, at) => {
    const target = key.targetColumns[at]!;
    const equals = operatorBetween(baseType(table, column), baseType(parent, target), "=");
    return `${alias}.${quoteIdentifier(target)} ${equals} t.${quoteIdentifier(column)}`;
  });
  // A foreign key knows nothing of a parent's heirs.
  const pointing = key.columns.map((column) => `t.${quoteIdentifier(column)} IS NOT NULL`).join(" AND ");
  return {
    columns: key.columns,
    join: `LEFT JOIN ${ownRows(parent)} ${alias} ON ${on.join(" AND ")}`,
    // Of a temporal key the period is left out, and several parents may match.
    single: isUnique(parent, key.targetColumns),
    faults: [
      {
        condition: `${pointing} AND ${alias}.${quoteIdentifier(key.targetColumns[0]!)} IS NULL`,
        finding: (count) => dangling(table, key, count),
      },
    ],
  };
}

/** The same, of the rows that were written just now: what is found among them is there. */
export function amongWrites(check: ReferenceCheck, alias: string, writes: OwnWrites): ReferenceCheck {
  return { ...check, join: `${check.join} AND ${isOwnWrite(writes, alias)}`, otherwise: check };
}

function isUnique({ keys }: Table, columns: readonly string[]): boolean {
  return keys.some(
    (key) =>
      key.plain &&
      key.columns.length === columns.length &&
      key.columns.every((name) => columns.includes(name)),
  );
}

function baseType(table: Table, column: string): string {
  return table.columns.find(({ name }) => name === column)!.baseType;
}

/**
 * Rows of the tenant whose virtual reference names no row at all, and those whose names a row that is not the
 * tenant's. Compared as text where nothing says that both types call the same values equal.
 */
export function virtualCheck(
  catalog: Catalog,
  model: TenancyModel,
  table: Table,
  reference: Reference,
  tenantKeySql: string,
  alias: string,
): ReferenceCheck {
  const parent = model.tables.get(reference.to.table)!;
  const parentTable = catalog.tables.get(parent.id)!;
  const column = reference.from.columns[0]!;
  const targetColumn = reference.to.columns[0]!;
  const from = `t.${quoteIdentifier(column)}`;
  const target = `${alias}.${quoteIdentifier(targetColumn)}`;
  const types = [baseType(table, column), baseType(parentTable, targetColumn)];
  const cast = types.every(isUuid) || types.every(isInteger) ? "" : "::text";
  // A shared row belongs to everyone: pointing at it strays nowhere.
  const shared = parent.common === null ? "" : ` AND NOT (${sharedRowCondition(parent, alias)})`;
  const when = whenCondition(reference, "t");
  return {
    columns: [column, ...Object.keys(reference.when ?? {})],
    join: `LEFT JOIN ${quoteQualified(parent.schema, parent.name)} ${alias} ON ${target}${cast} = ${from}${cast}`,
    single: isUnique(parentTable, [targetColumn]) && !hasHeirs(catalog, parentTable),
    faults: [
      {
        condition: `${target} IS NOT NULL${when}
          AND (${ownershipPredicate(model, parent.id, alias, tenantKeySql)}) IS NOT TRUE${shared}`,
        finding: (count) => straying(table, reference, count),
      },
      {
        condition: `${target} IS NULL AND num_nonnulls(${from}) = 1${when}`,
        finding: (count) => softDangling(qualifiedColumn(table.id, column), count),
      },
    ],
  };
}

/** A key of a table is not one of its heirs'. */
function hasHeirs({ tables }: Catalog, { id }: Table): boolean {
  return [...tables.values()].some((table) => table.inherits.includes(id));
}
