/** Whether what a new tenant's rows point at is there, and whether its names are free. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedColumn, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { CreateInput } from "./input.ts";
import type { NewRow, RowValue } from "./rows.ts";

type LookUp = Extract<RowValue, { kind: "lookup" }>;

/** `SELECT column FROM table WHERE …` with its parameters, to be asked alone or inside an INSERT. */
export function lookUpSql(
  catalog: Catalog,
  { table, column, where }: LookUp,
  parameter: (text: string | null) => string,
): string {
  const found = catalog.tables.get(table)!;
  const conditions = Object.entries(where).map(([name, text]) =>
    text === null
      ? `num_nulls(${quoteIdentifier(name)}) = 1`
      : `${quoteIdentifier(name)}::text = ${parameter(text)}`,
  );
  return `SELECT ${quoteIdentifier(column)} FROM ${quoteQualified(found.schema, found.name)} WHERE ${conditions.join(" AND ")}`;
}

/** A finding for each look-up that does not find exactly one row. */
export async function checkLookUps(
  client: pg.ClientBase,
  catalog: Catalog,
  rows: readonly NewRow[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const value of rows.flatMap((row) => Object.values(row.values))) {
    if (value.kind !== "lookup") continue;
    const values: (string | null)[] = [];
    const sql = lookUpSql(catalog, value, (text) => `$${values.push(text)}`);
    const { rowCount } = await client.query(`${sql} LIMIT 2`, values);
    if (rowCount === 1) continue;
    findings.push({
      code: rowCount === 0 ? "create-finds-nothing" : "create-finds-several",
      severity: "blocks",
      where: qualifiedColumn(value.table, value.column),
      what: `\`create\` looks for one row of ${value.table} by ${Object.keys(value.where).join(", ")} and finds ${rowCount === 0 ? "none" : "several"}.`,
      todo: "Correct the look-up in the platform file, or add the row.",
    });
  }
  return findings;
}

/** A finding for each name of the new tenant that another one has. */
export async function checkNames(
  client: pg.ClientBase,
  model: TenancyModel,
  input: CreateInput,
): Promise<Finding[]> {
  const { table: root, slug, key, domains } = model.tenant;
  const wanted = [
    { code: "slug-taken", table: root, column: slug, values: [input.slug], word: "slug" },
    {
      code: "tenant-exists",
      table: root,
      column: key,
      values: input.key === undefined ? [] : [input.key],
      word: "key",
    },
    {
      code: "domain-taken",
      table: domains?.table ?? null,
      column: domains?.column ?? null,
      values: input.domains,
      word: "domain",
    },
  ];
  const findings: Finding[] = [];
  for (const { code, table, column, values, word } of wanted) {
    const found = table === null ? undefined : model.tables.get(table);
    if (found === undefined || column === null || values.length === 0) continue;
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${quoteQualified(found.schema, found.name)} WHERE ${quoteIdentifier(column)}::text = ANY ($1::text[])`,
      [values],
    );
    const count = rows[0]!.count;
    if (count === 0) continue;
    findings.push({
      code,
      severity: "blocks",
      where: qualifiedColumn(found.id, column),
      count,
      what: `Another tenant of this database has this ${word}.`,
      todo: `Choose another ${word}.`,
    });
  }
  return findings;
}
