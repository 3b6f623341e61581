/** A limit for statements that others wait for, on a session that has none otherwise. */
import type pg from "pg";
import { describeDatabaseError } from "./database-error.ts";

/** Each statement of `work` may take so long; one that takes longer fails with 57014, and with it `work`. */
export async function withStatementTimeout<T>(
  client: pg.ClientBase,
  milliseconds: number,
  work: () => Promise<T>,
): Promise<T> {
  await client.query(`SET statement_timeout = ${milliseconds}`);
  try {
    return await work();
  } finally {
    await client.query("SET statement_timeout = 0");
  }
}

/** Whether a statement took longer than it might, or somebody has cancelled it: query_canceled. */
export function wasCancelled(error: unknown): boolean {
  return describeDatabaseError(error).sqlstate === "57014";
}
