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
}

export interface MigrationFile {
  readonly version: string;
  readonly name: string;
  readonly path: string;
  readonly checksum: string;
  /** False where the tool runs this file outside a transaction. */
  readonly transactional: boolean;
  readonly sql: string;
}

export interface LedgerAdapter {
  readonly tool: string;
  /** Whether this database carries the tool's ledger; looks at the catalog only. A database without: false. */
  detect(client: pg.ClientBase): Promise<boolean>;
  read(client: pg.ClientBase): Promise<Ledger>;
  /** The folder's migrations in the order in which the tool applies them; a Refusal where it cannot be read. */
  list(folder: string): Promise<MigrationFile[]>;
  /** Creates the ledger's table where it is missing. */
  prepare(client: pg.ClientBase): Promise<void>;
  /**
   * Takes the lock that keeps two migrators of the tool apart, waiting for it, and gives the function that lets
   * go of it. Held by the session, across transactions.
   */
  lock(client: pg.ClientBase): Promise<() => Promise<void>>;
  /** Applies one file as the tool would, ledger row included; rejects with a Refusal when the file fails. */
  apply(client: pg.ClientBase, file: MigrationFile): Promise<void>;
}
