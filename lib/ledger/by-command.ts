/** Bringing a database to a version by the platform's own command, where nothing replays its migrations. */
import type pg from "pg";
import { Refusal } from "../findings/finding.ts";
import type { Ledger, LedgerReader } from "./ledger.ts";

export interface ByCommand {
  /** As messages call it. */
  readonly name: string;
  /** With `DATABASE_URL` and `TARGET_VERSION`; rejects where the command did not end well. */
  readonly run: (environment: Readonly<Record<string, string>>) => Promise<void>;
  readonly databaseUrl: string;
  /** As the ledger writes it. */
  readonly targetVersion: string;
}

/**
 * Runs the command, and believes the ledger: it must stand at that version, with nothing failed.
 *
 * @param client to the same database; nothing of it may hold locks that the command waits for
 * @throws Refusal `migration-command-short`, and what `run` rejects with
 */
export async function migrateByCommand(
  client: pg.ClientBase,
  reader: LedgerReader,
  { name, run, databaseUrl, targetVersion }: ByCommand,
): Promise<Ledger> {
  await run({ DATABASE_URL: databaseUrl, TARGET_VERSION: targetVersion });
  if (!(await reader.detect(client))) throw short(name, targetVersion, `it left no ledger of ${reader.tool}`);
  const ledger = await reader.read(client);
  const failed = ledger.failed.length > 0 ? `, and ${ledger.failed.join(", ")} stands as failed` : "";
  if (ledger.version !== targetVersion || failed !== "")
    throw short(name, targetVersion, `the ledger stands at ${ledger.version ?? "no version"}${failed}`);
  return ledger;
}

function short(name: string, version: string, how: string): Refusal {
  return new Refusal({
    code: "migration-command-short",
    severity: "blocks",
    where: name,
    what: `the command "${name}" ended well, but has not brought the database to the version ${version}: ${how}`,
    todo: "have it migrate $DATABASE_URL to $TARGET_VERSION exactly, no further and no less",
  });
}
