/** Brings a database to a version with the files of a folder, the way the platform's own tool would. */
import type pg from "pg";
import type { Finding } from "../findings/finding.ts";
import { Refusal } from "../findings/finding.ts";
import type { Ledger, LedgerAdapter, MigrationFile } from "./ledger.ts";
import { isSameFile } from "./same-file.ts";

export interface MigrateOptions {
  /** The last version to apply, as the ledger writes it; all of the folder when left out. */
  readonly upTo?: string;
  /** Called after each file that was applied (not for those that already were). */
  readonly onApplied?: (file: MigrationFile) => void;
}

/**
 * Lists the folder, creates the ledger where there is none, checks that every applied migration is in the folder
 * with the same checksum, and applies what is missing, in the tool's order, under the tool's lock. The client
 * must have no transaction open. A database that is already there is left as it is; the ledger afterwards is
 * returned.
 *
 * Rejects with a Refusal: `migration-version-unknown` (`upTo` is not in the folder), `migration-half-applied`,
 * `migration-missing`, `migration-changed`, `migration-failed`, `migration-is-code`, and what the adapter's `list`
 * finds. Migrations before the one that failed stay applied, each was a transaction of its own.
 */
export async function migrate(
  client: pg.ClientBase,
  adapter: LedgerAdapter,
  folder: string,
  options: MigrateOptions = {},
): Promise<Ledger> {
  const files = await adapter.list(folder);
  const wanted = upToVersion(files, folder, options.upTo);
  const release = await adapter.lock(client);
  try {
    await adapter.prepare(client, files);
    const ledger = await readWith(client, adapter, files);
    const findings = disagreements(adapter, ledger, files, folder);
    if (findings.length > 0) throw new Refusal(findings);
    const applied = new Set(ledger.applied.map((migration) => migration.version));
    for (const file of wanted) {
      if (applied.has(file.version)) continue;
      await adapter.apply(client, file);
      options.onApplied?.(file);
    }
    return await readWith(client, adapter, files);
  } finally {
    // A lost connection has lost its lock too; its own error must not be hidden behind this one.
    await release().catch(() => undefined);
  }
}

async function readWith(client: pg.ClientBase, adapter: LedgerAdapter, files: readonly MigrationFile[]) {
  const ledger = await adapter.read(client);
  return adapter.complete?.(ledger, files) ?? ledger;
}

function upToVersion(files: readonly MigrationFile[], folder: string, upTo: string | undefined) {
  if (upTo === undefined) return files;
  const last = files.findIndex((file) => file.version === upTo);
  if (last >= 0) return files.slice(0, last + 1);
  throw new Refusal({
    code: "migration-version-unknown",
    severity: "blocks",
    where: folder,
    what: `no migration in the folder has version ${upTo}`,
    todo: `name one of its versions; the highest is ${files.at(-1)?.version ?? "none, the folder is empty"}`,
  });
}

/** What speaks against going on: the folder is not the one that this database was migrated with. */
function disagreements(
  adapter: LedgerAdapter,
  ledger: Ledger,
  files: readonly MigrationFile[],
  folder: string,
): Finding[] {
  const byVersion = new Map(files.map((file) => [file.version, file]));
  const findings: Finding[] = ledger.failed.map((version) => ({
    code: "migration-half-applied",
    severity: "blocks",
    where: folder,
    what: `migration ${version} stands in the ledger as failed, so the schema is in doubt`,
    todo: "look what it left behind, mend it, and settle its row in the ledger",
  }));
  for (const { version, checksum } of ledger.applied) {
    const file = byVersion.get(version);
    if (file === undefined) findings.push(missing(version, folder));
    else if (!isSameFile(adapter, checksum, file)) findings.push(changed(version, file.path));
  }
  return findings;
}

function missing(version: string, folder: string): Finding {
  return {
    code: "migration-missing",
    severity: "blocks",
    where: folder,
    what: `migration ${version} was applied to this database but is not in the folder`,
    todo: "use the folder of the release that this database runs",
  };
}

function changed(version: string, path: string): Finding {
  return {
    code: "migration-changed",
    severity: "blocks",
    where: path,
    what: `migration ${version} is not the file that was applied: its checksum differs`,
    todo: "restore the file as it was applied and put the change into a new migration",
  };
}
