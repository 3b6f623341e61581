/** Columns from their rows. Pure. */
import { qualifiedName } from "../../postgres/identifiers.ts";
import type { Column } from "../catalog.ts";
import type { ColumnRow } from "../sql/columns.ts";
import type { ResolvedType } from "./types.ts";

const IDENTITY = { "": null, a: "always", d: "by default" } as const;
const GENERATED = { "": null, s: "stored", v: "virtual" } as const;

export function assembleColumn(row: ColumnRow, type: ResolvedType, sequence: string | null): Column {
  const { notNull, ...resolved } = type;
  return {
    name: row.name,
    position: row.position,
    type: row.type,
    typeOid: row.type_oid,
    ...resolved,
    nullable: !row.not_null && !notNull,
    collation:
      row.own_collation && row.collation !== null
        ? qualifiedName(row.collation_schema ?? "pg_catalog", row.collation)
        : null,
    deterministic: row.deterministic,
    identity: IDENTITY[row.identity],
    generated: GENERATED[row.generated],
    default: row.default,
    sequence,
    comment: row.comment,
  };
}
