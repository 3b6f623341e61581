/**
 * Rows that the running transaction wrote, told by what the server stamps every row with: what a loaded row points at
 * is nearly always one of them, and whoever looks among them alone need not read everybody's.
 * PostgreSQL documentation, 5.6 System Columns.
 */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { quoteLiteral } from "../../postgres/identifiers.ts";

export interface OwnWrites {
  /** The transaction's 32-bit id, as rows bear it. */
  readonly transaction: string;
  /** Tables whose rows bear it: plain ones that are stored as heaps. Another table access method may have no such thing. */
  readonly tables: ReadonlySet<string>;
}

/** @param tables where it has written */
export async function ownWrites(
  client: pg.ClientBase,
  catalog: Catalog,
  tables: readonly string[],
): Promise<OwnWrites> {
  const plain = tables.map((id) => catalog.tables.get(id)!).filter(({ kind }) => kind === "table");
  const { rows } = await client.query<{ transaction: string; heaps: number[] }>(
    `SELECT pg_current_xact_id()::xid::text AS transaction,
            ARRAY(SELECT c.oid::int8::float8 FROM pg_class c JOIN pg_am m ON m.oid = c.relam
                   WHERE c.oid = ANY ($1::oid[]) AND m.amname = 'heap') AS heaps`,
    [plain.map(({ oid }) => oid)],
  );
  const { transaction, heaps } = rows[0]!;
  const found = new Set(heaps);
  return { transaction, tables: new Set(plain.filter(({ oid }) => found.has(oid)).map(({ id }) => id)) };
}

/** SQL: the row under this alias is one of them. Rows of a subtransaction are not. */
export function isOwnWrite({ transaction }: OwnWrites, alias: string): string {
  return `${alias}.xmin = ${quoteLiteral(transaction)}::xid`;
}
