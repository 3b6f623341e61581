/**
 * A database's schema as texts by name, to be kept and held beside another: tables with their columns, constraints,
 * indexes, policies and triggers. Without OIDs, sizes or rights. Pure.
 */
import type { Catalog, Column, ForeignKey, Policy, Table } from "./catalog.ts";

export const PARTS = ["columns", "constraints", "indexes", "policies", "triggers"] as const;

export type Part = (typeof PARTS)[number];

type Texts = Readonly<Record<string, string>>;

export interface TableSnapshot extends Readonly<Record<Part, Texts>> {
  /** `table`, `partitioned`, with what is special about it: `unlogged`, `row security forced`. */
  readonly is: string;
}

/** By the table's qualified name. */
export type SchemaSnapshot = Readonly<Record<string, TableSnapshot>>;

/** @param isLeftOut tables of others: a migration tool's ledger */
export function schemaSnapshot(
  { tables }: Pick<Catalog, "tables">,
  isLeftOut: (table: Table) => boolean = () => false,
): SchemaSnapshot {
  const kept = [...tables.values()].filter((table) => !isLeftOut(table));
  return Object.fromEntries(kept.map((table) => [table.id, tableSnapshot(table)]));
}

function tableSnapshot(table: Table): TableSnapshot {
  return {
    is: tableText(table),
    columns: texts(table.columns, columnText),
    constraints: {
      ...texts(
        table.keys.filter(({ kind }) => kind !== "unique index"),
        ({ kind, columns, nullsNotDistinct, deferrable }) =>
          words(
            kind === "primary" ? "PRIMARY KEY" : "UNIQUE",
            nullsNotDistinct && "NULLS NOT DISTINCT",
            list(columns),
            deferrable && "DEFERRABLE",
          ),
      ),
      ...texts(table.foreignKeys, foreignKeyText),
      ...texts(table.checks, ({ definition }) => definition),
      ...texts(table.exclusions, ({ definition }) => definition),
    },
    indexes: texts(
      // That of a key is told of as the constraint.
      table.indexes.filter(
        ({ name }) => !table.keys.some((key) => key.name === name && key.kind !== "unique index"),
      ),
      ({ definition, valid }) => words(definition, !valid && "(invalid)"),
    ),
    policies: texts(table.policies, policyText),
    triggers: texts(table.triggers, ({ definition, enabled }) =>
      words(definition, enabled !== "origin" && `(${enabled})`),
    ),
  };
}

function texts<Item extends { readonly name: string }>(
  items: readonly Item[],
  textOf: (item: Item) => string,
): Texts {
  return Object.fromEntries(items.map((item) => [item.name, textOf(item)]));
}

const words = (...parts: readonly (string | false | null)[]) =>
  parts.filter((part) => part !== false && part !== null && part !== "").join(" ");

const list = (columns: readonly string[]) => `(${columns.join(", ")})`;

function tableText({ kind, persistence, partitionOf, inherits, rowSecurity }: Table): string {
  return words(
    persistence !== "permanent" && persistence,
    kind === "partition"
      ? `partition of ${partitionOf}`
      : kind === "partitioned"
        ? "partitioned table"
        : kind === "foreign"
          ? "foreign table"
          : "table",
    inherits.length > 0 && `inherits ${inherits.join(", ")}`,
    rowSecurity.enabled && (rowSecurity.forced ? "with row security, forced" : "with row security"),
  );
}

function columnText({ type, collation, nullable, default: value, identity, generated }: Column): string {
  return words(
    type,
    collation !== null && `COLLATE ${collation}`,
    !nullable && "NOT NULL",
    value !== null && `DEFAULT ${value}`,
    identity !== null && `GENERATED ${identity.toUpperCase()} AS IDENTITY`,
    generated !== null && `GENERATED ${generated.toUpperCase()}`,
  );
}

function foreignKeyText(key: ForeignKey): string {
  return words(
    `FOREIGN KEY ${list(key.columns)} REFERENCES ${key.table} ${list(key.targetColumns)}`,
    key.matchFull && "MATCH FULL",
    key.onUpdate !== "no action" && `ON UPDATE ${key.onUpdate.toUpperCase()}`,
    key.onDelete !== "no action" && `ON DELETE ${key.onDelete.toUpperCase()}`,
    key.deferrable && "DEFERRABLE",
    !key.validated && "NOT VALID",
  );
}

function policyText({ permissive, command, roles, using, check }: Policy): string {
  return words(
    permissive ? "PERMISSIVE" : "RESTRICTIVE",
    `FOR ${command.toUpperCase()}`,
    `TO ${roles.join(", ")}`,
    using !== null && `USING (${using})`,
    check !== null && `WITH CHECK (${check})`,
  );
}
