/**
 * Whether a database's schema is still what it was, asked in one statement. With the ledger 30 ms in a session that
 * has cached nothing yet, where reading the catalog anew and deriving the model from it took 110 to 150.
 */
import type pg from "pg";

/**
 * The system's tables that `readCatalog` reads, each with a number for its rows that belong to objects of users.
 * Oids up to 16383 are the server's own (src/include/access/transam.h).
 */
const SYSTEM_TABLES: readonly (readonly [table: string, key: string, own: string])[] = [
  ["pg_attrdef", "oid", "adrelid"],
  ["pg_attribute", "attrelid::int8 << 16 | attnum", "attrelid"],
  ["pg_class", "oid", "oid"],
  ["pg_collation", "oid", "oid"],
  ["pg_constraint", "oid", "oid"],
  ["pg_depend", "objid::int8 << 32 | refobjid::int8", "objid"],
  ["pg_enum", "oid", "oid"],
  ["pg_extension", "oid", "oid"],
  ["pg_index", "indexrelid", "indexrelid"],
  ["pg_inherits", "inhrelid", "inhrelid"],
  ["pg_namespace", "oid", "oid"],
  ["pg_policy", "oid", "oid"],
  ["pg_proc", "oid", "oid"],
  ["pg_range", "rngtypid", "rngtypid"],
  ["pg_rewrite", "oid", "oid"],
  ["pg_sequence", "seqrelid", "seqrelid"],
  ["pg_trigger", "oid", "oid"],
  ["pg_type", "oid", "oid"],
];

const parts = SYSTEM_TABLES.map(
  ([table, key, own]) =>
    `SELECT hashint8extended((${key})::int8, xmin::text::int8) AS mark FROM pg_catalog.${table} WHERE ${own} >= 16384`,
);

/** Whatever DDL does, it writes rows anew under its own transaction, or takes them away. */
const MARK = `
  SELECT concat_ws(' ', count(*), sum(mark), pg_catalog.current_setting('track_counts'),
                   pg_catalog.current_setting('server_version_num')) AS mark
    FROM (${parts.join(" UNION ALL ")}) rows`;

/** Two readings of one database are equal where no schema change was committed in between. */
export async function readSchemaMark(client: pg.ClientBase): Promise<string> {
  // Prepared, as a delete asks it again and again, and planning takes as long as looking.
  return (await client.query<{ mark: string }>({ name: "tenantry_schema_mark", text: MARK })).rows[0]!.mark;
}
