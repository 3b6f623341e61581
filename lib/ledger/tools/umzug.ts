/** Umzug, and Sequelize's command line on it (JavaScript): the names of the applied files in `SequelizeMeta`. */
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

const TOOL = "umzug";

const LEDGER_TABLE: LedgerSignature = { name: "SequelizeMeta", columns: ["name"] };

const CREATE = `CREATE TABLE "SequelizeMeta" (name varchar(255) NOT NULL UNIQUE, PRIMARY KEY (name))`;
const RECORDED = (table: string) =>
  `SELECT name AS version, '' AS checksum, name FROM ${table} ORDER BY name COLLATE "C"`;
const RECORD = (table: string) => `INSERT INTO ${table} (name) VALUES ($1)`;

const CODE = new Set([".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"]);

async function read(client: pg.ClientBase): Promise<Ledger> {
  const { sql } = await requireLedgerTable(client, LEDGER_TABLE);
  return ledgerOf(TOOL, (await client.query<AppliedMigration>(RECORDED(sql))).rows);
}

/** In the order of their names; files that go down are left out. */
async function list(folder: string): Promise<MigrationFile[]> {
  const findings: Finding[] = [];
  const files: MigrationFile[] = [];
  for (const name of await readFileNames(folder)) {
    const isCode = CODE.has(extname(name)) && !/\.d\.[cm]?ts$/.test(name);
    if (!isCode && (extname(name) !== ".sql" || name.endsWith(".down.sql"))) continue;
    const path = join(folder, name);
    const { text } = await readMigrationText(path, findings);
    files.push({
      version: name,
      name,
      path,
      checksum: "",
      transactional: false,
      sql: text,
      ...(isCode ? { code: true as const } : {}),
    });
  }
  return listed(files, findings);
}

/** As its documentation has SQL files read and run: in one message, an implicit transaction; the name is noted after it. */
const statements = ({ sql, code }: MigrationFile): readonly string[] => (code === true ? [] : [sql]);

async function apply(client: pg.ClientBase, file: MigrationFile): Promise<void> {
  const { sql: table } = await requireLedgerTable(client, LEDGER_TABLE);
  const record = async () => {
    await client.query(RECORD(table), [file.version]);
  };
  await replay(client, { file, statements: statements(file), record });
}

/** The adapter for Umzug with the storage that Sequelize has. SQL files are replayed; programs are not. */
export const umzugAdapter: LedgerAdapter = {
  tool: TOOL,
  detect: detectsTable(LEDGER_TABLE),
  read,
  list,
  prepare: preparesTable(LEDGER_TABLE, CREATE),
  lock: (client) => takeAdvisoryLock(client, OWN_LOCK),
  statements,
  apply,
};
