/**
 * Set-wise checks of references, for rows that were loaded while nobody checked them: every declared foreign key
 * by anti-join, and no virtual reference that leads to somebody else's row.
 */

import type pg from "pg";
import type { Catalog, ForeignKey, Table } from "../../catalog/catalog.ts";
import { leaves } from "../../catalog/lookup.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import type { Finding } from "../../findings/finding.ts";
import { quoteColumns } from "../../postgres/identifiers.ts";
import type { Reference, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import type { OwnWrites } from "./own-writes.ts";
import { amongWrites, declaredCheck, type ReferenceCheck, virtualCheck } from "./reference-checks.ts";
import { type DigestOfHashes, digestOfHashes, hashedRows, type RowDigest, toDigest } from "./row-digest.ts";

/** Checks the tenant's rows of one table; findings that block, one a reference that does not hold. */
export async function referencesHold(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tableId: string,
  tenantKeySql: string,
): Promise<Finding[]> {
  return (await checkRows(client, catalog, model, tableId, null, tenantKeySql, null)).findings;
}

/**
 * The same, and in the same pass over the rows their digest: what is read, joined to its owner and thrown away
 * again is much of the work. With rows digested by value: 0.95 s instead of 1.35 s for 200,000 rows.
 *
 * @param columns those that were written, in the digest's order
 * @param writes of this transaction: among them a declared key's rows are looked for first
 */
export async function digestAndReferences(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tableId: string,
  columns: readonly string[],
  tenantKeySql: string,
  writes: OwnWrites | null,
): Promise<{ digest: RowDigest; findings: Finding[] }> {
  const { digest, findings } = await checkRows(
    client,
    catalog,
    model,
    tableId,
    columns,
    tenantKeySql,
    writes,
  );
  return { digest: digest!, findings };
}

async function checkRows(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tableId: string,
  columns: readonly string[] | null,
  tenantKeySql: string,
  writes: OwnWrites | null,
): Promise<{ digest: RowDigest | null; findings: Finding[] }> {
  const table = catalog.tables.get(tableId)!;
  const owned = ownershipPredicate(model, table.id, "t", tenantKeySql);
  const read = (of: Table, checks: readonly ReferenceCheck[], digested: readonly string[] | null) =>
    readRows(client, of, checks, digested, owned);
  const checks = [
    ...keysToCheck(model, table).map((key, at) => {
      const check = declaredCheck(catalog, table, key, `p${at}`);
      return writes?.tables.has(key.table) ? amongWrites(check, `p${at}`, writes) : check;
    }),
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
  const findings: Finding[] = [];
  let at = 0;
  for (const { faults: its, otherwise } of checks) {
    const told = its.flatMap(({ finding }) => {
      const count = found[`fault_${at++}`]!;
      return count > 0 ? [finding(count)] : [];
    });
    if (told.length > 0 && otherwise !== undefined)
      findings.push(...(await readRows(client, table, [otherwise], null, owned)).findings);
    else findings.push(...told);
  }
  return { digest: columns === null ? null : toDigest(found), findings };
}

function keysToCheck(model: TenancyModel, holder: Table): ForeignKey[] {
  return holder.foreignKeys.filter((key) => !leadsToOwner(model, holder, key));
}

/** A row that was found over this key has a parent: only rows of the tenant are looked at. */
function leadsToOwner(model: TenancyModel, holder: Table, key: ForeignKey): boolean {
  const table = model.tables.get(holder.id);
  return table !== undefined && !table.anyPath && table.path?.hops[0]?.foreignKey === key.name;
}

function virtualToOwned(model: TenancyModel, reference: Reference): boolean {
  return (
    reference.foreignKey === null &&
    (reference.kind === "column" || reference.kind === "polymorphic") &&
    reference.from.columns.length === 1 &&
    model.loadOrder.includes(reference.to.table)
  );
}
