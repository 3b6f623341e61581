/** Where in a database a tool's ledger stands. */
import type pg from "pg";
import { quoteQualified } from "../postgres/identifiers.ts";

export interface LedgerTable {
  readonly schema: string;
  /** Quoted, for SQL. */
  readonly sql: string;
  /** Types by column, as `format_type` writes them. */
  readonly columns: Readonly<Record<string, string>>;
  /** Names of the other tables of its schema among those that were asked for. */
  readonly beside: readonly string[];
}

/** A tool takes the first one on its search path; without one there, any schema's will do. */
const TABLES = `
  SELECT n.nspname AS schema,
         pg_catalog.json_object_agg(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)) AS columns,
         ARRAY(SELECT o.relname::text FROM pg_catalog.pg_class o
                WHERE o.relnamespace = n.oid AND o.relname = ANY ($2) AND o.relkind IN ('r', 'p')) AS beside
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE c.relname = $1 AND c.relkind IN ('r', 'p')
   GROUP BY c.oid, n.oid, n.nspname
   ORDER BY pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname = 'public' DESC, n.nspname`;

export interface LedgerSignature {
  readonly name: string;
  readonly columns: readonly string[];
  /** Further tables to look for beside it. */
  readonly beside?: readonly string[];
  /** What else must hold of it, where several tools use one name. */
  readonly fits?: (table: LedgerTable) => boolean;
}

/** Looks at the catalog only; null where no table has the name and all of the columns. */
export async function findLedgerTable(
  client: pg.ClientBase,
  { name, columns, beside = [], fits = () => true }: LedgerSignature,
): Promise<LedgerTable | null> {
  const { rows } = await client.query<Omit<LedgerTable, "sql">>(TABLES, [name, beside]);
  const tables = rows.map((row) => ({ ...row, sql: quoteQualified(row.schema, name) }));
  const isLedger = (table: LedgerTable) =>
    columns.every((column) => Object.hasOwn(table.columns, column)) && fits(table);
  return tables.find(isLedger) ?? null;
}

/** @throws where there is none: `detect` or `prepare` comes first */
export async function requireLedgerTable(
  client: pg.ClientBase,
  signature: LedgerSignature,
): Promise<LedgerTable> {
  const table = await findLedgerTable(client, signature);
  if (table === null) throw new Error(`no ${signature.name} here; call detect or prepare first`);
  return table;
}
