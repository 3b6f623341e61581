/**
 * Flyway (Java): a row for each run in `flyway_schema_history`. Repeatable migrations have no version and run again
 * when their file changes; a baseline stands for all that lies below it.
 */
import type pg from "pg";
import { takeAdvisoryLock } from "../advisory-lock.ts";
import { type LedgerSignature, requireLedgerTable } from "../find-table.ts";
import type { AppliedMigration, Ledger, LedgerAdapter, MigrationFile } from "../ledger.ts";
import { ledgerOf } from "../ledger-of.ts";
import { refuseCode, refusePlaceholders, replay } from "../replay.ts";
import { splitStatements } from "../split-statements.ts";
import { compareVersions, isRepeatable, listFlywayFiles } from "./flyway-files.ts";
import { detectsTable, preparesTable } from "./tool-table.ts";

const TOOL = "flyway";

const LEDGER_TABLE: LedgerSignature = {
  name: "flyway_schema_history",
  columns: ["installed_rank", "version", "script", "checksum", "success"],
};

const CREATE = `
  CREATE TABLE flyway_schema_history (
    installed_rank INT NOT NULL,
    version VARCHAR(50),
    description VARCHAR(200) NOT NULL,
    type VARCHAR(20) NOT NULL,
    script VARCHAR(1000) NOT NULL,
    checksum INTEGER,
    installed_by VARCHAR(100) NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT now(),
    execution_time INTEGER NOT NULL,
    success BOOLEAN NOT NULL)`;
const KEY =
  "ALTER TABLE flyway_schema_history ADD CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank)";
const INDEX = "CREATE INDEX flyway_schema_history_s_idx ON flyway_schema_history (success)";

const RECORDED = (table: string) => `
  SELECT version, description, type, coalesce(checksum::text, '') AS checksum, success
    FROM ${table} ORDER BY installed_rank`;

const RECORD = (table: string) => `
  INSERT INTO ${table} (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
  SELECT coalesce(max(installed_rank), 0) + 1, $1, $2, 'SQL', $3, $4::integer, current_user, $5::integer, $6
    FROM ${table}`;

interface Row {
  readonly version: string | null;
  readonly description: string;
  readonly type: string;
  readonly checksum: string;
  readonly success: boolean;
}

async function read(client: pg.ClientBase): Promise<Ledger> {
  const { sql } = await requireLedgerTable(client, LEDGER_TABLE);
  const { rows } = await client.query<Row>(RECORDED(sql));
  const applied = new Map<string, AppliedMigration>();
  const failed = new Set<string>();
  for (const { version: own, description, type, checksum, success } of rows) {
    if (type === "SCHEMA") continue;
    const version = own ?? `R__${description.replaceAll(" ", "_")}`;
    // A run again, or one that was undone or repaired away: the last word counts, at its own place.
    applied.delete(version);
    failed.delete(version);
    if (type.startsWith("UNDO") || type === "DELETE") continue;
    const name = type.endsWith("BASELINE") ? BASELINE : description;
    if (success) applied.set(version, { version, checksum, name });
    else failed.add(version);
  }
  return ledgerOf(TOOL, [...applied.values()], [...failed]);
}

const BASELINE = "<< baseline >>";

/** What lies below a baseline counts as run; a repeatable one whose file is another now does not. */
function complete(ledger: Ledger, files: readonly MigrationFile[]): Ledger {
  const byVersion = new Map(files.map((file) => [file.version, file]));
  const baseline = ledger.applied.find(({ name }) => name === BASELINE)?.version;
  const known = new Set(ledger.applied.map(({ version }) => version));
  const isBelow = ({ version }: MigrationFile) =>
    baseline !== undefined && !isRepeatable(version) && compareVersions(version, baseline) <= 0;
  const below = files.filter((file) => isBelow(file) && !known.has(file.version));
  const kept = ledger.applied.filter(({ version, checksum }) => {
    const file = byVersion.get(version);
    return !isRepeatable(version) || file === undefined || file.checksum === checksum;
  });
  const assumed = below.map(({ version, name }) => ({ version, checksum: "", name }));
  return ledgerOf(TOOL, [...assumed, ...kept], ledger.failed);
}

/** "Flyway" as six bytes, and Java's hash of the table's quoted name. */
async function lock(client: pg.ClientBase): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ schema: string | null }>(
    "SELECT pg_catalog.current_schema() AS schema",
  );
  const table = `"${rows[0]?.schema ?? "public"}"."flyway_schema_history"`;
  const hash = [...table].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 0);
  return takeAdvisoryLock(client, (0x466c79776179n + BigInt(hash)).toString());
}

const statements = ({ sql }: MigrationFile): readonly string[] =>
  splitStatements(sql).map(({ text }) => text);

const PLACEHOLDER = /\$\{[^}]+\}/;
const hasPlaceholders = ({ sql }: MigrationFile) => PLACEHOLDER.test(sql);

async function apply(client: pg.ClientBase, file: MigrationFile): Promise<void> {
  refuseCode(file);
  if (hasPlaceholders(file)) refusePlaceholders(file);
  const { sql: table } = await requireLedgerTable(client, LEDGER_TABLE);
  const started = performance.now();
  const { version, name, noted, checksum } = file;
  const own = isRepeatable(version) ? null : version;
  const record = async (success: boolean) => {
    const took = Math.round(performance.now() - started);
    await client.query(RECORD(table), [own, name, noted, checksum || null, took, success]);
  };
  try {
    await replay(client, { file, statements: statements(file), record: () => record(true) });
  } catch (error) {
    // What no transaction has taken back stands as failed until somebody repairs it.
    if (!file.transactional) await record(false).catch(() => undefined);
    throw error;
  }
}

/** The adapter for Flyway. Its SQL files are replayed; Java's are not, nor those with placeholders. */
export const flywayAdapter: LedgerAdapter = {
  tool: TOOL,
  detect: detectsTable(LEDGER_TABLE),
  read,
  list: listFlywayFiles,
  complete,
  hasPlaceholders,
  prepare: preparesTable(LEDGER_TABLE, CREATE, KEY, INDEX),
  lock,
  statements,
  apply,
};
