/** The ledger held against the folder: what of the migrations has run where. Pure. */
import type { Ledger, LedgerReader, MigrationFile } from "./ledger.ts";
import { isSameFile } from "./same-file.ts";

/**
 * `applied`, and the file is the one that ran. `edited`: it ran, and the file has changed since. `pending`: it has
 * not run. `failed`: it began and did not end, the schema is in doubt. `missing`: it ran, and the folder has no such
 * file.
 */
export const MIGRATION_STATES = ["applied", "edited", "pending", "failed", "missing"] as const;
export type MigrationState = (typeof MIGRATION_STATES)[number];

export interface LedgerStand {
  readonly applied: readonly { readonly version: string }[];
  readonly failed: readonly string[];
  /** Versions whose file has changed since. */
  readonly edited: readonly string[];
}

export interface Standing {
  /** By version, those of the folder in its order, then those that only the ledger has. */
  readonly states: ReadonlyMap<string, MigrationState>;
  /** Pending although a later one has run: tools refuse such a migration, or never run it. */
  readonly outOfOrder: readonly string[];
  /** The last of the folder that has run; null where none has. */
  readonly head: string | null;
  /** Of the folder, not run to their end. */
  readonly behind: number;
}

export function standingOf(
  files: readonly { readonly version: string }[],
  { applied, failed, edited }: LedgerStand,
): Standing {
  const ran = new Set(applied.map(({ version }) => version));
  const [inDoubt, changed] = [new Set(failed), new Set(edited)];
  const states = new Map<string, MigrationState>();
  for (const { version } of files) {
    const state = changed.has(version) ? "edited" : "applied";
    states.set(version, inDoubt.has(version) ? "failed" : ran.has(version) ? state : "pending");
  }
  const last = files.findLastIndex(({ version }) => ran.has(version));
  const outOfOrder = files.slice(0, last + 1).filter(({ version }) => states.get(version) === "pending");
  const behind = files.filter(({ version }) => !isThere(states.get(version)!)).length;
  for (const version of failed) if (!states.has(version)) states.set(version, "failed");
  for (const { version } of applied) if (!states.has(version)) states.set(version, "missing");
  return {
    states,
    outOfOrder: outOfOrder.map(({ version }) => version),
    head: last < 0 ? null : files[last]!.version,
    behind,
  };
}

const isThere = (state: MigrationState) => state === "applied" || state === "edited";

/** The versions whose file is not the one that was applied. */
export function editedSince(
  reader: Pick<LedgerReader, "isSameFile">,
  { applied }: Pick<Ledger, "applied">,
  files: readonly MigrationFile[],
): string[] {
  const byVersion = new Map(files.map((file) => [file.version, file]));
  return applied
    .filter(({ version, checksum }) => {
      const file = byVersion.get(version);
      return file !== undefined && !isSameFile(reader, checksum, file);
    })
    .map(({ version }) => version);
}
