/** Running a file's messages the way a tool does: one after the other, in a transaction with the ledger's row or not. */
import type pg from "pg";
import { Refusal } from "../findings/finding.ts";
import { failedMigration, type Place } from "./failed-migration.ts";
import type { MigrationFile } from "./ledger.ts";

export interface Replay {
  readonly file: MigrationFile;
  /** In the file's order. */
  readonly statements: readonly string[];
  /** Writes the ledger's row: on the same connection, inside of the transaction where there is one. */
  readonly record: () => Promise<void>;
}

/**
 * Runs the messages, then `record`. Where the file is transactional both are one transaction, and nothing stays of
 * one that fails.
 *
 * @throws Refusal `migration-is-code` for a program, `migration-failed` with the file, the line and the SQLSTATE
 */
export async function replay(client: pg.ClientBase, { file, statements, record }: Replay): Promise<void> {
  refuseCode(file);
  let place: Place | undefined;
  const work = async () => {
    for (const each of placesOf(file.sql, statements)) {
      place = each;
      await client.query(each.text);
    }
    place = undefined;
    await record();
  };
  try {
    await (file.transactional ? inTransaction(client, work) : work());
  } catch (cause) {
    throw failedMigration(file, cause, place);
  }
}

/** BEGIN, the work, COMMIT; ROLLBACK where it throws. */
export async function inTransaction(client: pg.ClientBase, work: () => Promise<void>): Promise<void> {
  await client.query("BEGIN");
  try {
    await work();
    await client.query("COMMIT");
  } catch (error) {
    // Where the connection is gone the rollback fails too, and the first error is the one to tell.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** @throws Refusal `migration-is-code` */
export function refuseCode(file: MigrationFile): void {
  if (file.code !== true) return;
  throw new Refusal({
    code: "migration-is-code",
    severity: "blocks",
    where: file.path,
    what: `migration ${file.version} is a program, which only the platform's own tool can run`,
    todo: "name a command under `migrations:` in the platform file, supply SQL in its place, or skip it with a reason",
  });
}

/** Where each message begins in the file, in UTF-16 units, as far as it stands there word by word. */
function placesOf(sql: string, statements: readonly string[]): Place[] {
  let from = 0;
  return statements.map((text, index) => {
    const at = sql.indexOf(text, from);
    if (at >= 0) from = at + text.length;
    return { text, offset: Math.max(at, 0), number: index + 1, of: statements.length };
  });
}

/** @throws Refusal `migration-has-placeholders`: the tool would fill in values that only its own configuration has */
export function refusePlaceholders(file: MigrationFile): never {
  throw new Refusal({
    code: "migration-has-placeholders",
    severity: "blocks",
    where: file.path,
    what: `migration ${file.version} has placeholders, whose values only the tool's own configuration knows`,
    todo: "name a command under `migrations:` in the platform file, or supply the file's SQL with the values in it",
  });
}
