/** dbmate (Go): a row for each applied version, no checksum. A file has a part up and one down. */
import { basename, join } from "node:path";
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import { OWN_LOCK, takeAdvisoryLock } from "../advisory-lock.ts";
import { type LedgerSignature, requireLedgerTable } from "../find-table.ts";
import { listed, misnamed, readFileNames, readMigrationText } from "../folder.ts";
import type { AppliedMigration, Ledger, LedgerAdapter, MigrationFile } from "../ledger.ts";
import { ledgerOf } from "../ledger-of.ts";
import { replay } from "../replay.ts";
import { detectsTable, keepLines, preparesTable } from "./tool-table.ts";

const TOOL = "dbmate";

/** Its versions have a length, those of Rails have none. */
const LEDGER_TABLE: LedgerSignature = {
  name: "schema_migrations",
  columns: ["version"],
  beside: ["ar_internal_metadata"],
  fits: ({ columns, beside }) =>
    !Object.hasOwn(columns, "dirty") &&
    beside.length === 0 &&
    /^character varying\(\d+\)$/.test(columns.version ?? ""),
};

const CREATE = "CREATE TABLE schema_migrations (version varchar(255) primary key)";
const RECORDED = (table: string) =>
  `SELECT version, '' AS checksum, '' AS name FROM ${table} ORDER BY version COLLATE "C"`;
const RECORD = (table: string) => `INSERT INTO ${table} (version) VALUES ($1)`;

const NAME = /^(\d+).*\.sql$/;
const UP = /^--\s*migrate:up(\s*$|\s+\S+)/m;
const DOWN = /^--\s*migrate:down(\s*$|\s+\S+)/m;
const WITHOUT_TRANSACTION = /^--\s*migrate:up.*\btransaction:false\b/m;

async function read(client: pg.ClientBase): Promise<Ledger> {
  const { sql } = await requireLedgerTable(client, LEDGER_TABLE);
  return ledgerOf(TOOL, (await client.query<AppliedMigration>(RECORDED(sql))).rows);
}

/**
 * `<digits>*.sql` in the order of their names, each with its part up.
 *
 * @throws Refusal `migrations-unreadable`, `migration-misnamed` (no part up), `migration-version-twice` and the like
 */
async function list(folder: string): Promise<MigrationFile[]> {
  const findings: Finding[] = [];
  const files: MigrationFile[] = [];
  for (const fileName of await readFileNames(folder)) {
    const [, version] = NAME.exec(fileName) ?? [];
    if (version === undefined) continue;
    const path = join(folder, fileName);
    const { text } = await readMigrationText(path, findings);
    const up = text.search(UP);
    if (up < 0) findings.push(misnamed(path, WHAT, REMEDY));
    const down = text.search(DOWN);
    files.push({
      version,
      name: basename(fileName, ".sql").replace(/^\d+_?/, ""),
      path,
      checksum: "",
      transactional: !WITHOUT_TRANSACTION.test(text),
      sql: keepLines(text, Math.max(up, 0), down > up ? down : undefined),
    });
  }
  return listed(files, findings);
}

const WHAT = "the file has no line `-- migrate:up`, and dbmate refuses it";
const REMEDY = "put the line before its statements";

const statements = ({ sql }: MigrationFile): readonly string[] => [sql];

async function apply(client: pg.ClientBase, file: MigrationFile): Promise<void> {
  const { sql: table } = await requireLedgerTable(client, LEDGER_TABLE);
  const record = async () => {
    await client.query(RECORD(table), [file.version]);
  };
  await replay(client, { file, statements: statements(file), record });
}

/** The adapter for dbmate, which knows no lock. */
export const dbmateAdapter: LedgerAdapter = {
  tool: TOOL,
  detect: detectsTable(LEDGER_TABLE),
  read,
  list,
  prepare: preparesTable(LEDGER_TABLE, CREATE),
  lock: (client) => takeAdvisoryLock(client, OWN_LOCK),
  statements,
  apply,
};
