/**
 * Which common rows a bundle carries: those that the tenant's rows point at, and those that these point at in
 * turn. Pure: gives SQL conditions.
 */
import type { Catalog } from "../../catalog/catalog.ts";
import { quoteColumns, quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import { operatorBetween } from "../../tenancy/column-types.ts";
import type { ModelTable, Reference, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { sharedRowCondition } from "../shared-rows.ts";
import { sqlJsonPath } from "./json-path-sql.ts";
import { patternRegex } from "./pattern-sql.ts";

/** The common tables of the model, in the model's order. */
export function commonTables(model: TenancyModel): ModelTable[] {
  return [...model.tables.values()].filter((table) => table.common !== null);
}

/**
 * The condition under which a row of `table`, aliased `alias`, is carried along. A table that holds tenants' rows as
 * well gives only its shared ones.
 */
export function commonRowsCondition(
  catalog: Catalog,
  model: TenancyModel,
  table: ModelTable,
  alias: string,
  tenantKeySql: string,
): string {
  return condition({ catalog, model, tenantKeySql, seen: new Set() }, table, alias);
}

interface Walk {
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly tenantKeySql: string;
  readonly seen: ReadonlySet<string>;
}

function condition(walk: Walk, table: ModelTable, alias: string): string {
  const { model } = walk;
  const pointedAt = [
    ...model.references
      .filter((reference) => reference.to.table === table.id && isOwned(model, reference.from.table))
      .map((reference) => pointedAtByOwned(walk, reference, alias)),
    ...pointedAtByCommon(walk, table, alias),
  ];
  if (pointedAt.length === 0) return "false";
  // A row of another tenant's never leaves with this one, whoever points at it.
  return `${sharedRowCondition(table, alias)} AND (${pointedAt.join("\n       OR ")})`;
}

function isOwned(model: TenancyModel, table: string): boolean {
  return model.loadOrder.includes(table);
}

/** Rows that one reference of an owned table points at. */
function pointedAtByOwned({ model, tenantKeySql }: Walk, reference: Reference, alias: string): string {
  const from = model.tables.get(reference.from.table)!;
  const source = `${quoteQualified(from.schema, from.name)} o`;
  const owned = `${ownershipPredicate(model, from.id, "o", tenantKeySql)}${whenCondition(reference)}`;
  const target = quoteColumns(reference.to.columns, alias);
  const column = quoteColumns(reference.from.columns, "o");
  switch (reference.kind) {
    case "foreign key":
    case "column":
    case "polymorphic":
      // A virtual reference may cross types (a text column that holds a uuid): then it is compared as text.
      return reference.foreignKey === null
        ? `concat(${target}) IN (SELECT concat(${column}) FROM ${source} WHERE ${owned})`
        : `(${target}) ${isIn(model, reference)} (SELECT ${column} FROM ${source} WHERE ${owned})`;
    case "array":
      return `concat(${target}) IN (SELECT concat(e.id) FROM ${source}, unnest(${column}) e(id) WHERE ${owned})`;
    case "json path":
      return `concat(${target}) IN (SELECT e.id #>> '{}' FROM ${source}, jsonb_path_query(${column}::jsonb, ${quoteLiteral(sqlJsonPath(reference.path!))}) e(id) WHERE ${owned})`;
    case "pattern":
      return `concat(${target}) IN (SELECT substring(concat(${column}) FROM ${quoteLiteral(patternRegex(reference.pattern!, reference.to))}) FROM ${source} WHERE ${owned})`;
  }
}

/** `IN`, or what says the same with the operator that the foreign key's type has of its own. */
export function isIn({ tables }: TenancyModel, { from, to }: Reference): string {
  const typeOf = (table: string, name: string) =>
    tables.get(table)?.columns.find((column) => column.name === name)?.baseType ?? "";
  const [operator = "=", ...others] = from.columns.map((column, at) =>
    operatorBetween(typeOf(from.table, column), typeOf(to.table, to.columns[at]!), "="),
  );
  return operator === "=" || others.length > 0 ? "IN" : `${operator} ANY`;
}

/** Type/id pairs hold only where the type says so. As text, and not by `concat`, which says t for true. */
export function whenCondition(reference: Reference, alias = "o"): string {
  if (reference.when === null) return "";
  return Object.entries(reference.when)
    .map(([column, value]) => ` AND ${quoteColumns([column], alias)}::text = ${quoteLiteral(value)}`)
    .join("");
}

/** Common rows point at common rows too: a price at its plan. Each table is walked once, so a circle ends. */
function pointedAtByCommon(walk: Walk, table: ModelTable, alias: string): string[] {
  const seen = new Set([...walk.seen, table.id]);
  const depth = `c${seen.size}`;
  return commonTables(walk.model)
    .filter((from) => !seen.has(from.id))
    .flatMap((from) =>
      (walk.catalog.tables.get(from.id)?.foreignKeys ?? [])
        .filter((key) => key.table === table.id)
        .map((key) => {
          const inner = condition({ ...walk, seen }, from, depth);
          return inner === "false"
            ? null
            : `(${quoteColumns(key.targetColumns, alias)}) IN (SELECT ${quoteColumns(key.columns, depth)} FROM ${quoteQualified(from.schema, from.name)} ${depth} WHERE ${inner})`;
        }),
    )
    .filter((sql) => sql !== null);
}
