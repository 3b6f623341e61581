/**
 * The digest of a tenant's rows as the database computes it, to be compared with what the transcoder computed
 * while the rows went by: count and two sums modulo 2^64 of `hashtextextended` over the row's text.
 */
import type pg from "pg";
import type { Table } from "../../catalog/catalog.ts";
import { quoteColumns, quoteQualified } from "../../postgres/identifiers.ts";

export interface RowDigest {
  readonly rows: number;
  readonly sums: readonly [string, string];
}

/** `hashtextextended` gives a signed bigint, and sum over bigint a numeric, which never overflows. */
const sum = (seed: number) =>
  `((coalesce(sum(hashtextextended(line, ${seed})), 0) % 18446744073709551616 + 18446744073709551616) % 18446744073709551616)::text`;

/** The statement: `condition` is SQL over the alias `t`, `columns` are those that were written, in their order. */
export function rowDigestSql(table: Table, columns: readonly string[], condition: string): string {
  const only = table.kind === "table" ? "ONLY " : "";
  return `SELECT count(*)::float8 AS rows, ${sum(0)} AS first, ${sum(42)} AS second
            FROM (SELECT ROW(${columns.map((name) => asCarried(table, name)).join(", ")})::text AS line
                    FROM ${only}${quoteQualified(table.schema, table.name)} t WHERE ${condition} OFFSET 0) lines`;
}

/** xml travels as it is stored, by its cast; its output function would leave the declaration out (select-list.ts). */
function asCarried(table: Table, name: string): string {
  const column = quoteColumns([name], "t");
  const isXml = table.columns.some((each) => each.name === name && each.baseType === "pg_catalog.xml");
  return isXml ? `${column}::text` : column;
}

export async function readRowDigest(
  client: pg.ClientBase,
  table: Table,
  columns: readonly string[],
  condition: string,
): Promise<RowDigest> {
  const { rows } = await client.query<{ rows: number; first: string; second: string }>(
    rowDigestSql(table, columns, condition),
  );
  const { rows: count, first, second } = rows[0]!;
  return { rows: count, sums: [first, second] };
}
