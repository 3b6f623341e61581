/**
 * Prisma Migrate: a row for each attempt in `_prisma_migrations`, with the SHA-256 of the file. An attempt that has
 * neither finished nor been rolled back stands as failed, and Prisma goes no further until somebody settles it.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type pg from "pg";
import type { Finding, Refusal } from "../../findings/finding.ts";
import { takeAdvisoryLock } from "../advisory-lock.ts";
import { findLedgerTable, type LedgerSignature, requireLedgerTable } from "../find-table.ts";
import { listed, misnamed, readFileNames, readFolder, readMigrationText, sha256 } from "../folder.ts";
import type { Ledger, LedgerAdapter, MigrationFile } from "../ledger.ts";
import { ledgerOf } from "../ledger-of.ts";
import { refuseCode, replay } from "../replay.ts";

const TOOL = "prisma";
const LOCK = "72707369";

const LEDGER_TABLE: LedgerSignature = {
  name: "_prisma_migrations",
  columns: ["id", "checksum", "migration_name", "finished_at", "rolled_back_at"],
};

const CREATE = `
  CREATE TABLE _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
  )`;

/** The last attempt at a migration counts; in the order of names, which is that of the folder. */
const ATTEMPTS = (table: string) => `
  SELECT DISTINCT ON (migration_name COLLATE "C") migration_name AS name, checksum,
         finished_at IS NOT NULL AS finished
    FROM ${table} WHERE rolled_back_at IS NULL
   ORDER BY migration_name COLLATE "C", started_at DESC`;

const BEGIN = (table: string) => `
  INSERT INTO ${table} (id, checksum, started_at, migration_name)
  VALUES ($1, $2, pg_catalog.clock_timestamp(), $3)`;
const FINISH = (table: string) => `
  UPDATE ${table} SET applied_steps_count = applied_steps_count + 1,
         finished_at = pg_catalog.clock_timestamp() WHERE id = $1`;
const FAIL = (table: string) => `UPDATE ${table} SET logs = $2 WHERE id = $1`;

async function read(client: pg.ClientBase): Promise<Ledger> {
  const { sql } = await requireLedgerTable(client, LEDGER_TABLE);
  const { rows } = await client.query<{ name: string; checksum: string; finished: boolean }>(ATTEMPTS(sql));
  const applied = rows.filter(({ finished }) => finished);
  const failed = rows.filter(({ finished }) => !finished);
  return ledgerOf(
    TOOL,
    applied.map(({ name, checksum }) => ({ version: name, checksum, name })),
    failed.map(({ name }) => name),
  );
}

/**
 * `<timestamp>_<name>/migration.sql`, in the order of the folders' names.
 *
 * @throws Refusal `migrations-unreadable`, `migration-misnamed`, `migration-not-utf8`
 */
async function list(folder: string): Promise<MigrationFile[]> {
  const findings: Finding[] = [];
  const files: MigrationFile[] = [];
  for (const { name, isFolder } of await readFolder(folder)) {
    if (!isFolder) continue;
    const path = join(folder, name, "migration.sql");
    if (!(await readFileNames(join(folder, name))).includes("migration.sql")) {
      findings.push(misnamed(join(folder, name), WHAT, REMEDY));
      continue;
    }
    const { bytes, text } = await readMigrationText(path, findings);
    files.push({ version: name, name, path, checksum: sha256(bytes), transactional: false, sql: text });
  }
  return listed(files, findings);
}

const WHAT = "the folder has no migration.sql, and Prisma refuses all of the migrations";
const REMEDY = "restore the file from the platform's repository, or remove the folder";

/** Line endings count for nothing: one side may have been checked out on Windows. */
function isSameFile(checksum: string, { checksum: own, sql }: MigrationFile): boolean {
  const unix = sql.replaceAll("\r\n", "\n");
  return [own, sha256(unix), sha256(unix.replaceAll("\n", "\r\n"))].includes(checksum);
}

/** One simple query: several statements in it are an implicit transaction, unless the file has its own. */
const statements = ({ sql }: MigrationFile): readonly string[] => [sql];

async function apply(client: pg.ClientBase, file: MigrationFile): Promise<void> {
  refuseCode(file);
  const { sql: table } = await requireLedgerTable(client, LEDGER_TABLE);
  const id = randomUUID();
  await client.query(BEGIN(table), [id, file.checksum, file.name]);
  const record = async () => {
    await client.query(FINISH(table), [id]);
  };
  try {
    await replay(client, { file, statements: statements(file), record });
  } catch (error) {
    // A transaction that the file has begun is still open; where the connection is gone, the first error is told.
    await client.query("ROLLBACK").catch(() => undefined);
    await client.query(FAIL(table), [id, (error as Refusal).message]).catch(() => undefined);
    throw error;
  }
}

/** The adapter for Prisma. Reads and writes as the tool does; see LedgerAdapter for each function. */
export const prismaAdapter: LedgerAdapter = {
  tool: TOOL,
  detect: async (client) => (await findLedgerTable(client, LEDGER_TABLE)) !== null,
  read,
  list,
  isSameFile,
  prepare: async (client) => {
    if ((await findLedgerTable(client, LEDGER_TABLE)) === null) await client.query(CREATE);
  },
  lock: (client) => takeAdvisoryLock(client, LOCK),
  statements,
  apply,
};
