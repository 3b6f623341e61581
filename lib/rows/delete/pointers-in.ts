/**
 * Rows that stay and point at rows that go: other tenants' and nobody's, by a foreign key or by a reference that no
 * constraint vouches for. Pure: gives SQL.
 */
import type { Catalog, ReferentialAction, Table } from "../../catalog/catalog.ts";
import { quoteColumns, quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import type { ModelTable, Reference, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { samePath } from "../../tenancy/paths.ts";
import { isIn, whenCondition } from "../export/common-rows.ts";
import { sqlJsonPath } from "../export/json-path-sql.ts";
import { patternRegex } from "../export/pattern-sql.ts";
import { type Doomed, doomedIds, foreignKeysOf, keyOf, onlyOf, rootId } from "./doomed-tables.ts";
import type { PointerAnswer } from "./request.ts";

/** One reference into rows that go, from whatever table. */
export interface Pointer {
  /** The same for the same reference in every plan: what an answer is kept under. */
  readonly id: string;
  readonly from: Table;
  readonly columns: readonly string[];
  /** A partition, where a key points at one by itself. */
  readonly to: Table;
  /** The table of the model that rows of `to` are rows of. */
  readonly toRoot: string;
  readonly targetColumns: readonly string[];
  readonly kind: Reference["kind"];
  readonly foreignKey: string | null;
  /** A foreign key that the database holds for every row: none can point at a row that is gone. */
  readonly enforced: boolean;
  readonly onDelete: ReferentialAction | null;
  /** The columns to set to NULL, where that makes it point nowhere and the row stays whose it is. */
  readonly nulls: readonly string[] | null;
  /** Whoever points over it is the tenant's by that very step: none of those rows stays. */
  readonly ownersOwn: boolean;
  /** Whether rows of `from` may go too. */
  readonly fromDoomed: boolean;
  /**
   * SQL over a row of `from` under the alias: it points at one of these rows.
   *
   * @param targets what follows FROM: rows under the alias `o` that have the target's columns
   */
  points(alias: string, targets: string): string;
}

/** Rows that stay and point at rows that go, as a plan shows them. */
export interface PointerIn {
  readonly id: string;
  readonly from: { readonly table: string; readonly columns: readonly string[] };
  readonly to: { readonly table: string; readonly columns: readonly string[] };
  readonly kind: Reference["kind"];
  readonly foreignKey: string | null;
  readonly onDelete: ReferentialAction | null;
  readonly rows: number;
  /** Whether they can be set to NULL, and stay whose they are. */
  readonly nullable: boolean;
  readonly answer: PointerAnswer | null;
}

interface Given extends Reference {
  readonly validated?: boolean;
  readonly onDelete?: ReferentialAction;
  readonly matchFull?: boolean;
}

/** Every reference to rows that go, from whatever table. */
export function pointersInto(catalog: Catalog, model: TenancyModel, doomed: readonly Doomed[]): Pointer[] {
  const ids = doomedIds(doomed);
  const tables = [...catalog.tables.values()].filter(({ kind }) => kind !== "partition");
  const declared = tables.flatMap((from) =>
    foreignKeysOf(catalog, from)
      .filter((key) => ids.has(rootId(catalog, key.table)))
      .map(
        (key): Given => ({
          kind: "foreign key",
          from: { table: from.id, columns: key.columns },
          to: { table: key.table, columns: key.targetColumns },
          foreignKey: key.name,
          when: null,
          path: null,
          pattern: null,
          nullable: false,
          validated: key.validated,
          onDelete: key.onDelete,
          matchFull: key.matchFull,
        }),
      ),
  );
  const virtual: Given[] = [...model.references, ...model.sharedReferences].filter(
    ({ foreignKey, to }) => foreignKey === null && ids.has(to.table),
  );
  return [...declared, ...virtual].map((reference) => ({
    id: idOf(reference),
    from: catalog.tables.get(reference.from.table)!,
    columns: reference.from.columns,
    to: catalog.tables.get(reference.to.table)!,
    toRoot: rootId(catalog, reference.to.table),
    targetColumns: reference.to.columns,
    kind: reference.kind,
    foreignKey: reference.foreignKey,
    enforced: reference.validated === true,
    onDelete: reference.onDelete ?? null,
    nulls: nullsOf(catalog, model, reference),
    ownersOwn: isOwnersOwn(model, ids, reference),
    fromDoomed: ids.has(reference.from.table),
    points: (alias, targets) => pointsSql(catalog, model, reference, alias, targets),
  }));
}

function idOf({ kind, from, to, when, path, pattern }: Reference): string {
  const more = [when === null ? "" : JSON.stringify(when), path ?? "", pattern ?? ""].filter(
    (part) => part !== "",
  );
  return [
    `${from.table} (${from.columns.join(", ")}) → ${to.table} (${to.columns.join(", ")})`,
    kind,
    ...more,
  ].join(" ");
}

function isOwnersOwn(model: TenancyModel, doomed: ReadonlySet<string>, reference: Reference): boolean {
  const from = model.tables.get(reference.from.table);
  const to = model.tables.get(reference.to.table);
  const hop = from?.path?.hops[0];
  if (from === undefined || to?.path == null || hop === undefined) return false;
  if (!doomed.has(from.id) || from.anyPath || to.anyPath || from.sharedNull) return false;
  return (
    hop.table === to.id &&
    same(hop.columns, reference.from.columns) &&
    same(hop.targetColumns, reference.to.columns) &&
    reference.when === null &&
    samePath({ hops: from.path!.hops.slice(1), column: from.path!.column }, to.path)
  );
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, at) => each === b[at]);
}

