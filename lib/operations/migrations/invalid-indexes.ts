/** Indexes that a CREATE or REINDEX ... CONCURRENTLY has left invalid when it failed. */
import type pg from "pg";
import type { InvalidIndex } from "./surveyed.ts";

/**
 * One that is being built is invalid too, and no leftover; a partitioned index is until each partition has its own.
 * PostgreSQL documentation: CREATE INDEX, Building Indexes Concurrently; 27.4.4 pg_stat_progress_create_index.
 */
const INVALID = `
  SELECT n.nspname AS schema, t.relname AS table, c.relname AS index
    FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname <> 'pg_toast'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p
                      WHERE p.datid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
                        AND p.index_relid = i.indexrelid)
   ORDER BY n.nspname, t.relname, c.relname`;

export async function readInvalidIndexes(client: pg.ClientBase): Promise<InvalidIndex[]> {
  return (await client.query<InvalidIndex>(INVALID)).rows;
}
