/**
 * What became of a transaction whose COMMIT was not answered. PostgreSQL documentation, 9.27.4 Transaction ID
 * and Snapshot Information Functions: the status of a recent enough transaction survives a crash.
 */
import type pg from "pg";

export type TransactionOutcome = "committed" | "aborted" | "in progress" | "unknown";

/** Assigns and returns this transaction's 64-bit id, to be stored elsewhere before COMMIT. */
export async function currentTransactionId(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ xid: string }>("SELECT pg_current_xact_id()::text AS xid");
  return rows[0]!.xid;
}

/**
 * `unknown` where the server cannot say: so long ago that its status was discarded, or an id that it has not given
 * out yet, because it was set back to a time before the transaction. Not inside a transaction: it may fail.
 */
export async function transactionOutcome(client: pg.ClientBase, xid: string): Promise<TransactionOutcome> {
  try {
    const { rows } = await client.query<{ status: TransactionOutcome | null }>(
      "SELECT pg_xact_status($1::text::xid8) AS status",
      [xid],
    );
    return rows[0]!.status ?? "unknown";
  } catch (error) {
    if ((error as { code?: string }).code === IN_THE_FUTURE) return "unknown";
    throw error;
  }
}

/** invalid_parameter_value: "transaction ID … is in the future" (source, utils/adt/xid8funcs.c). */
const IN_THE_FUTURE = "22023";
