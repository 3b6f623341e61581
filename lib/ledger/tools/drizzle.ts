/**
 * drizzle-orm (TypeScript), 0.45 and 1.0: a row for each applied migration in `drizzle.__drizzle_migrations`, with
 * the SHA-256 of the file, which the tool itself never looks at again. From 1.0 on the row has the migration's name.
 */
import type pg from "pg";
import { OWN_LOCK, takeAdvisoryLock } from "../advisory-lock.ts";
import {
  findLedgerTable,
  type LedgerSignature,
  type LedgerTable,
  requireLedgerTable,
} from "../find-table.ts";
import type { Ledger, LedgerAdapter, MigrationFile } from "../ledger.ts";
import { ledgerOf } from "../ledger-of.ts";
import { inTransaction, replay } from "../replay.ts";
import { distinctVersions, listDrizzleFiles, secondOf } from "./drizzle-files.ts";

const TOOL = "drizzle";

const LEDGER_TABLE: LedgerSignature = { name: "__drizzle_migrations", columns: ["id", "hash", "created_at"] };

const CREATE_SCHEMA = "CREATE SCHEMA IF NOT EXISTS drizzle";

const CREATE_OLD = `
  CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (
    id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)`;

const CREATE_NAMED = `
  CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (
    id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint,
    name text, applied_at timestamp with time zone DEFAULT now())`;

/** What 1.0 makes of a ledger that 0.45 has left; it knows no later moment for rows that were there. */
const UPGRADE = (table: string) => `
  ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS name text,
    ADD COLUMN IF NOT EXISTS applied_at timestamp with time zone DEFAULT now()`;
const NAME_ROW = (table: string) => `UPDATE ${table} SET name = $2, applied_at = NULL WHERE id = $1`;

const RECORDED = (table: string, named: boolean) => `
  SELECT id, hash, created_at::float8 AS millis, ${named ? "name" : "NULL AS name"}
    FROM ${table} ORDER BY created_at, id`;

const RECORD_OLD = (table: string) => `INSERT INTO ${table} (hash, created_at) VALUES ($1, $2::bigint)`;
const RECORD_NAMED = (table: string) =>
  `INSERT INTO ${table} (hash, created_at, name) VALUES ($1, $2::bigint, $3)`;

interface Row {
  readonly id: number;
  readonly hash: string;
  readonly millis: number | null;
  readonly name: string | null;
}

const isNamed = ({ columns }: LedgerTable) => Object.hasOwn(columns, "name");

async function rowsOf(client: pg.ClientBase, table: LedgerTable): Promise<(Row & { version: string })[]> {
  const { rows } = await client.query<Row>(RECORDED(table.sql, isNamed(table)));
  const versions = distinctVersions(rows.map(({ name, millis }) => datedBy(name) ?? secondOf(millis ?? 0)));
  return rows.map((row, at) => ({ ...row, version: versions[at]! }));
}

/** The name's own date: a row that 1.0 has named keeps the moment of its journal. */
function datedBy(name: string | null): string | null {
  return /^[0-9]{14}(?=_|$)/.exec(name ?? "")?.[0] ?? null;
}

async function read(client: pg.ClientBase): Promise<Ledger> {
  const rows = await rowsOf(client, await requireLedgerTable(client, LEDGER_TABLE));
  return ledgerOf(
    TOOL,
    rows.map(({ version, hash, name }) => ({ version, checksum: hash, name: name ?? "" })),
  );
}

/** A folder without a journal is 1.0's, whose ledger has names. */
async function prepare(client: pg.ClientBase, files: readonly MigrationFile[] = []): Promise<void> {
  const named = files.some(({ noted }) => noted === undefined);
  const table = await findLedgerTable(client, LEDGER_TABLE);
  if (table === null) {
    await client.query(CREATE_SCHEMA);
    await client.query(named ? CREATE_NAMED : CREATE_OLD);
    return;
  }
  if (!named || isNamed(table)) return;
  const byVersion = new Map(files.map((file) => [file.version, file]));
  await inTransaction(client, async () => {
    await client.query(UPGRADE(table.sql));
    for (const { id, version } of await rowsOf(client, table))
      await client.query(NAME_ROW(table.sql), [id, byVersion.get(version)?.name ?? null]);
  });
}

/** The line that ends a statement; without one the file is one message. */
const BREAKPOINT = "--> statement-breakpoint";

const statements = ({ sql }: MigrationFile): readonly string[] => sql.split(BREAKPOINT);

async function apply(client: pg.ClientBase, file: MigrationFile): Promise<void> {
  const table = await requireLedgerTable(client, LEDGER_TABLE);
  const record = async () => {
    if (file.noted !== undefined) await client.query(RECORD_OLD(table.sql), [file.checksum, file.noted]);
    else await client.query(RECORD_NAMED(table.sql), [file.checksum, millisOf(file.name), file.name]);
  };
  await replay(client, { file, statements: statements(file), record });
}

function millisOf(name: string): number {
  const [year, month, day, hour, minute, second] = [0, 4, 6, 8, 10, 12].map((from) =>
    Number(name.slice(from, from === 0 ? 4 : from + 2)),
  ) as [number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The adapter for drizzle. The tool runs all that is pending in one transaction; here each file has one of its own,
 * so that a database can be brought to any version. It knows no lock.
 */
export const drizzleAdapter: LedgerAdapter = {
  tool: TOOL,
  detect: async (client) => (await findLedgerTable(client, LEDGER_TABLE)) !== null,
  read,
  list: listDrizzleFiles,
  prepare,
  lock: (client) => takeAdvisoryLock(client, OWN_LOCK),
  statements,
  apply,
};
