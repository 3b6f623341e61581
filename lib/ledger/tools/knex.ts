/** Knex (JavaScript): a row for each applied file in `knex_migrations`, by its name and the batch it ran in. */
import { extname, join } from "node:path";
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import { OWN_LOCK, takeAdvisoryLock } from "../advisory-lock.ts";
import { type LedgerSignature, requireLedgerTable } from "../find-table.ts";
import { listed, readFileNames, readMigrationText } from "../folder.ts";
import type { AppliedMigration, Ledger, LedgerAdapter, MigrationFile } from "../ledger.ts";
import { ledgerOf } from "../ledger-of.ts";
import { replay } from "../replay.ts";
import { detectsTable, preparesTable } from "./tool-table.ts";

const TOOL = "knex";

const LEDGER_TABLE: LedgerSignature = { name: "knex_migrations", columns: ["id", "name", "batch"] };

const CREATE = `
  CREATE TABLE knex_migrations (
    id serial PRIMARY KEY, name varchar(255), batch integer, migration_time timestamptz)`;
const CREATE_LOCK = "CREATE TABLE knex_migrations_lock (index serial PRIMARY KEY, is_locked integer)";
const UNLOCKED = "INSERT INTO knex_migrations_lock (is_locked) VALUES (0)";

const RECORDED = (table: string) => `SELECT name AS version, '' AS checksum, name FROM ${table} ORDER BY id`;
const RECORD = (table: string) => `
  INSERT INTO ${table} (name, batch, migration_time)
  SELECT $1, coalesce(max(batch), 0) + 1, now() FROM ${table}`;

/** Those that Knex loads by default. */
const ENDINGS = new Set([
  ".js",
  ".cjs",
  ".mjs",
  ".ts",
  ".co",
  ".coffee",
  ".eg",
  ".iced",
  ".litcoffee",
  ".ls",
]);

async function read(client: pg.ClientBase): Promise<Ledger> {
  const { sql } = await requireLedgerTable(client, LEDGER_TABLE);
  return ledgerOf(TOOL, (await client.query<AppliedMigration>(RECORDED(sql))).rows);
}

/** All of them are programs, in the order of their names. */
async function list(folder: string): Promise<MigrationFile[]> {
  const findings: Finding[] = [];
  const files: MigrationFile[] = [];
  for (const name of await readFileNames(folder)) {
    if (!ENDINGS.has(extname(name)) || name.endsWith(".d.ts")) continue;
    const path = join(folder, name);
    const { text } = await readMigrationText(path, findings);
    files.push({ version: name, name, path, checksum: "", transactional: true, sql: text, code: true });
  }
  return listed(files, findings);
}

const statements = ({ sql, code }: MigrationFile): readonly string[] => (code === true ? [] : [sql]);

/** Only what stands in a program's place; it is noted as the program, in a batch of its own. */
async function apply(client: pg.ClientBase, file: MigrationFile): Promise<void> {
  const { sql: table } = await requireLedgerTable(client, LEDGER_TABLE);
  const record = async () => {
    await client.query(RECORD(table), [file.version]);
  };
  await replay(client, { file, statements: statements(file), record });
}

/** The adapter for Knex, whose migrations are programs: they are read here, and run by a command. */
export const knexAdapter: LedgerAdapter = {
  tool: TOOL,
  detect: detectsTable(LEDGER_TABLE),
  read,
  list,
  prepare: preparesTable(LEDGER_TABLE, CREATE, CREATE_LOCK, UNLOCKED),
  lock: (client) => takeAdvisoryLock(client, OWN_LOCK),
  statements,
  apply,
};
