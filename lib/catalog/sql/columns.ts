import type pg from "pg";
import { IN_USER_SCHEMA } from "./user-schemas.ts";

export interface ColumnRow {
  table_oid: number;
  name: string;
  position: number;
  type: string;
  type_oid: number;
  not_null: boolean;
  collation_schema: string | null;
  collation: string | null;
  own_collation: boolean;
  deterministic: boolean;
  identity: "" | "a" | "d";
  generated: "" | "s" | "v";
  default: string | null;
  comment: string | null;
}

/**
 * Since 18 `attnotnull` is set for a NOT NULL constraint that is NOT VALID, too: rows may then hold NULL
 * (pg_attribute, 52.7).
 */
function notNull(version: number): string {
  if (version < 180000) return "a.attnotnull";
  return `a.attnotnull AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_constraint v
            WHERE v.conrelid = c.oid AND v.contype = 'n' AND v.conkey[1] = a.attnum AND NOT v.convalidated)`;
}

const columns = (version: number) => `
  SELECT c.oid AS table_oid, a.attname AS name, a.attnum AS position,
         pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.atttypid AS type_oid,
         ${notNull(version)} AS not_null,
         cn.nspname AS collation_schema, l.collname AS collation,
         a.attcollation <> t.typcollation AS own_collation,
         coalesce(l.collisdeterministic, true) AS deterministic,
         a.attidentity AS identity, a.attgenerated AS generated,
         CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(e.adbin, e.adrelid) END AS "default",
         d.description AS comment
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = l.collnamespace
    LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = c.oid AND e.adnum = a.attnum
    LEFT JOIN pg_catalog.pg_description d
      ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
   WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND ${IN_USER_SCHEMA}
   ORDER BY c.oid, a.attnum`;

/** Columns of all user tables in attribute order; dropped ones keep a place in pg_attribute and are left out. */
export async function readColumns(client: pg.ClientBase, version: number): Promise<ColumnRow[]> {
  return (await client.query<ColumnRow>(columns(version))).rows;
}
