/** COMMIT, and finding out what became of one that nobody answered. */
import type pg from "pg";
import { Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { describeDatabaseError } from "../../postgres/database-error.ts";
import { type TransactionOutcome, transactionOutcome } from "../../postgres/transaction-outcome.ts";

export interface CommitFacts {
  /** Where to ask, should the connection be lost. */
  readonly url: string;
  /** This transaction's id. */
  readonly transaction: string;
  /** The journal that holds the id for a later run. */
  readonly journal: string;
}

/**
 * Resolves when the transaction is committed.
 *
 * @throws Refusal `outcome-unknown` where nobody can say; the server's own error where it refused to commit
 */
export async function commit(client: pg.ClientBase, facts: CommitFacts): Promise<void> {
  let lost: unknown;
  try {
    const { command } = await client.query("COMMIT");
    // A transaction that failed before answers COMMIT with ROLLBACK, and no error (documentation, COMMIT).
    if (command === "COMMIT") return;
    throw new Error("the transaction had failed before its COMMIT");
  } catch (error) {
    if (describeDatabaseError(error).sqlstate !== null) throw error;
    lost = error;
  }
  if ((await askAgain(facts)) === "committed") return;
  throw new Refusal(
    {
      code: "outcome-unknown",
      severity: "blocks",
      where: facts.journal,
      what: "The connection was lost while the import was being committed: it has taken effect, or nothing has changed.",
      todo: "Run the same command again: it looks the transaction up and goes on from what it finds.",
    },
    { cause: lost },
  );
}

/** One look from a new connection; the server may be gone for good, then the next run looks. */
async function askAgain({ url, transaction }: CommitFacts): Promise<TransactionOutcome> {
  try {
    const client = await connect(url, { applicationName: "tenantry reconcile", readOnly: true });
    try {
      return await transactionOutcome(client, transaction);
    } finally {
      await client.end();
    }
  } catch {
    return "unknown";
  }
}
