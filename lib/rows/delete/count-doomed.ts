/** How many rows a delete takes from each table, exactly, and what of them no bundle has. */
import type pg from "pg";
import { qualifiedColumn, quoteColumns, quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { sqlJsonPath } from "../export/json-path-sql.ts";
import { type Doomed, onlyOf } from "./doomed-tables.ts";

/** What is gone for good: it never travels, so that no restore brings it back. */
export interface Loss {
  readonly kind: "excluded table" | "secret column" | "secret path";
  /** The table, the column, the column and the path in it. */
  readonly where: string;
  /** Rows that have something there. */
  readonly rows: number;
}

export interface CountedTable {
  readonly rows: number;
  readonly losses: readonly Loss[];
}

/** One look at each row of the tenant's in the table. */
export async function countDoomed(
  client: pg.ClientBase,
  model: TenancyModel,
  { table, model: modelTable }: Doomed,
  tenantKeySql: string,
): Promise<CountedTable> {
  const secrets = modelTable.class === "excluded" ? [] : secretsOf(modelTable);
  const counts = secrets.map(
    ({ condition }, at) => `count(*) FILTER (WHERE ${condition})::float8 AS secret_${at}`,
  );
  const { rows } = await client.query<Record<string, number> & { rows: number }>(
    `SELECT ${["count(*)::float8 AS rows", ...counts].join(", ")}
       FROM ${onlyOf(table)}${quoteQualified(table.schema, table.name)} t
      WHERE ${ownershipPredicate(model, table.id, "t", tenantKeySql)}`,
  );
  const found = rows[0]!;
  const losses = secrets.map(({ kind, where }, at): Loss => ({ kind, where, rows: found[`secret_${at}`]! }));
  if (modelTable.class === "excluded")
    losses.push({ kind: "excluded table", where: table.id, rows: found.rows });
  return { rows: found.rows, losses: losses.filter((loss) => loss.rows > 0) };
}

interface Secret extends Pick<Loss, "kind" | "where"> {
  readonly condition: string;
}

function secretsOf({ id, columns }: Doomed["model"]): Secret[] {
  return columns.flatMap((column): Secret[] => {
    const name = quoteColumns([column.name], "t");
    const where = qualifiedColumn(id, column.name);
    if (column.class === "secret")
      return [{ kind: "secret column", where, condition: `num_nonnulls(${name}) = 1` }];
    return column.secretPaths.map((path) => ({
      kind: "secret path",
      where: `${where} ${path}`,
      condition: `jsonb_path_exists(${name}::jsonb, ${quoteLiteral(sqlJsonPath(path))})`,
    }));
  });
}
