import type pg from "pg";
import { IN_USER_SCHEMA } from "./user-schemas.ts";

export interface TableRow {
  oid: number;
  schema: string;
  name: string;
  relkind: "r" | "p" | "f";
  is_partition: boolean;
  persistence: "p" | "u";
  parents: number[];
  /** Columns by which its own partitions are told apart; expressions are left out. */
  partition_columns: string[];
  comment: string | null;
  owner: string;
  owned_by_role: boolean;
  select: boolean;
  insert: boolean;
  update: boolean;
  delete: boolean;
  lock: boolean;
  row_security: boolean;
  row_security_forced: boolean;
  estimated_rows: number | null;
  bytes: number;
}

/** A privilege on a table is worth nothing without USAGE on its schema. */
const may = (privilege: string) =>
  `pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, '${privilege}')`;

/**
 * `reltuples` is -1 where the table was never vacuumed or analysed (pg_class, 52.11). The size is NULL for a
 * table that was dropped after the snapshot was taken.
 */
const TABLES = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind, c.relispartition AS is_partition,
         c.relpersistence AS persistence,
         ARRAY(SELECT h.inhparent::int8::text FROM pg_catalog.pg_inherits h
                WHERE h.inhrelid = c.oid ORDER BY h.inhseqno) AS parents,
         ARRAY(SELECT a.attname::text FROM pg_catalog.pg_partitioned_table p
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (p.partattrs)
                WHERE p.partrelid = c.oid ORDER BY a.attnum) AS partition_columns,
         d.description AS comment,
         pg_catalog.pg_get_userbyid(c.relowner) AS owner,
         pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned_by_role,
         ${may("SELECT")} AS "select", ${may("INSERT")} AS "insert",
         ${may("UPDATE")} AS "update", ${may("DELETE")} AS "delete",
         pg_catalog.has_schema_privilege(n.oid, 'USAGE')
           AND pg_catalog.has_any_column_privilege(c.oid, 'UPDATE') AS lock,
         c.relrowsecurity AS row_security, c.relforcerowsecurity AS row_security_forced,
         CASE WHEN c.reltuples >= 0 AND c.relkind <> 'p' THEN c.reltuples::float8 END AS estimated_rows,
         coalesce(pg_catalog.pg_total_relation_size(c.oid), 0)::float8 AS bytes
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_description d
      ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = c.oid AND d.objsubid = 0
   WHERE c.relkind IN ('r', 'p', 'f') AND ${IN_USER_SCHEMA}
   ORDER BY n.nspname, c.relname`;

/** Tables, partitioned tables, partitions and foreign tables of the user schemas, by schema and name. */
export async function readTables(client: pg.ClientBase): Promise<TableRow[]> {
  const { rows } = await client.query<Omit<TableRow, "parents"> & { parents: string[] }>(TABLES);
  return rows.map((row) => ({ ...row, parents: row.parents.map(Number) }));
}
