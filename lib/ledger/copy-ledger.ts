/** A ledger's rows carried as they are: into a copy of the schema, which is then at the same version. */
import type pg from "pg";
import { copyIn, copyOut } from "../postgres/copy-streams.ts";
import { ledgerAdapter } from "./adapters.ts";
import type { Ledger } from "./ledger.ts";

/** @param to has the ledger's tables, empty */
export async function copyLedger(from: pg.ClientBase, to: pg.ClientBase, ledger: Ledger): Promise<void> {
  for (const table of await ledgerAdapter(ledger.tool)!.tables(from)) {
    // Each piece is good until the next is asked for, and COPY's sink may hold one longer than that.
    const rows = copyOut(from, `COPY (SELECT * FROM ${table}) TO STDOUT`);
    await copyIn(to, `COPY ${table} FROM STDIN`, copied(rows));
  }
}

async function* copied(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
