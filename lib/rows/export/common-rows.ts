/**
 * Which common rows a bundle carries: those that the tenant's rows point at, and those that these point at in
 * turn, to the end. Pure: gives SQL conditions.
 */
import type { Catalog, Column } from "../../catalog/catalog.ts";
import { quoteColumns, quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import { isInteger, isUuid, operatorBetween } from "../../tenancy/column-types.ts";
import type { ModelTable, Reference, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { sharedRowCondition } from "../shared-rows.ts";
import { type CommonKey, commonCircles, commonKeys, reachedInCircle } from "./common-circles.ts";
import { sqlJsonPath } from "./json-path-sql.ts";
import { patternRegex } from "./pattern-sql.ts";

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
  const keys = commonKeys(catalog, model);
  const walk = { catalog, model, tenantKeySql, keys, circles: commonCircles(model, keys) };
  return condition(walk, table, alias, 1);
}

interface Walk {
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly tenantKeySql: string;
  readonly keys: readonly CommonKey[];
  readonly circles: ReadonlyMap<string, readonly ModelTable[]>;
}

/** @param depth how many tables lead here; each gives its rows an alias of their own */
function condition(walk: Walk, table: ModelTable, alias: string, depth: number): string {
  const circle = walk.circles.get(table.id) ?? [];
  if (circle.length === 0) return pointedAtFromOutside(walk, table, alias, depth);
  const seeds = new Map(circle.map((each) => [each, pointedAtFromOutside(walk, each, "t", depth)]));
  if ([...seeds.values()].every((seed) => seed === "false")) return "false";
  return reachedInCircle(
    {
      catalog: walk.catalog,
      tables: circle,
      keys: walk.keys.filter(({ from, to }) => circle.includes(from) && circle.includes(to)),
      seed: (each) => seeds.get(each)!,
    },
    table,
    alias,
  );
}

/** Rows that the tenant's rows point at, or common ones of tables that no circle joins with this one. */
function pointedAtFromOutside(walk: Walk, table: ModelTable, alias: string, depth: number): string {
  const { model } = walk;
  const pointers = [
    ...model.references
      .filter((reference) => reference.to.table === table.id && isOwned(model, reference.from.table))
      .map((reference) => pointerOfOwned(walk, reference)),
    ...pointersOfCommon(walk, table, depth),
  ];
  if (pointers.length === 0) return "false";
  // A row of another tenant's never leaves with this one, whoever points at it.
  return `${sharedRowCondition(table, alias)} AND ${isPointedAt(table, pointers, alias)}`;
}

/** What one reference points at: rows of the target of which `target` is in the values of `select`. */
interface Pointer {
  target(alias: string): string;
  /** `IN`, or what says the same with another operator. */
  readonly isIn: string;
  readonly select: string;
  /** Values of equal kinds are one set. */
  readonly kind: string;
}

/**
 * Semi-joins, however many references there are. `a IN (…) OR b IN (…)` is none: Postgres looks each row up in one
 * hash table for each reference, and where one of them would outgrow `work_mem`, it goes through all the reference's
 * rows for every row of the table.
 */
function isPointedAt(table: ModelTable, pointers: readonly Pointer[], alias: string): string {
  const sets = [...Map.groupBy(pointers, ({ kind }) => kind).values()];
  const inSet = (set: readonly Pointer[], of: string) =>
    `${set[0]!.target(of)} ${set[0]!.isIn} (${set.map(({ select }) => select).join("\n      UNION ALL ")})`;
  const [only, ...others] = sets;
  if (others.length === 0) return inSet(only!, alias);
  const key = `${alias}_key`;
  const places = sets.map(
    (set) =>
      `SELECT ${key}.tableoid, ${key}.ctid FROM ${quoteQualified(table.schema, table.name)} ${key} WHERE ${inSet(set, key)}`,
  );
  return `(${alias}.tableoid, ${alias}.ctid) IN (${places.join("\n    UNION ALL ")})`;
}

function isOwned(model: TenancyModel, table: string): boolean {
  return model.loadOrder.includes(table);
}

function pointerOfOwned(walk: Walk, reference: Reference): Pointer {
  const { model, tenantKeySql } = walk;
  const from = model.tables.get(reference.from.table)!;
  const source = `${quoteQualified(from.schema, from.name)} o`;
  const owned = `${ownershipPredicate(model, from.id, "o", tenantKeySql)}${whenCondition(reference)}`;
  const column = quoteColumns(reference.from.columns, "o");
  const asText = (select: string): Pointer => ({
    target: (alias) => `concat(${quoteColumns(reference.to.columns, alias)}) ${BYTEWISE}`,
    isIn: "IN",
    select,
    kind: JSON.stringify([reference.to.columns, "as text"]),
  });
  switch (reference.kind) {
    case "foreign key":
    case "column":
    case "polymorphic": {
      const values = `SELECT ${column} FROM ${source} WHERE ${owned}`;
      if (reference.foreignKey !== null) return byValue(walk, reference, values);
      const id = sameIds(walk, reference, ({ baseType }) => baseType);
      // A virtual reference may cross types (a text column that holds a uuid): then it is compared as text.
      return id === null
        ? asText(`SELECT concat(${column}) ${BYTEWISE} FROM ${source} WHERE ${owned}`)
        : ofIds(reference, id, values);
    }
    case "array": {
      const elements = `${source}, unnest(${column}) e(id) WHERE ${owned}`;
      const id = sameIds(walk, reference, ({ elementType }) => elementType);
      return id === null
        ? asText(`SELECT concat(e.id) ${BYTEWISE} FROM ${elements}`)
        : ofIds(reference, id, `SELECT e.id FROM ${elements}`);
    }
    case "json path":
      return asText(
        `SELECT (e.id #>> '{}') ${BYTEWISE} FROM ${source}, jsonb_path_query(${column}::jsonb, ${quoteLiteral(sqlJsonPath(reference.path!))}) e(id) WHERE ${owned}`,
      );
    case "pattern":
      return asText(
        `SELECT m.ids[1] ${BYTEWISE} FROM ${source}, regexp_matches(concat(${column}), ${quoteLiteral(patternRegex(reference.pattern!, reference.to, reference.each))}, 'g') m(ids) WHERE ${owned}`,
      );
  }
}

/** Texts of columns whose collations differ have none in common. */
const BYTEWISE = 'COLLATE "C"';

/** Values of one type and collation, compared by one operator, can be one set; a UNION of others would convert them. */
function byValue(
  { catalog, model }: Walk,
  { from, to }: Pick<Reference, "from" | "to">,
  select: string,
): Pointer {
  const operator = isIn(model, { from, to });
  const columns = catalog.tables.get(from.table)?.columns ?? [];
  const types = from.columns.map((name) => {
    const column = columns.find((candidate) => candidate.name === name);
    return [column?.baseType, column?.collation] as const;
  });
  return {
    target: (alias) => `(${quoteColumns(to.columns, alias)})`,
    isIn: operator,
    select,
    kind: kindOf(to, operator, types),
  };
}

/** The type of both ends, where it is one of which equal values are equal texts as well; null else. */
function sameIds(
  { catalog, model }: Walk,
  { from, to }: Reference,
  typeIn: (column: Column) => string | null,
): string | null {
  const [name, ...others] = from.columns;
  const column = catalog.tables.get(from.table)?.columns.find((candidate) => candidate.name === name);
  const type = column === undefined || others.length > 0 ? null : typeIn(column);
  if (type === null || !(isUuid(type) || isInteger(type))) return null;
  return type === typeOf(model, to.table, to.columns[0]!) ? type : null;
}

/** One set with the foreign keys of that type. */
function ofIds({ to }: Reference, type: string, select: string): Pointer {
  return {
    target: (alias) => `(${quoteColumns(to.columns, alias)})`,
    isIn: "IN",
    select,
    kind: kindOf(to, "IN", [[type, null]]),
  };
}

function kindOf(
  to: Reference["to"],
  operator: string,
  types: readonly (readonly [string | undefined, string | null | undefined])[],
): string {
  return JSON.stringify([to.columns, operator, types]);
}

/** `IN`, or what says the same with the operator that the foreign key's type has of its own. */
export function isIn(model: TenancyModel, { from, to }: Pick<Reference, "from" | "to">): string {
  const [operator = "=", ...others] = from.columns.map((column, at) =>
    operatorBetween(typeOf(model, from.table, column), typeOf(model, to.table, to.columns[at]!), "="),
  );
  return operator === "=" || others.length > 0 ? "IN" : `${operator} ANY`;
}

function typeOf({ tables }: TenancyModel, table: string, name: string): string {
  return tables.get(table)?.columns.find((column) => column.name === name)?.baseType ?? "";
}

/** Type/id pairs hold only where the type says so. As text, and not by `concat`, which says t for true. */
export function whenCondition(reference: Reference, alias = "o"): string {
  if (reference.when === null) return "";
  return Object.entries(reference.when)
    .map(([column, value]) => ` AND ${quoteColumns([column], alias)}::text = ${quoteLiteral(value)}`)
    .join("");
}

/** Common rows point at common rows too: a price at its plan. */
function pointersOfCommon(walk: Walk, table: ModelTable, depth: number): Pointer[] {
  const circle = walk.circles.get(table.id) ?? [];
  const inner = `c${depth}`;
  return walk.keys
    .filter(({ from, to }) => to === table && !circle.includes(from))
    .map(({ from, key }) => {
      const carried = condition(walk, from, inner, depth + 1);
      if (carried === "false") return null;
      const ends = {
        from: { table: from.id, columns: key.columns },
        to: { table: table.id, columns: key.targetColumns },
      };
      return byValue(
        walk,
        ends,
        `SELECT ${quoteColumns(key.columns, inner)} FROM ${quoteQualified(from.schema, from.name)} ${inner} WHERE ${carried}`,
      );
    })
    .filter((pointer) => pointer !== null);
}
