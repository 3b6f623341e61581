/**
 * sqlx (Rust): one table `_sqlx_migrations`, a row for each applied file, SHA-384 of the file's text. What is
 * created and written here is what `sqlx migrate run` creates and writes, so that either can go on after the
 * other.
 */
import { setTimeout } from "node:timers/promises";
import { crc32 } from "node:zlib";
import type pg from "pg";
import { quoteQualified } from "../postgres/identifiers.ts";
import { failedMigration } from "./failed-migration.ts";
import { ledgerFingerprint } from "./fingerprint.ts";
import type { AppliedMigration, Ledger, LedgerAdapter, MigrationFile } from "./ledger.ts";
import { listSqlxFiles } from "./sqlx-files.ts";

const TOOL = "sqlx";

/** The tool takes the first one on the search path; without one there, any schema's will do. */
const LEDGER_TABLE = `
  SELECT n.nspname AS schema
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relname = '_sqlx_migrations' AND c.relkind IN ('r', 'p')
     AND ARRAY['version', 'description', 'success', 'checksum'] <@ ARRAY(
           SELECT a.attname::text FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
   ORDER BY pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname = 'public' DESC, n.nspname
   LIMIT 1`;

/** As the tool creates it, in the first schema of the search path. */
const CREATE_LEDGER_TABLE = `
  CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),
    success BOOLEAN NOT NULL,
    checksum BYTEA NOT NULL,
    execution_time BIGINT NOT NULL
  )`;

const recordedMigrations = (table: string) => `
  SELECT version::text AS version, description AS name, success,
         pg_catalog.encode(checksum, 'hex') AS checksum
    FROM ${table} ORDER BY ${table}.version`;

/** The time is -1 until the transaction is through: sqlx measures it from outside. */
const recordMigration = (table: string) => `
  INSERT INTO ${table} (version, description, success, checksum, execution_time)
  VALUES ($1::bigint, $2, TRUE, pg_catalog.decode($3, 'hex'), -1)`;

const recordExecutionTime = (table: string) => `
  UPDATE ${table} SET execution_time = $2::bigint WHERE version = $1::bigint`;

async function ledgerTable(client: pg.ClientBase): Promise<string | null> {
  const { rows } = await client.query<{ schema: string }>(LEDGER_TABLE);
  const [found] = rows;
  return found === undefined ? null : quoteQualified(found.schema, "_sqlx_migrations");
}

async function existingLedgerTable(client: pg.ClientBase): Promise<string> {
  const table = await ledgerTable(client);
  if (table === null)
    throw new Error("sqlx: the database holds no _sqlx_migrations; call detect or prepare first");
  return table;
}

async function read(client: pg.ClientBase): Promise<Ledger> {
  const table = await existingLedgerTable(client);
  const { rows } = await client.query<AppliedMigration & { success: boolean }>(recordedMigrations(table));
  const applied = rows
    .filter((row) => row.success)
    .map(({ version, checksum, name }) => ({ version, checksum, name }));
  return {
    tool: TOOL,
    applied,
    version: applied.at(-1)?.version ?? null,
    fingerprint: ledgerFingerprint(applied),
    failed: rows.filter((row) => !row.success).map((row) => row.version),
  };
}

const LOCK_RETRY_MS = 100;

async function tryLock(client: pg.ClientBase, key: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    "SELECT pg_catalog.pg_try_advisory_lock($1::bigint) AS locked",
    [key],
  );
  return rows[0]?.locked === true;
}

/**
 * The key is the tool's own: 0x3d32ad9e times the CRC-32 of the database's name. Asked for again and again and
 * not waited for: a statement that waits holds a snapshot, for which the CREATE INDEX CONCURRENTLY of the one who
 * has the lock waits in turn, and Postgres ends one of the two as a deadlock.
 */
async function lock(client: pg.ClientBase): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ name: string }>("SELECT pg_catalog.current_database() AS name");
  const key = (0x3d32ad9en * BigInt(crc32(rows[0]?.name ?? ""))).toString();
  while (!(await tryLock(client, key))) await setTimeout(LOCK_RETRY_MS);
  return async () => {
    await client.query("SELECT pg_catalog.pg_advisory_unlock($1::bigint)", [key]);
  };
}

/**
 * The file and its ledger row in one transaction, unless the file asks for none. It goes as one simple query, as
 * sqlx sends it: several statements in one message are an implicit transaction (Message Flow, Multiple
 * Statements in a Simple Query), so CREATE INDEX CONCURRENTLY needs a file of its own, here as there.
 */
async function apply(client: pg.ClientBase, file: MigrationFile): Promise<void> {
  const table = await existingLedgerTable(client);
  const started = process.hrtime.bigint();
  if (file.transactional) await client.query("BEGIN");
  try {
    await client.query(file.sql);
    await client.query(recordMigration(table), [file.version, file.name, file.checksum]);
    if (file.transactional) await client.query("COMMIT");
  } catch (cause) {
    // Where the connection is gone the rollback fails too, and the first error is the one to tell.
    if (file.transactional) await client.query("ROLLBACK").catch(() => undefined);
    throw failedMigration(file, cause);
  }
  const elapsed = process.hrtime.bigint() - started;
  await client.query(recordExecutionTime(table), [file.version, elapsed.toString()]);
}

/** The adapter for sqlx. Reads and writes as the tool does; see LedgerAdapter for each function. */
export const sqlxAdapter: LedgerAdapter = {
  tool: TOOL,
  detect: async (client) => (await ledgerTable(client)) !== null,
  read,
  list: listSqlxFiles,
  prepare: async (client) => {
    if ((await ledgerTable(client)) === null) await client.query(CREATE_LEDGER_TABLE);
  },
  lock,
  apply,
};
