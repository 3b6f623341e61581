/** What stands in place of secrets that a bundle does not carry. */
import { randomBytes, randomUUID } from "node:crypto";
import type { ManifestTable } from "../../bundle/manifest.ts";
import type { Column, Table } from "../../catalog/catalog.ts";
import { isJson, isText, isUuid } from "../../tenancy/column-types.ts";

export interface AppendedColumn {
  readonly name: string;
  /** One value a row, as the type's input function reads it; null for NULL. */
  readonly value: () => Buffer | null;
}

/** The dropped columns that get a value; those that are to be listed keep their default or NULL. */
export function appendedSecrets(bundled: ManifestTable, table: Table): AppendedColumn[] {
  return bundled.dropped.flatMap(({ name, reason, onImport }) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column === undefined || reason !== "secret" || onImport === undefined || onImport === "list")
      return [];
    return [{ name, value: secretMaker(column, onImport) ?? (() => null) }];
  });
}

/** Makes what stands in a secret's place; null where the type knows no such value. */
export function secretMaker(column: Column, how: "blank" | "regenerate"): (() => Buffer | null) | null {
  const make = how === "blank" ? blank(column) : random(column);
  const length = paddedLength(column);
  // The server pads with spaces, and what was written is compared with what is there.
  return make === null ? null : () => Buffer.from(make().padEnd(length));
}

function blank(column: Column): (() => string) | null {
  const empty = isText(column.baseType) ? "" : (EMPTY[column.baseType] ?? (isArray(column) ? "{}" : null));
  return empty === null ? null : () => empty;
}

const EMPTY: Readonly<Record<string, string>> = {
  "pg_catalog.bytea": "\\x",
  "pg_catalog.json": "{}",
  "pg_catalog.jsonb": "{}",
};

/** 256 random bits in the type's clothes; as many as fit where the column is short. */
function random({ type, baseType }: Column): (() => string) | null {
  if (isUuid(baseType)) return randomUUID;
  if (baseType === "pg_catalog.bytea") return () => `\\x${randomBytes(32).toString("hex")}`;
  const text = () => randomBytes(32).toString("base64url");
  if (isJson(baseType)) return () => JSON.stringify(text());
  if (!isText(baseType)) return null;
  const length = Number(/^character(?: varying)?\((\d+)\)$/.exec(type)?.[1] ?? 43);
  return () => text().slice(0, length);
}

/** `character(n)`: what is shorter is filled with spaces (PostgreSQL documentation, 8.3 Character Types). */
function paddedLength({ type }: Column): number {
  return Number(/^character\((\d+)\)$/.exec(type)?.[1] ?? 0);
}

function isArray({ elementType, typeKind }: Column): boolean {
  return elementType !== null && typeKind === "base";
}
