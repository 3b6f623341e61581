/**
 * Set-wise checks of references, for rows that were loaded while nobody checked them: every declared foreign key
 * by anti-join, and no virtual reference that leads to somebody else's row.
 */

import type pg from "pg";
import type { Catalog, ForeignKey, Table } from "../../catalog/catalog.ts";
import { leaves } from "../../catalog/lookup.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import type { Finding } from "../../findings/finding.ts";
import {
  qualifiedColumn,
  quoteColumns,
  quoteIdentifier,
  quoteQualified,
} from "../../postgres/identifiers.ts";
import { isInteger, isUuid, operatorBetween } from "../../tenancy/column-types.ts";
import type { Reference, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { whenCondition } from "../export/common-rows.ts";
import { sharedRowCondition } from "../shared-rows.ts";
import { dangling, softDangling, straying } from "./reference-findings.ts";
import { type DigestOfHashes, digestOfHashes, hashedRows, type RowDigest, toDigest } from "./row-digest.ts";

/** Checks the tenant's rows of one table; findings that block, one a reference that does not hold. */
export async function referencesHold(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tableId: string,
  tenantKeySql: string,
): Promise<Finding[]> {
  return (await checkRows(client, catalog, model, tableId, null, tenantKeySql)).findings;
}

/**
 * The same, and in the same pass over the rows their digest: what is read, joined to its owner and thrown away
 * again is much of the work. With rows digested by value: 0.95 s instead of 1.35 s for 200,000 rows.
 *
 * @param columns those that were written, in the digest's order
 */
export async function digestAndReferences(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tableId: string,
  columns: readonly string[],
  tenantKeySql: string,
): Promise<{ digest: RowDigest; findings: Finding[] }> {
  const { digest, findings } = await checkRows(client, catalog, model, tableId, columns, tenantKeySql);
  return { digest: digest!, findings };
}

async function checkRows(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tableId: string,
  columns: readonly string[] | null,
  tenantKeySql: string,
): Promise<{ digest: RowDigest | null; findings: Finding[] }> {
  const table = catalog.tables.get(tableId)!;
  const owned = ownershipPredicate(model, table.id, "t", tenantKeySql);
  const read = (of: Table, checks: readonly ReferenceCheck[], digested: readonly string[] | null) =>
    readRows(client, of, checks, digested, owned);
  const checks = [
    ...keysToCheck(model, table).map((key, at) => declaredCheck(catalog, table, key, `p${at}`)),
    ...model.references
      .filter((reference) => reference.from.table === tableId && virtualToOwned(model, reference))
      .map((reference, at) => virtualCheck(catalog, model, table, reference, tenantKeySql, `v${at}`)),
  ];
  const whole = await read(
    table,
    checks.filter((check) => check.single),
    columns,
  );
  const findings = [...whole.findings];
  for (const check of checks)
    if (!check.single) findings.push(...(await read(table, [check], null)).findings);
  // A partition may have foreign keys of its own, beside those that it has from its root.
  for (const leaf of leaves(catalog, table).filter(({ id }) => id !== table.id)) {
    const own = keysToCheck(model, leaf).map((key, at) => declaredCheck(catalog, leaf, key, `p${at}`));
    for (const some of [
      own.filter((check) => check.single),
      ...own.filter((check) => !check.single).map((check) => [check]),
    ])
      findings.push(...(await read(leaf, some, null)).findings);
  }
  return { digest: whole.digest, findings };
}

/** A reference, checked row by row while the rows of its table are read. */
interface ReferenceCheck {
  /** The columns of the table, `t`, that are looked at. */
  readonly columns: readonly string[];
  /** Joins the row that is pointed at, if there is one. */
  readonly join: string;
  /** Whether never more than one row is pointed at: then rows stay as many as they are. */
  readonly single: boolean;
  /** What must not be true of a row, and what is said of those of which it is. */
  readonly faults: readonly { readonly condition: string; readonly finding: (count: number) => Finding }[];
}

/** One pass over the tenant's rows of the table: their digest where it is wanted, and what is wrong with them. */
async function readRows(
  client: pg.ClientBase,
  table: Table,
  checks: readonly ReferenceCheck[],
  columns: readonly string[] | null,
  owned: string,
): Promise<{ digest: RowDigest | null; findings: Finding[] }> {
  const faults = checks.flatMap((check) => check.faults);
  if (faults.length === 0 && columns === null) return { digest: null, findings: [] };
  const from = `${ownRows(table)} t`;
  const pointing = [...new Set(checks.flatMap((check) => check.columns))];
  const kept =
    columns === null
      ? `SELECT ${quoteColumns(pointing, "t")} FROM ${from} WHERE ${owned}`
      : hashedRows(table, columns, pointing, from, owned);
  const counts = faults.map(
    ({ condition }, at) => `count(*) FILTER (WHERE ${condition})::float8 AS fault_${at}`,
  );
  const { rows } = await client.query<Record<string, number> & DigestOfHashes>(
    `SELECT ${[...(columns === null ? [] : [digestOfHashes(pointing)]), ...counts].join(", ")}
       FROM (${kept}) t ${checks.map((check) => check.join).join(" ")}`,
  );
  const found = rows[0]!;
  return {
    digest: columns === null ? null : toDigest(found),
    findings: faults.flatMap(({ finding }, at) => {
      const count = found[`fault_${at}`]!;
      return count > 0 ? [finding(count)] : [];
    }),
  };
}

function keysToCheck(model: TenancyModel, holder: Table): ForeignKey[] {
  return holder.foreignKeys.filter((key) => !leadsToOwner(model, holder, key));
}

/** A row that was found over this key has a parent: only rows of the tenant are looked at. */
function leadsToOwner(model: TenancyModel, holder: Table, key: ForeignKey): boolean {
  const table = model.tables.get(holder.id);
  return table !== undefined && !table.anyPath && table.path?.hops[0]?.foreignKey === key.name;
}

/** A key with a NULL in it points nowhere (MATCH SIMPLE) or is checked as all NULL (MATCH FULL). */
function declaredCheck(catalog: Catalog, table: Table, key: ForeignKey, alias: string): ReferenceCheck {
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
 * tenant's. Compared as text where nothing says that both types call the same values equal.
 */
function virtualCheck(
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
