import type { LedgerAdapter } from "./ledger.ts";
import { sqlxAdapter } from "./sqlx.ts";

/** Every migration tool that Tenantry reads, in the order in which they are looked for. One line a tool. */
export const ledgerAdapters: readonly LedgerAdapter[] = [sqlxAdapter];

/** The adapter of a tool by its name as the platform file writes it (`ledger: sqlx`), or null. */
export function ledgerAdapter(tool: string): LedgerAdapter | null {
  return ledgerAdapters.find((adapter) => adapter.tool === tool) ?? null;
}
