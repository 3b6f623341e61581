import type { LedgerAdapter, LedgerReader } from "./ledger.ts";
import { sqlxAdapter } from "./sqlx.ts";
import { drizzleAdapter } from "./tools/drizzle.ts";
import { nodePgMigrateAdapter } from "./tools/node-pg-migrate.ts";
import { prismaAdapter } from "./tools/prisma.ts";

/** Every migration tool whose files are replayed, in the order in which they are looked for. One line a tool. */
export const ledgerAdapters: readonly LedgerAdapter[] = [
  sqlxAdapter,
  drizzleAdapter,
  prismaAdapter,
  nodePgMigrateAdapter,
];

/** The adapter of a tool by its name as the platform file writes it (`ledger: sqlx`), or null. */
export function ledgerAdapter(tool: string): LedgerAdapter | null {
  return ledgerAdapters.find((adapter) => adapter.tool === tool) ?? null;
}

/** What reads a tool's ledger and folder, whether it can replay them or not; null for a tool that nobody knows. */
export function ledgerReader(tool: string): LedgerReader | null {
  return ledgerAdapter(tool);
}
