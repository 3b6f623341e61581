/**
 * node-pg-migrate (JavaScript): a row for each applied file in `pgmigrations`, by the file's name without its ending,
 * no checksum. Files are SQL or programs, in the order of their numeric prefixes, and none may be left out.
 */
import { extname, join } from "node:path";
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import { takeAdvisoryLock } from "../advisory-lock.ts";
import { findLedgerTable, type LedgerSignature, requireLedgerTable } from "../find-table.ts";
import { listed, misnamed, readFileNames, readMigrationText } from "../folder.ts";
import type { AppliedMigration, Ledger, LedgerAdapter, MigrationFile } from "../ledger.ts";
import { ledgerOf } from "../ledger-of.ts";
import { replay } from "../replay.ts";

const TOOL = "node-pg-migrate";
const LOCK = "7241865325823964";

const LEDGER_TABLE: LedgerSignature = { name: "pgmigrations", columns: ["id", "name", "run_on"] };

const CREATE = `
  CREATE TABLE pgmigrations (id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)`;

const RECORDED = (table: string) =>
  `SELECT name AS version, '' AS checksum, name FROM ${table} ORDER BY run_on, id`;

const RECORD = (table: string) => `INSERT INTO ${table} (name, run_on) VALUES ($1, NOW())`;

const CODE = new Set([".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"]);

async function read(client: pg.ClientBase): Promise<Ledger> {
  const { sql } = await requireLedgerTable(client, LEDGER_TABLE);
  return ledgerOf(TOOL, (await client.query<AppliedMigration>(RECORDED(sql))).rows);
}

/**
 * By numeric prefix. Where `.up.sql` and `.down.sql` stand in pairs, the pair is one migration.
 *
 * @throws Refusal `migrations-unreadable`, `migration-misnamed`, `migration-not-utf8`, `migration-version-twice`
 */
async function list(folder: string): Promise<MigrationFile[]> {
  const findings: Finding[] = [];
  const names = (await readFileNames(folder)).filter((name) => !name.startsWith("."));
  const hasUp = (name: string) => names.includes(name.replace(/\.down\.sql$/, ".up.sql"));
  const isDown = (name: string) => name.endsWith(".down.sql") && hasUp(name);
  const isFile = (name: string) => extname(name) === ".sql" || (CODE.has(extname(name)) && !isTypes(name));
  const files: MigrationFile[] = [];
  for (const name of names.filter((each) => isFile(each) && !isDown(each)).sort(byPrefix)) {
    const path = join(folder, name);
    if (prefixOf(name) === null) {
      findings.push(misnamed(path, WHAT, REMEDY));
      continue;
    }
    const { text } = await readMigrationText(path, findings);
    const isCode = extname(name) !== ".sql";
    const paired = name.endsWith(".up.sql") && names.includes(name.replace(/\.up\.sql$/, ".down.sql"));
    const version = paired ? name.replace(/\.up\.sql$/, "") : name.slice(0, -extname(name).length);
    files.push({
      version,
      name: version,
      path,
      checksum: "",
      transactional: true,
      sql: isCode || paired ? text : upPart(text),
      ...(isCode ? { code: true as const } : {}),
    });
  }
  return listed(files, findings);
}

const isTypes = (name: string) => /\.d\.[cm]?ts$/.test(name);

const WHAT = "the file's name does not start with a number, and node-pg-migrate refuses the whole folder";
const REMEDY = "rename it as `node-pg-migrate create` would have, or move it out of the folder";

/** 17 digits are a date in UTC with milliseconds, which compares with milliseconds since 1970. */
function prefixOf(name: string): number | null {
  const [digits] = /^[0-9]+/.exec(name) ?? [];
  if (digits === undefined) return null;
  if (digits.length !== 17) return Number(digits);
  const [date, time, ms] = [digits.slice(0, 8), digits.slice(8, 14), digits.slice(14)];
  const day = date.replace(/(....)(..)(..)/, "$1-$2-$3");
  return Date.parse(`${day}T${time.replace(/(..)(..)(..)/, "$1:$2:$3")}.${ms}Z`);
}

function byPrefix(a: string, b: string): number {
  const order = (prefixOf(a) ?? 0) - (prefixOf(b) ?? 0);
  return order || a.localeCompare(b, undefined, { numeric: true, ignorePunctuation: true });
}

/** From the marker `-- Up Migration` to that of the way down; all of it where there is none. */
function upPart(text: string): string {
  const up = text.search(marker("up"));
  const down = text.search(marker("down"));
  if (up < 0) return text;
  return text.slice(up, down < up ? undefined : down);
}

const marker = (direction: string) => new RegExp(`^\\s*--[\\s-]*${direction}\\s+migration`, "im");

const statements = ({ sql }: MigrationFile): readonly string[] => [sql.endsWith(";") ? sql : `${sql};`];

async function apply(client: pg.ClientBase, file: MigrationFile): Promise<void> {
  const { sql: table } = await requireLedgerTable(client, LEDGER_TABLE);
  const record = async () => {
    await client.query(RECORD(table), [file.version]);
  };
  await replay(client, { file, statements: statements(file), record });
}

/** The adapter for node-pg-migrate. Its SQL files are replayed; its programs are not. */
export const nodePgMigrateAdapter: LedgerAdapter = {
  tool: TOOL,
  detect: async (client) => (await findLedgerTable(client, LEDGER_TABLE)) !== null,
  read,
  list,
  prepare: async (client) => {
    if ((await findLedgerTable(client, LEDGER_TABLE)) === null) await client.query(CREATE);
  },
  lock: (client) => takeAdvisoryLock(client, LOCK),
  statements,
  apply,
};
