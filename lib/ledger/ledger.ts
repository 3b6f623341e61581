/** Migration ledgers: which migrations have run in a database, and how a tool's folder is read and replayed. */
import type pg from "pg";

export interface AppliedMigration {
  /** As the tool writes it, in text: `20240301120000`, `V1.2`, a name. */
  readonly version: string;
  /** Lower-case hex, or the tool's own text; empty where the tool keeps none. */
  readonly checksum: string;
  readonly name: string;
}

export interface Ledger {
  /** The adapter's name: `sqlx`. */
  readonly tool: string;
  /** Successfully applied, in the tool's order. */
  readonly applied: readonly AppliedMigration[];
  /** The highest applied version, null when none is. */
  readonly version: string | null;
  /** SHA-256 hex over the ordered applied (version, checksum or empty). */
  readonly fingerprint: string;
  /** Versions whose run failed half-way: the schema is in doubt. */
  readonly failed: readonly string[];
  /** The tool keeps its head only, and no folder has said yet what lies below it: `applied` is the head alone. */
  readonly headOnly?: true;
}

export interface MigrationFile {
  readonly version: string;
  readonly name: string;
  readonly path: string;
  readonly checksum: string;
  /** False where the tool runs this file outside a transaction. */
  readonly transactional: boolean;
  /** What is run; of a program its source, for people to read. */
  readonly sql: string;
  /** A program of the tool's own: nothing replays it but a command. */
  readonly code?: true;
  /** What the tool notes of the file beyond version, name and checksum, where that follows from none of them. */
  readonly noted?: string;
}

/** A tool whose ledger and folder can be read. */
export interface LedgerReader {
  readonly tool: string;
  /** Whether this database carries the tool's ledger; looks at the catalog only. A database without: false. */
  detect(client: pg.ClientBase): Promise<boolean>;
  read(client: pg.ClientBase): Promise<Ledger>;
  /** The folder's migrations in the order in which the tool applies them; a Refusal where it cannot be read. */
  list(folder: string): Promise<MigrationFile[]>;
  /** For tools that keep their head only: the ledger with what the folder says lies below the head. */
  complete?(ledger: Ledger, files: readonly MigrationFile[]): Ledger;
  /** The tool keeps nothing but its last versions. */
  readonly keepsHeadsOnly?: true;
  /** Whether an applied version is of a package whose files lie outside of the platform's folder. */
  isElsewhere?(version: string, files: readonly MigrationFile[]): boolean;
  /** Whether the tool would fill values into the file that only its own configuration has. */
  hasPlaceholders?(file: MigrationFile): boolean;
  /** Whether the tool takes the file for the one that was applied; equal checksums where it is left out. */
  isSameFile?(checksum: string, file: MigrationFile): boolean;
}

/** A tool whose files can be replayed one by one. */
export interface LedgerAdapter extends LedgerReader {
  /**
   * Creates the ledger's table where it is missing.
   *
   * @param files of the folder, as `list` gives them: what a tool creates may depend on them
   */
  prepare(client: pg.ClientBase, files?: readonly MigrationFile[]): Promise<void>;
  /**
   * Takes the lock that keeps two migrators of the tool apart, waiting for it, and gives the function that lets
   * go of it. Held by the session, across transactions.
   */
  lock(client: pg.ClientBase): Promise<() => Promise<void>>;
  /** What the tool sends of the file, message by message; one that holds several statements is run by the server. */
  statements(file: MigrationFile): readonly string[];
  /**
   * Applies one file as the tool would, ledger row included; rejects with a Refusal when the file fails, and with
   * `migration-is-code` for a program. A file whose `sql` was replaced, or emptied, is noted as the file it was.
   */
  apply(client: pg.ClientBase, file: MigrationFile): Promise<void>;
}

/** A tool as a chain of migrations needs it: its files are applied one by one where it can, else by a command. */
export type ChainTool = LedgerReader & Partial<Pick<LedgerAdapter, "prepare" | "apply">>;
