/**
 * One small writing transaction on a tenant, proved before it commits: the tenant's lock first, then the statements,
 * then the server's own counts of what was written against what was meant. For writes of a handful of rows; an
 * import has its own (import/transaction.ts).
 */
import type pg from "pg";
import type { Catalog } from "../catalog/catalog.ts";
import { blocks, type Finding, Refusal } from "../findings/finding.ts";
import { describeDatabaseError } from "../postgres/connection.ts";
import { tryLockTenant } from "../postgres/tenant-lock.ts";
import { countsSince, readTransactionCounts } from "../postgres/transaction-counts.ts";
import { currentTransactionId } from "../postgres/transaction-outcome.ts";
import { commit } from "./import/commit.ts";
import { type ExpectedWrites, residentsIntact } from "./proof/residents-intact.ts";
import type { RunContext } from "./run-context.ts";

export interface GuardedWork<T> {
  /** Where to ask for the outcome, should the connection be lost at COMMIT. */
  readonly url: string;
  /** What two writers of one tenant meet on. */
  readonly lock: string;
  readonly catalog: Catalog;
  /** Keeps the transaction's id where a crash does not reach it; called right before COMMIT. */
  readonly committing: (transaction: string) => Promise<void>;
  /** The statements, under the platform's own search path, and what they were to write. */
  readonly write: () => Promise<{ readonly value: T; readonly expected: ExpectedWrites }>;
}

/** @throws Refusal where anything else was written too, or the database refused; nothing has changed then */
export async function guardedTransaction<T>(
  client: pg.Client,
  work: GuardedWork<T>,
  context: Pick<RunContext, "signal" | "sideEffect">,
): Promise<T> {
  const where = work.catalog.database.name;
  try {
    await client.query("SET lock_timeout = '5s'");
    await context.sideEffect("begin", () => client.query("BEGIN"));
    if (!(await tryLockTenant(client, work.lock))) throw new Refusal(tenantLocked(where));
    const baseline = await readTransactionCounts(client);
    // Checks and triggers of the platform call functions by the names that they have in the role's own path.
    await client.query("SET LOCAL search_path TO DEFAULT");
    const { value, expected } = await work.write();
    // Deferred triggers and checks run now: at COMMIT they would write behind the back of the proof.
    await client.query("SET CONSTRAINTS ALL IMMEDIATE");
    const written = countsSince(baseline, await readTransactionCounts(client));
    const findings = residentsIntact(work.catalog, written, expected);
    if (blocks(findings)) throw new Refusal(findings);
    const transaction = await currentTransactionId(client);
    await work.committing(transaction);
    context.signal.throwIfAborted();
    await context.sideEffect("commit", () => commit(client, { url: work.url, transaction, journal: where }));
    return value;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw refusal(error, where, context.signal);
  }
}

function refusal(error: unknown, where: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof Refusal) return error;
  const { sqlstate, sentence } = describeDatabaseError(error);
  // What passes by itself (a deadlock, a lock, a lost connection) is for the caller to try again.
  if (sqlstate === null || /^(40|08|55P03|57P0)/.test(sqlstate)) return error;
  const finding: Finding = {
    code: "write-refused",
    severity: "blocks",
    where,
    what: sentence,
    todo: "Nothing was changed. Start again when the cause is mended.",
  };
  return new Refusal(finding, { cause: error });
}

function tenantLocked(where: string): Finding {
  return {
    code: "tenant-locked",
    severity: "blocks",
    where,
    what: "Another run is working on this tenant right now.",
    todo: "Wait until it ends, then retry.",
  };
}
