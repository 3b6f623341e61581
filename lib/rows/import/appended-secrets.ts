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
export function appendedSecrets(bundled: Pick<ManifestTable, "dropped">, table: Table): AppendedColumn[] {
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
function random(column: Column): (() => string) | null {
  const { baseType } = column;
  if (isUuid(baseType)) return randomUUID;
  if (baseType === "pg_catalog.bytea") return () => `\\x${randomBytes(32).toString("hex")}`;
  const text = () => randomBytes(32).toString("base64url");
  if (isJson(baseType)) return () => JSON.stringify(text());
  if (!isText(baseType)) return null;
  const length = Number(/^character(?: varying)?\((\d+)\)$/.exec(declaredType(column))?.[1] ?? 43);
  return () => text().slice(0, length);
}

/** `character(n)`: what is shorter is filled with spaces (PostgreSQL documentation, 8.3 Character Types). */
function paddedLength(column: Column): number {
  return Number(/^character\((\d+)\)$/.exec(declaredType(column))?.[1] ?? 0);
}

/** The type under all domains as it was declared, with its length: a domain's own name says nothing of it. */
function declaredType({ type, typeShape }: Column): string {
  let declared = type;
  let shape = typeShape ? (JSON.parse(typeShape) as DomainShape) : null;
  for (; shape?.domain !== undefined; shape = shape.domain.of) declared = shape.domain.base;
  return declared;
}

/** Of `Column.typeShape` as much as is a domain; `base` as `format_type` prints it. */
type DomainShape = { readonly domain?: { readonly base: string; readonly of: DomainShape } } | null;

function isArray({ elementType, typeKind }: Column): boolean {
  return elementType !== null && typeKind === "base";
}