/** One NULL makes a key point nowhere (MATCH SIMPLE); all of them, where it is matched in full. */
function nullsOf(catalog: Catalog, model: TenancyModel, reference: Given): readonly string[] | null {
  if (!["foreign key", "column", "polymorphic"].includes(reference.kind)) return null;
  const table = catalog.tables.get(reference.from.table)!;
  const whose = new Set(wayColumns(model.tables.get(table.id)));
  const free = reference.from.columns.filter((name) => {
    const column = table.columns.find((each) => each.name === name);
    return column?.nullable === true && column.generated === null && !whose.has(name);
  });
  // What it was is kept under the row's key.
  const hasKey = keyOf(table) !== null;
  if (
    !hasKey ||
    free.length === 0 ||
    (reference.matchFull === true && free.length < reference.from.columns.length)
  )
    return null;
  return reference.matchFull === true ? free : free.slice(0, 1);
}

/** The columns that say whose a row is: without a value there it would be somebody else's. */
function wayColumns(table: ModelTable | undefined): readonly string[] {
  if (table === undefined) return [];
  const paths = [...(table.path === null ? [] : [table.path]), ...(table.anyPath ? table.otherPaths : [])];
  return paths.flatMap(({ hops, column }) => hops[0]?.columns ?? [column]);
}

function pointsSql(
  catalog: Catalog,
  model: TenancyModel,
  reference: Reference,
  alias: string,
  targets: string,
): string {
  const { from, to, kind } = reference;
  const column = quoteColumns(from.columns, alias);
  const target = quoteColumns(to.columns, "o");
  if (reference.foreignKey !== null) {
    // A partition has its root's columns, and the root's types are those that the model knows.
    const ends = { from, to: { table: rootId(catalog, to.table), columns: to.columns } };
    return `(${column}) ${isIn(model, ends)} (SELECT ${target} FROM ${targets})`;
  }
  const among = `IN (SELECT concat(${target}) ${BYTEWISE} FROM ${targets})`;
  // Each row's values are joined to the targets once: asked row by row, every row would go through all targets.
  const inside = (source: string, id: string) =>
    `(${alias}.tableoid, ${alias}.ctid) IN (SELECT v.tableoid, v.ctid
       FROM ${rowsOf(catalog.tables.get(from.table)!)} v, LATERAL ${source} WHERE ${id} ${BYTEWISE} ${among})`;
  const held = quoteColumns(from.columns, "v");
  switch (kind) {
    case "foreign key":
    case "column":
    case "polymorphic":
      return `num_nonnulls(${column}) = 1 AND concat(${column}) ${BYTEWISE} ${among}${whenCondition(reference, alias)}`;
    case "array":
      return inside(`unnest(${held}) e(id)`, "concat(e.id)");
    case "json path":
      return inside(
        `jsonb_path_query(${held}::jsonb, ${quoteLiteral(sqlJsonPath(reference.path!))}) e(id)`,
        "(e.id #>> '{}')",
      );
    case "pattern":
      return inside(
        `regexp_matches(concat(${held}), ${quoteLiteral(patternRegex(reference.pattern!, to, reference.each))}, 'g') m(ids)`,
        "m.ids[1]",
      );
  }
}

/** Texts of columns whose collations differ have none in common. */
const BYTEWISE = 'COLLATE "C"';

/** Rows of `from` that stay, under the alias `f`, and point at the tenant's: what follows FROM. */
export function strangersPointing(model: TenancyModel, pointer: Pointer, tenantKeySql: string): string {
  const owned = ownershipPredicate(model, pointer.toRoot, "o", tenantKeySql);
  const targets = `${rowsOf(pointer.to)} o WHERE ${owned}`;
  return pointingAt(pointer, targets) + stays(model, pointer, tenantKeySql);
}

/**
 * Rows of whoever's, under the alias `f`, that point at `targets`: rows under the alias `o` that have the target's columns.
 */
export function pointingAt(pointer: Pointer, targets: string): string {
  return `${rowsOf(pointer.from)} f WHERE ${pointer.points("f", targets)}`;
}

/** A row `f` is not one of those that go. */
export function stays(model: TenancyModel, pointer: Pointer, tenantKeySql: string): string {
  return pointer.fromDoomed
    ? ` AND (${ownershipPredicate(model, pointer.from.id, "f", tenantKeySql)}) IS NOT TRUE`
    : "";
}

function rowsOf(table: Table): string {
  return `${onlyOf(table)}${quoteQualified(table.schema, table.name)}`;
}
