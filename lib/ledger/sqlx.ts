/**
 * sqlx (Rust): one table `_sqlx_migrations`, a row for each applied file, SHA-384 of the file's text. What is
 * created and written here is what `sqlx migrate run` creates and writes, so that either can go on after the
 * other.
 */
import { crc32 } from "node:zlib";
import type pg from "pg";
import { takeAdvisoryLock } from "./advisory-lock.ts";
import { findLedgerTable, type LedgerSignature, requireLedgerTable } from "./find-table.ts";
import type { AppliedMigration, Ledger, LedgerAdapter, MigrationFile } from "./ledger.ts";
import { ledgerOf } from "./ledger-of.ts";
import { replay } from "./replay.ts";
import { listSqlxFiles } from "./sqlx-files.ts";

const TOOL = "sqlx";

const LEDGER_TABLE: LedgerSignature = {
  name: "_sqlx_migrations",
  columns: ["version", "description", "success", "checksum"],
};

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

async function read(client: pg.ClientBase): Promise<Ledger> {
  const { sql: table } = await requireLedgerTable(client, LEDGER_TABLE);
  const { rows } = await client.query<AppliedMigration & { success: boolean }>(recordedMigrations(table));
  const applied = rows
    .filter((row) => row.success)
    .map(({ version, checksum, name }) => ({ version, checksum, name }));
  const failed = rows.filter((row) => !row.success).map((row) => row.version);
  return ledgerOf(TOOL, applied, failed);
}

/** The key is the tool's own: 0x3d32ad9e times the CRC-32 of the database's name. */
async function lock(client: pg.ClientBase): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ name: string }>("SELECT pg_catalog.current_database() AS name");
  return takeAdvisoryLock(client, (0x3d32ad9en * BigInt(crc32(rows[0]?.name ?? ""))).toString());
}

/**
 * The file goes as one simple query, as sqlx sends it: several statements in one message are an implicit
 * transaction (Message Flow, Multiple Statements in a Simple Query), so CREATE INDEX CONCURRENTLY needs a file of
 * its own, here as there.
 */
const statements = (file: MigrationFile): readonly string[] => [file.sql];

async function apply(client: pg.ClientBase, file: MigrationFile): Promise<void> {
  const { sql: table } = await requireLedgerTable(client, LEDGER_TABLE);
  const started = process.hrtime.bigint();
  const record = async () => {
    await client.query(recordMigration(table), [file.version, file.name, file.checksum]);
  };
  await replay(client, { file, statements: statements(file), record });
  const elapsed = process.hrtime.bigint() - started;
  await client.query(recordExecutionTime(table), [file.version, elapsed.toString()]);
}

/** The adapter for sqlx. Reads and writes as the tool does; see LedgerAdapter for each function. */
export const sqlxAdapter: LedgerAdapter = {
  tool: TOOL,
  detect: async (client) => (await findLedgerTable(client, LEDGER_TABLE)) !== null,
  read,
  list: listSqlxFiles,
  prepare: async (client) => {
    if ((await findLedgerTable(client, LEDGER_TABLE)) === null) await client.query(CREATE_LEDGER_TABLE);
  },
  lock,
  statements,
  apply,
};
