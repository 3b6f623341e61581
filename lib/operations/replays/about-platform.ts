/** What the measuring of a platform's migrations goes by: whose they are, and which servers its databases run. */
import { and, asc, eq, sql } from "drizzle-orm";
import { Refusal } from "../../findings/finding.ts";
import { ledgerAdapter, ledgerReader } from "../../ledger/adapters.ts";
import type { ChainTool, LedgerAdapter } from "../../ledger/ledger.ts";
import {
  findServerBinaries,
  type ServerBinaries,
  serverBinariesOfMajor,
} from "../../postgres/server/binaries.ts";
import type { Records } from "../../records/client.ts";
import { databases } from "../../records/schema/databases.ts";
import { databaseHealth } from "../health/database-health.ts";

/** @throws Refusal `migrations-not-replayed` where nobody knows the tool, or nothing runs its files */
export function toolOf(tool: string | null, hasCommand: boolean): ChainTool & Partial<LedgerAdapter> {
  const found = tool === null ? null : (ledgerAdapter(tool) ?? (hasCommand ? ledgerReader(tool) : null));
  if (found !== null) return found;
  throw new Refusal({
    code: "migrations-not-replayed",
    severity: "blocks",
    where: tool ?? "ledger",
    what:
      tool === null
        ? "No migration tool is known of this platform: no database carries a ledger, and the platform file names none."
        : `The migrations of ${tool} are read, but cannot be replayed one by one.`,
    todo:
      tool === null
        ? "Name the tool under `ledger:` in the platform file."
        : "Name a command that runs them: `migrations: { command: …, folder: … }` in the platform file.",
  });
}

export interface LiveDatabase {
  readonly name: string;
  readonly tool: string | null;
  readonly major: number | null;
}

export async function liveDatabases(records: Records, platformId: string): Promise<LiveDatabase[]> {
  const rows = await records
    .select({ name: databases.name, health: databases.health })
    .from(databases)
    .where(and(eq(databases.platformId, platformId), sql`${databases.removedAt} IS NULL`))
    .orderBy(asc(databases.name));
  return rows.map(({ name, health }) => {
    const known = databaseHealth.safeParse(health).data;
    const number = known?.server?.versionNumber ?? null;
    return {
      name,
      tool: known?.ledger?.tool ?? null,
      major: number === null ? null : Math.floor(number / 10_000),
    };
  });
}

/** Of the newest version that a database runs, where the worker's machine has its programs. */
export function programsOf(newest: number): ServerBinaries {
  return (newest === 0 ? null : serverBinariesOfMajor(newest)) ?? findServerBinaries();
}
