/**
 * golang-migrate (Go): one row with the last version, and whether it is `dirty`: begun and not ended. What lies below
 * the head only the folder knows.
 */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type pg from "pg";
import type { Finding, Refusal } from "../../findings/finding.ts";
import { takeAdvisoryLock } from "../advisory-lock.ts";
import { type LedgerSignature, requireLedgerTable } from "../find-table.ts";
import { listed, readFileNames, readMigrationText } from "../folder.ts";
import type { Ledger, LedgerAdapter, MigrationFile } from "../ledger.ts";
import { ledgerOf } from "../ledger-of.ts";
import { inTransaction, refuseCode, replay } from "../replay.ts";
import { byNumber, detectsTable, preparesTable } from "./tool-table.ts";

const TOOL = "golang-migrate";

const LEDGER_TABLE: LedgerSignature = { name: "schema_migrations", columns: ["version", "dirty"] };

const CREATE = "CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null)";

const HEAD = (table: string) => `SELECT version::text AS version, dirty FROM ${table} LIMIT 1`;
const NOTE = (table: string) => `INSERT INTO ${table} (version, dirty) VALUES ($1::bigint, $2)`;

const NAME = /^([0-9]+)_(.*)\.up\.(.*)$/;

async function read(client: pg.ClientBase): Promise<Ledger> {
  const { sql } = await requireLedgerTable(client, LEDGER_TABLE);
  const { rows } = await client.query<{ version: string; dirty: boolean }>(HEAD(sql));
  const [head] = rows;
  const applied = head === undefined || head.dirty ? [] : [{ version: head.version, checksum: "", name: "" }];
  return { ...ledgerOf(TOOL, applied, head?.dirty ? [head.version] : []), headOnly: true };
}

/** Everything up to the head has run; below one that failed, everything before it. */
function complete(ledger: Ledger, files: readonly MigrationFile[]): Ledger {
  const head = ledger.version ?? ledger.failed[0];
  if (head === undefined) return ledgerOf(TOOL, []);
  const below = files.filter(
    ({ version }) => byNumber({ version }, { version: head }) <= 0 && !ledger.failed.includes(version),
  );
  // A head that the folder does not have is there all the same.
  const own = ledger.applied.filter(({ version }) => !below.some((file) => file.version === version));
  const applied = [...below.map(({ version, name }) => ({ version, checksum: "", name })), ...own];
  return ledgerOf(TOOL, applied, ledger.failed);
}

/** `<n>_<title>.up.sql`, by number. @throws Refusal `migrations-unreadable`, `migration-version-twice` and the like */
async function list(folder: string): Promise<MigrationFile[]> {
  const findings: Finding[] = [];
  const files: MigrationFile[] = [];
  for (const fileName of await readFileNames(folder)) {
    const [, digits, title = ""] = NAME.exec(fileName) ?? [];
    if (digits === undefined) continue;
    const path = join(folder, fileName);
    const { text } = await readMigrationText(path, findings);
    const version = BigInt(digits).toString();
    files.push({ version, name: title, path, checksum: "", transactional: false, sql: text });
  }
  return listed(files.sort(byNumber), findings);
}

/** CRC-32 of the database's path in its URL, the schema and the table, times a salt, in 32 bits. */
async function lock(client: pg.ClientBase): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ name: string; schema: string | null }>(
    "SELECT pg_catalog.current_database() AS name, pg_catalog.current_schema() AS schema",
  );
  const { name, schema } = rows[0]!;
  const sum = BigInt(crc32(`/${name}\0${schema ?? "public"}\0schema_migrations`));
  return takeAdvisoryLock(client, BigInt.asUintN(32, sum * 1486364155n).toString());
}

/** One simple query; several statements in it are an implicit transaction. */
const statements = ({ sql }: MigrationFile): readonly string[] => (sql.trim() === "" ? [] : [sql]);

async function apply(client: pg.ClientBase, file: MigrationFile): Promise<void> {
  refuseCode(file);
  const { sql: table } = await requireLedgerTable(client, LEDGER_TABLE);
  const note = (dirty: boolean) =>
    inTransaction(client, async () => {
      await client.query(`TRUNCATE ${table}`);
      await client.query(NOTE(table), [file.version, dirty]);
    });
  await note(true);
  try {
    await replay(client, { file, statements: statements(file), record: () => note(false) });
  } catch (error) {
    // A transaction that the file has begun is still open.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error as Refusal;
  }
}

/** The adapter for golang-migrate without `x-multi-statement`. */
export const golangMigrateAdapter: LedgerAdapter = {
  tool: TOOL,
  detect: detectsTable(LEDGER_TABLE),
  read,
  list,
  complete,
  keepsHeadsOnly: true,
  prepare: preparesTable(LEDGER_TABLE, CREATE),
  lock,
  statements,
  apply,
};
