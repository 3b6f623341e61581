/** Whether a tenant's own schema is there, by the catalog itself: one without a single table is no less there. */
import type pg from "pg";

export interface SchemaLeft {
  readonly name: string;
  readonly isThere: boolean;
  /** What is in it, by kind; left out in proofs of before anybody counted. */
  readonly holds?: readonly { readonly kind: string; readonly count: number }[];
}

/** Indexes and rows' own types go with their tables, a sequence that belongs to a column with it. */
const HOLDS = `
  WITH own AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1)
  SELECT kind, count(*)::int AS count FROM own JOIN (
    SELECT relnamespace AS schema, CASE relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
           WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'type' ELSE 'table' END AS kind
      FROM pg_catalog.pg_class WHERE relkind NOT IN ('i', 'I', 't')
    UNION ALL SELECT pronamespace, 'function' FROM pg_catalog.pg_proc
    UNION ALL SELECT typnamespace, 'type' FROM pg_catalog.pg_type WHERE typtype IN ('d', 'e', 'r')
  ) inside ON inside.schema = own.oid
  GROUP BY kind ORDER BY kind`;

export async function schemaLeft(client: pg.ClientBase, name: string): Promise<SchemaLeft> {
  const there = await client.query("SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1", [name]);
  if (there.rows.length === 0) return { name, isThere: false, holds: [] };
  const { rows } = await client.query<{ kind: string; count: number }>(HOLDS, [name]);
  return { name, isThere: true, holds: rows };
}

/** `schema app_one (2 sequences, 1 table)` */
export function schemaInWords({ name, holds = [] }: SchemaLeft): string {
  const kinds = holds.map(({ kind, count }) => `${count} ${kind}${count === 1 ? "" : "s"}`);
  return `schema ${name}${kinds.length === 0 ? "" : ` (${kinds.join(", ")})`}`;
}
