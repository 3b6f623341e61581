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

/** `unknown` where the server no longer remembers: so long ago that its status was discarded. */
export async function transactionOutcome(client: pg.ClientBase, xid: string): Promise<TransactionOutcome> {
  const { rows } = await client.query<{ status: TransactionOutcome | null }>(
    "SELECT pg_xact_status($1::text::xid8) AS status",
    [xid],
  );
  return rows[0]!.status ?? "unknown";
}
