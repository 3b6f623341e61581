import type pg from "pg";
import { IN_USER_SCHEMA } from "./user-schemas.ts";

export interface ConstraintRow {
  table_oid: number;
  name: string;
  kind: "c" | "x";
  definition: string;
}

/** NOT NULL constraints (`n`, since 18) are no checks. */
const CHECKS_AND_EXCLUSIONS = `
  SELECT k.conrelid AS table_oid, k.conname AS name, k.contype AS kind,
         coalesce(pg_catalog.pg_get_constraintdef(k.oid), '') AS definition
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE k.contype IN ('c', 'x') AND c.relkind IN ('r', 'p', 'f') AND ${IN_USER_SCHEMA}
   ORDER BY k.conrelid, k.conname`;

export async function readChecksAndExclusions(client: pg.ClientBase): Promise<ConstraintRow[]> {
  return (await client.query<ConstraintRow>(CHECKS_AND_EXCLUSIONS)).rows;
}

type Action = "a" | "r" | "c" | "n" | "d";

export interface ForeignKeyRow {
  table_oid: number;
  name: string;
  columns: string[];
  target_schema: string;
  target: string;
  target_columns: string[];
  on_delete: Action;
  on_update: Action;
  match: "f" | "p" | "s";
  deferrable: boolean;
  validated: boolean;
}

/**
 * A foreign key of or to a partitioned table has a clone for every partition, with `conparentid` set: only the
 * declared one counts. Its period, the last column of a temporal one (`conperiod`, since 18), is left out.
 */
const foreignKeys = (version: number) => {
  const length = `pg_catalog.cardinality(k.conkey)${version < 180000 ? "" : " - k.conperiod::int"}`;
  const names = (relation: string, numbers: string) => `
         ARRAY(SELECT a.attname::text FROM pg_catalog.generate_series(1, ${length}) s
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = ${numbers}[s]
                ORDER BY s)`;
  return `
  SELECT k.conrelid AS table_oid, k.conname AS name, ${names("k.conrelid", "k.conkey")} AS columns,
         tn.nspname AS target_schema, t.relname AS target, ${names("k.confrelid", "k.confkey")} AS target_columns,
         k.confdeltype AS on_delete, k.confupdtype AS on_update, k.confmatchtype AS match,
         k.condeferrable AS deferrable,
         k.convalidated ${version < 180000 ? "" : "AND k.conenforced"} AS validated
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class t ON t.oid = k.confrelid
    JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
   WHERE k.contype = 'f' AND k.conparentid = 0 AND ${IN_USER_SCHEMA}
   ORDER BY k.conrelid, k.conname`;
};

/** Declared foreign keys of user tables, by table and name; column lists in the constraint's order. */
export async function readForeignKeys(client: pg.ClientBase, version: number): Promise<ForeignKeyRow[]> {
  return (await client.query<ForeignKeyRow>(foreignKeys(version))).rows;
}
