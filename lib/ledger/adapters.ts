import type { LedgerAdapter, LedgerReader } from "./ledger.ts";
import { sqlxAdapter } from "./sqlx.ts";
import { codeTools } from "./tools/code-tools.ts";
import { dbmateAdapter } from "./tools/dbmate.ts";
import { drizzleAdapter } from "./tools/drizzle.ts";
import { flywayAdapter } from "./tools/flyway.ts";
import { golangMigrateAdapter } from "./tools/golang-migrate.ts";
import { gooseAdapter } from "./tools/goose.ts";
import { knexAdapter } from "./tools/knex.ts";
import { nodePgMigrateAdapter } from "./tools/node-pg-migrate.ts";
import { prismaAdapter } from "./tools/prisma.ts";
import { umzugAdapter } from "./tools/umzug.ts";

/** Every migration tool whose files are replayed, in the order in which they are looked for. One line a tool. */
export const ledgerAdapters: readonly LedgerAdapter[] = [
  sqlxAdapter,
  drizzleAdapter,
  prismaAdapter,
  nodePgMigrateAdapter,
  flywayAdapter,
  golangMigrateAdapter,
  dbmateAdapter,
  gooseAdapter,
  knexAdapter,
  umzugAdapter,
];

/** The adapter of a tool by its name as the platform file writes it (`ledger: sqlx`), or null. */
export function ledgerAdapter(tool: string): LedgerAdapter | null {
  return ledgerAdapters.find((adapter) => adapter.tool === tool) ?? null;
}

/** Every tool whose ledger is read: those that are replayed, and those whose migrations only a command can run. */
export const ledgerReaders: readonly LedgerReader[] = [...ledgerAdapters, ...codeTools];

/** What reads a tool's ledger and folder, whether it can replay them or not; null for a tool that nobody knows. */
export function ledgerReader(tool: string): LedgerReader | null {
  return ledgerReaders.find((reader) => reader.tool === tool) ?? null;
}
