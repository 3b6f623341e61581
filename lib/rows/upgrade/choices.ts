/** What somebody has decided about single migrations of an upgrade: each decision goes into the bundle's ancestry. */
import type { Finding } from "../../findings/finding.ts";
import type { RunCommand } from "../../ledger/by-command.ts";
import type { MigrationFile } from "../../ledger/ledger.ts";

/** By version: what is done where the platform's own file would run. The ledger has the file as applied all the same. */
export type Choices = ReadonlyMap<string, Choice>;

export type Choice =
  /** Nothing runs. */
  | { readonly how: "skipped"; readonly reason: string }
  /** This text runs, in a transaction where the migration's own would. */
  | { readonly how: "replaced"; readonly sql: string; readonly sha256: string }
  /** A program runs, with the throwaway database's address and the version. */
  | { readonly how: "command"; readonly run: RunCommand; readonly reason?: string };

/** Decisions about versions that no migration of the folder has. Pure. */
export function unknownChoices(choices: Choices, files: readonly MigrationFile[]): Finding[] {
  const known = new Set(files.map(({ version }) => version));
  return [...choices.keys()]
    .filter((version) => !known.has(version))
    .map((version) => ({
      code: "migration-version-unknown",
      severity: "blocks",
      where: version,
      what: `Something is decided about migration ${version}, and the folder has none of this version.`,
      todo: "Write the version as the ledger writes it.",
    }));
}
