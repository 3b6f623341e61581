/** What stands in place of secrets that a bundle does not carry. */
import { randomBytes, randomUUID } from "node:crypto";
import type { ManifestTable } from "../../bundle/manifest.ts";
import type { Column, Table } from "../../catalog/catalog.ts";

export interface AppendedColumn {
  readonly name: string;
  /** One value a row, as the type's input function reads it; null for NULL. */
  readonly value: () => Buffer | null;
}

/** The dropped columns that get a value; those that are to be listed keep their default or NULL. */
export function appendedSecrets(bundled: ManifestTable, table: Table): AppendedColumn[] {
  return bundled.dropped.flatMap((dropped) => {
    const column = table.columns.find((candidate) => candidate.name === dropped.name);
    if (column === undefined || dropped.reason !== "secret") return [];
    if (dropped.onImport === "blank") return [{ name: column.name, value: blank(column) }];
    if (dropped.onImport === "regenerate") return [{ name: column.name, value: random(column) }];
    return [];
  });
}

/** Empty, as far as the type knows emptiness; NULL where it does not. */
function blank(column: Column): () => Buffer | null {
  const empty = EMPTY[column.baseType];
  const value = empty === undefined ? null : Buffer.from(empty);
  return () => value;
}

const EMPTY: Readonly<Record<string, string>> = {
  "pg_catalog.text": "",
  "pg_catalog.varchar": "",
  "pg_catalog.bpchar": "",
  "pg_catalog.bytea": "\\x",
  "pg_catalog.json": "{}",
  "pg_catalog.jsonb": "{}",
};

/** 256 random bits in the type's clothes; as many as fit where the column is short. */
function random(column: Column): () => Buffer | null {
  if (column.baseType === "pg_catalog.uuid") return () => Buffer.from(randomUUID());
  if (column.baseType === "pg_catalog.bytea")
    return () => Buffer.from(`\\x${randomBytes(32).toString("hex")}`);
  const length = Number(/^character(?: varying)?\((\d+)\)$/.exec(column.type)?.[1] ?? 43);
  return () => Buffer.from(randomBytes(32).toString("base64url").slice(0, length));
}
