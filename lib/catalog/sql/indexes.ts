import type pg from "pg";
import { IN_USER_SCHEMA } from "./user-schemas.ts";

export interface IndexRow {
  table_oid: number;
  name: string;
  /** Name and kind of the PRIMARY KEY or UNIQUE constraint that owns it. */
  constraint: string | null;
  constraint_kind: "p" | "u" | null;
  deferrable: boolean;
  unique: boolean;
  valid: boolean;
  method: string;
  /** Attribute numbers of the key part, 0 for an expression; INCLUDE columns left out. */
  positions: number[];
  /** The key part as text, for the expressions among it. */
  expressions: string[];
  predicate: string | null;
  nulls_not_distinct: boolean;
  definition: string | null;
}

/** `indkey` counts from 0 and holds the INCLUDE columns behind `indnkeyatts` (pg_index, 52.26). */
const indexes = (version: number) => `
  SELECT i.indrelid AS table_oid, x.relname AS name, k.conname AS "constraint", k.contype AS constraint_kind,
         coalesce(k.condeferrable, false) AS deferrable, i.indisunique AS "unique",
         i.indisvalid AND i.indisready AND i.indislive AS valid, m.amname AS method,
         ARRAY(SELECT i.indkey[s]::int FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) s ORDER BY s)
           AS positions,
         CASE WHEN i.indexprs IS NULL THEN '{}' ELSE
           ARRAY(SELECT coalesce(pg_catalog.pg_get_indexdef(i.indexrelid, s, true), '')
                   FROM pg_catalog.generate_series(1, i.indnkeyatts::int) s ORDER BY s) END AS expressions,
         pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
         ${version < 150000 ? "false" : "i.indnullsnotdistinct"} AS nulls_not_distinct,
         pg_catalog.pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_am m ON m.oid = x.relam
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_constraint k
      ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u')
   WHERE c.relkind IN ('r', 'p') AND ${IN_USER_SCHEMA}
   ORDER BY i.indrelid, i.indisprimary DESC, k.conname IS NULL, x.relname`;

/** Indexes of user tables: the primary key's first, then those of constraints, each by name. */
export async function readIndexes(client: pg.ClientBase, version: number): Promise<IndexRow[]> {
  return (await client.query<IndexRow>(indexes(version))).rows;
}
