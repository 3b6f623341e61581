/** What became of a step's transaction that a lost worker may have committed. */
import type { StepContext } from "../../engine/contexts.ts";
import { OutcomeUnknown } from "../../engine/interrupts.ts";
import { Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { type TransactionOutcome, transactionOutcome } from "../../postgres/transaction-outcome.ts";

/** How long a server may take to notice that a worker is gone and to roll its transaction back. Milliseconds. */
const PATIENCE = 10_000;
const PAUSE = 100;

/**
 * Asks the platform's database; waits a little while it is still deciding.
 *
 * @throws OutcomeUnknown while nobody can say: the transaction is still open
 */
export async function outcomeOf(context: StepContext, transaction: string): Promise<TransactionOutcome> {
  const client = await connect(context.runnerUrl, {
    applicationName: "tenantry reconcile",
    readOnly: true,
    signal: context.signal,
  });
  try {
    for (const until = Date.now() + PATIENCE; ; ) {
      const outcome = await transactionOutcome(client, transaction);
      if (outcome !== "in progress") return outcome;
      if (Date.now() > until) throw new OutcomeUnknown(stillOpen(context, transaction));
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  } finally {
    await client.end();
  }
}

/** How long a lost worker's session may hold its locks before its server notices. Milliseconds. */
const LOCKED_PATIENCE = 60_000;

const LOCKED = new Set(["tenant-locked", "import-in-progress"]);

/** Runs `work` again while another session holds the tenant: mostly the one of the worker that this run was taken from. */
export async function whileLocked<T>(context: StepContext, work: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + LOCKED_PATIENCE; ; ) {
    try {
      return await work();
    } catch (error) {
      const locked = error instanceof Refusal && error.findings.every(({ code }) => LOCKED.has(code));
      if (!locked || Date.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE * 5));
    await context.breathe();
  }
}

/** A COMMIT that nobody answered is no failure: the run's outcome is unknown until somebody has looked. */
export function orUnknown(error: unknown, context: StepContext): unknown {
  if (!(error instanceof Refusal) || !error.findings.some(({ code }) => code === "outcome-unknown"))
    return error;
  return new OutcomeUnknown(
    {
      code: "commit-unanswered",
      severity: "warns",
      where: context.database.name,
      what: "The connection was lost while the change was being committed: all of it has taken effect, or nothing.",
      todo: "Reconcile the run when the database can be reached: it looks the transaction up.",
    },
    { cause: error },
  );
}

function stillOpen({ database }: StepContext, transaction: string) {
  return {
    code: "transaction-open",
    severity: "warns",
    where: database.name,
    what: `Transaction ${transaction} of an earlier worker is still open.`,
    todo: "Look for it in pg_stat_activity; reconcile the run when it is gone.",
  } as const;
}
