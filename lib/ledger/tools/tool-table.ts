/** What adapters of tools with one ledger table have in common. */
import type pg from "pg";
import { findLedgerTable, type LedgerSignature } from "../find-table.ts";

/** Whether the table is there. */
export const detectsTable = (signature: LedgerSignature) => async (client: pg.ClientBase) =>
  (await findLedgerTable(client, signature)) !== null;

/** Runs the statements that create it, one after the other, where it is not. */
export const preparesTable =
  (signature: LedgerSignature, ...create: readonly string[]) =>
  async (client: pg.ClientBase): Promise<void> => {
    if ((await findLedgerTable(client, signature)) !== null) return;
    for (const statement of create) await client.query(statement);
  };

/** By number, as text of any length: `9` before `10`. */
export function byNumber(a: { readonly version: string }, b: { readonly version: string }): number {
  const [left, right] = [BigInt(a.version), BigInt(b.version)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A part of a text with as many empty lines before it as it had lines: what stands in it keeps its number. */
export function keepLines(text: string, begin: number, end?: number): string {
  return "\n".repeat(text.slice(0, begin).split("\n").length - 1) + text.slice(begin, end);
}
