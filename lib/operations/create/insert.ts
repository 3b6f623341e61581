/** Writes a new tenant's rows: the root's row first to give the key, each row by one INSERT. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { Refusal } from "../../findings/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import type { WriteCounts } from "../../postgres/transaction-counts.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { lookUpSql } from "./look-ups.ts";
import type { NewRow, NewRows, RowValue } from "./rows.ts";

/** The tenant's key, and what was to be written by the statements and by triggers. */
export async function insertRows(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  { rows, byTriggers }: NewRows,
): Promise<{ readonly key: string; readonly expected: ReadonlyMap<string, WriteCounts> }> {
  const root = model.tenant.table;
  const ordered = [
    ...rows.filter(({ table }) => table === root),
    ...rows.filter(({ table }) => table !== root),
  ];
  const expected = new Map<string, WriteCounts>();
  let key: string | null = null;
  for (const row of ordered) {
    const returned: string = await insertRow(
      client,
      catalog,
      row,
      row.table === root ? model.tenant.key : null,
      key,
    );
    key ??= returned;
    add(expected, row.table, 1);
  }
  for (const [table, count] of byTriggers) add(expected, table, count);
  if (key === null) throw new Error("a plan without the root's row is never run");
  return { key, expected };
}

async function insertRow(
  client: pg.ClientBase,
  catalog: Catalog,
  { table, values }: NewRow,
  keyColumn: string | null,
  key: string | null,
): Promise<string> {
  const { schema, name } = catalog.tables.get(table)!;
  const parameters: (string | null)[] = [];
  const parameter = (text: string | null) => `$${parameters.push(text)}`;
  const expressions = Object.values(values).map((value) => expression(catalog, value, key, parameter));
  const columns = Object.keys(values).map(quoteIdentifier);
  const target = quoteQualified(schema, name);
  const into =
    columns.length === 0 ? "DEFAULT VALUES" : `(${columns.join(", ")}) VALUES (${expressions.join(", ")})`;
  const returning = keyColumn === null ? "''" : `${quoteIdentifier(keyColumn)}::text`;
  const { rows } = await client.query<{ key: string | null }>(
    `INSERT INTO ${target} ${into} RETURNING ${returning} AS key`,
    parameters,
  );
  const returned = rows[0]?.key;
  if (returned != null) return returned;
  throw new Refusal({
    code: "create-row-swallowed",
    severity: "blocks",
    where: table,
    what: "A trigger or a rule of the platform took the row away, or the tenant's key stayed empty.",
    todo: "Nothing was changed. Look at the table's triggers, and give the key where people choose it.",
  });
}

function expression(
  catalog: Catalog,
  value: RowValue,
  key: string | null,
  parameter: (text: string | null) => string,
): string {
  switch (value.kind) {
    case "text":
      return parameter(value.text);
    case "key":
      return parameter(value.template.replaceAll("{key}", key ?? ""));
    case "lookup":
      return `(${lookUpSql(catalog, value, parameter)})`;
  }
}

function add(expected: Map<string, WriteCounts>, table: string, rows: number): void {
  const before = expected.get(table) ?? { inserted: 0, updated: 0, deleted: 0 };
  expected.set(table, { ...before, inserted: before.inserted + rows });
}
