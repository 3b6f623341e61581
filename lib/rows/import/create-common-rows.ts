/** Creates common rows that the other side does not have, with the columns that the platform file allows. */

import type pg from "pg";
import type { ManifestReferenceTable } from "../../bundle/manifest.ts";
import type { Catalog, ForeignKey, Table } from "../../catalog/catalog.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { qualifiedName, quoteColumns, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import type { CommonRow } from "./common-rows.ts";
import { rowColumns } from "./creatable.ts";
import { loadFinding } from "./load-findings.ts";

/**
 * Inserts the rows and gives their number; one that collides with another unique key is left out.
 *
 * @throws Refusal where the database refuses a row, or a row that one points at is not here
 */
export async function createCommonRows(
  client: pg.ClientBase,
  catalog: Catalog,
  manifest: ManifestReferenceTable,
  rows: readonly CommonRow[],
  signal: AbortSignal,
): Promise<number> {
  const table = catalog.tables.get(qualifiedName(manifest.schema, manifest.name))!;
  const columns = rowColumns(manifest);
  const values = columns.map((column) => rows.map((row) => row[column] ?? null));
  try {
    for (const key of table.foreignKeys) {
      if (key.columns.every((column) => columns.includes(column)))
        await checkParents(client, catalog, table, key, columns, values);
    }
    const result = await client.query(
      `INSERT INTO ${quoteQualified(table.schema, table.name)} (${quoteColumns(columns)})
       SELECT ${quoteColumns(columns, "v")} FROM ${valuesOf(table, columns)} v ON CONFLICT DO NOTHING`,
      values,
    );
    return result.rowCount ?? 0;
  } catch (error) {
    throw loadFinding(error, table.id, signal);
  }
}

/** The values as a table with the columns' names and types; a parameter a column. */
function valuesOf(table: Table, columns: readonly string[]): string {
  const arrays = columns.map((_, at) => `$${at + 1}::text[]`).join(", ");
  const types = columns.map((name, at) => {
    const { type } = table.columns.find((column) => column.name === name)!;
    return `v${at}::${type} AS ${quoteIdentifier(name)}`;
  });
  return `(SELECT ${types.join(", ")} FROM unnest(${arrays}) given(${columns.map((_, at) => `v${at}`).join(", ")}))`;
}

/** Under the replica role nobody else does; the lock keeps what was found until the transaction ends. */
async function checkParents(
  client: pg.ClientBase,
  catalog: Catalog,
  table: Table,
  key: ForeignKey,
  columns: readonly string[],
  values: readonly (readonly (string | null)[])[],
): Promise<void> {
  const parent = catalog.tables.get(key.table)!;
  const rows = valuesOf(table, columns);
  const from = `${ownRows(parent)} p`;
  const joined = key.columns
    .map((column, at) => `${quoteColumns([key.targetColumns[at]!], "p")} = ${quoteColumns([column], "v")}`)
    .join(" AND ");
  await client.query(
    `SELECT FROM ${from} WHERE EXISTS (SELECT FROM ${rows} v WHERE ${joined}) FOR KEY SHARE OF p`,
    values.map((each) => [...each]),
  );
  const { rows: counted } = await client.query<{ count: number }>(
    `SELECT count(*)::float8 AS count FROM ${rows} v
      WHERE num_nulls(${quoteColumns(key.columns, "v")}) = 0 AND NOT EXISTS (SELECT FROM ${from} WHERE ${joined})`,
    values.map((each) => [...each]),
  );
  if (counted[0]!.count > 0) throw new Refusal(parentMissing(table, key, counted[0]!.count));
}

function parentMissing(table: Table, key: ForeignKey, count: number): Finding {
  return {
    code: "reference-dangles",
    severity: "blocks",
    where: `${table.id} (${key.columns.join(", ")})`,
    count,
    what: `${count} common rows to be created point by ${key.name} at rows of ${key.table} that do not exist here.`,
    todo: `Add the rows of ${key.table} here first.`,
  };
}
