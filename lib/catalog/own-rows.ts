/** What `FROM` a table is in SQL: its own rows. Pure. */
import { quoteQualified } from "../postgres/identifiers.ts";
import type { Table } from "./catalog.ts";

/**
 * A plain table without its classic heirs, which are tables of their own and share no key with it; a whole tree of
 * partitions. PostgreSQL documentation, 5.11 Inheritance.
 */
export function ownRows({ schema, name, kind }: Pick<Table, "schema" | "name" | "kind">): string {
  return `${kind === "table" ? "ONLY " : ""}${quoteQualified(schema, name)}`;
}
