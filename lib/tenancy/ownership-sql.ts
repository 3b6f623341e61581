/** Whose row is it, as SQL text. Pure: identifiers are quoted here, nothing is sent. */
import { quoteColumns, quoteIdentifier, quoteQualified } from "../postgres/identifiers.ts";
import { comparable, operatorBetween } from "./column-types.ts";
import type { Hop, ModelTable, OwnershipPath, TenancyModel } from "./model.ts";
import { samePath } from "./paths.ts";

/**
 * The SQL condition for "this row is the tenant's", over a row of the table under `alias`: true for the tenant's
 * rows, false or NULL for others (say `IS NOT TRUE` rather than NOT). Hops of one column are `IN (SELECT …)`,
 * composite ones EXISTS; the planner makes semi-joins of both. A row of a table that shares rows between tenants
 * is the tenant's only where it holds the key.
 *
 * @param tenantKeySql the key as SQL of the key's type: a quoted literal with its cast, or `$1::uuid`
 * Every row of a table in the tenant's own schema is the tenant's.
 *
 * @throws Error for a table without a path: no row of it is a tenant's, and to ask is a bug
 */
export function ownershipPredicate(
  model: TenancyModel,
  tableId: string,
  alias: string,
  tenantKeySql: string,
): string {
  return `(${tablePredicate({ model, tenantKeySql, visited: new Set() }, tableOf(model, tableId), alias)})`;
}

/**
 * Counts (as `count`) the tenant's rows for which another path leads to another tenant. Rows without a value
 * along the other path agree with anything. Where any path makes a row the tenant's, the one that is first in
 * the model may disagree as well, and its rows are counted too.
 *
 * @returns one SELECT, or null where the other path is the one that decides
 */
export function pathsDisagreeSql(
  model: TenancyModel,
  tableId: string,
  other: OwnershipPath,
  tenantKeySql: string,
): string | null {
  const table = tableOf(model, tableId);
  if (table.path === null || samePath(table.path, other)) return null;
  const writing: Writing = { model, tenantKeySql, visited: new Set() };
  const owned = tablePredicate(writing, table, "t");
  const elsewhere = (table.anyPath ? [other, table.path] : [other])
    .map((path) => pathPredicate(writing, table, path, "t", "<>"))
    .join(" OR ");
  return `SELECT count(*) AS count FROM ${quoteQualified(table.schema, table.name)} AS t WHERE (${owned}) AND (${elsewhere})`;
}

/** What tells cheaply that no row disagrees: joined to the tenant's rows of a table under the alias `t`. */
export interface PathDoubt {
  /** A LEFT JOIN of the tenant's own rows that the path's first hop leads to; empty where it has no hop. */
  readonly join: string;
  /** Not true of a row that agrees; of one that disagrees, and perhaps of some that agree, it is. */
  readonly condition: string;
  /** Of `t` alone, and true wherever `condition` is: the row names somebody. */
  readonly names: string;
  /** The columns of `t` in which a row names whom it leads to. */
  readonly columns: readonly string[];
  /** Whether it leads to another tenant: over `t`, of which it looks at those columns alone. */
  readonly elsewhere: string;
}

/**
 * The same question asked so that only rows of the tenant's are looked at, where `pathsDisagreeSql` goes through those
 * of all others: whoever is nobody's doubt needs not be asked further. It holds where each hop leads to one row at the
 * most (the caller knows the keys).
 *
 * @param alias of the rows that are joined
 * @returns null where a table on the way is found by any of several paths, or holds nobody else's rows
 */
export function pathDoubt(
  model: TenancyModel,
  tableId: string,
  other: OwnershipPath,
  tenantKeySql: string,
  alias: string,
): PathDoubt | null {
  const table = tableOf(model, tableId);
  const through = [table, ...other.hops.map((hop) => tableOf(model, hop.table))];
  if (through.some((each) => each.anyPath || each.whole === true)) return null;
  const writing: Writing = { model, tenantKeySql, visited: new Set() };
  const [hop, ...hops] = other.hops;
  const elsewhere = pathPredicate(writing, table, other, "t", "<>");
  if (hop === undefined) {
    const names = present(table, [other.column], "t");
    return { join: "", condition: elsewhere, names, columns: [other.column], elsewhere };
  }
  const names = present(table, hop.columns, "t");
  const target = tableOf(model, hop.table);
  const inner = innerAlias("t");
  const own = pathPredicate(writing, target, { hops, column: other.column }, inner, "=");
  // A shared row agrees with everybody.
  const shared = hops.length === 0 ? ` OR ${quoteColumns([other.column], inner)} IS NULL` : "";
  const pairs = hopPairs(table, hop, target, "t", alias);
  const columns = quoteColumns(hop.targetColumns, inner);
  const from = `(SELECT ${columns} FROM ${quoteQualified(target.schema, target.name)} AS ${quoteIdentifier(inner)} WHERE ${own}${shared}) AS ${quoteIdentifier(alias)}`;
  const on = pairs.map(({ left, right, equals }) => `${right} ${equals} ${left}`).join(" AND ");
  return {
    join: `LEFT JOIN ${from} ON ${on}`,
    condition: `${names} AND ${quoteColumns(hop.targetColumns.slice(0, 1), alias)} IS NULL`,
    names,
    columns: hop.columns,
    elsewhere,
  };
}

/**
 * Whether all of the columns hold something. Of NULL in a column the planner has statistics; a call of `num_nulls` it
 * takes for true of one row in 200 (DEFAULT_EQ_SEL), and chooses its joins for so few. But a composite value of nothing
 * but NULLs is there, and `IS NOT NULL` says that it is not (PostgreSQL documentation, 9.2): user types are called.
 */
function present(table: ModelTable, names: readonly string[], alias: string): string {
  return names
    .map((name) => {
      const column = quoteColumns([name], alias);
      return baseType(table, name).startsWith("pg_catalog.")
        ? `${column} IS NOT NULL`
        : `num_nulls(${column}) = 0`;
    })
    .join(" AND ");
}

interface Writing {
  readonly model: TenancyModel;
  readonly tenantKeySql: string;
  /** Tables whose own predicate is being written around this place: paths in a circle end there. */
  readonly visited: ReadonlySet<string>;
}

function tablePredicate(writing: Writing, table: ModelTable, alias: string): string {
  if (table.whole === true) return "true";
  if (table.path === null) throw new Error(`no path leads from ${table.id} to a tenant`);
  const inside = { ...writing, visited: new Set([...writing.visited, table.id]) };
  const main = pathPredicate(inside, table, table.path, alias, "=");
  if (!table.anyPath) return main;
  const others = table.otherPaths
    .filter((path) => !path.hops.some((hop) => inside.visited.has(hop.table)))
    .map((path) => pathPredicate(inside, table, path, alias, "="));
  return [main, ...others].map((sql) => `(${sql})`).join(" OR ");
}

function pathPredicate(
  writing: Writing,
  table: ModelTable,
  path: OwnershipPath,
  alias: string,
  operator: "=" | "<>",
): string {
  const [hop, ...hops] = path.hops;
  if (hop === undefined) return keyCondition(writing, table, path.column, alias, operator);
  const target = tableOf(writing.model, hop.table);
  if (target.whole === true) return semiJoin(table, hop, target, alias, innerAlias(alias), "true");
  const inner = innerAlias(alias);
  const rest: OwnershipPath = { hops, column: path.column };
  // Where the owner itself is found by any of several paths, its rows are found that way here too.
  const byAnyPath =
    operator === "=" && target.anyPath && samePath(rest, target.path!) && !writing.visited.has(target.id);
  const condition = byAnyPath
    ? tablePredicate(writing, target, inner)
    : pathPredicate(writing, target, rest, inner, operator);
  return semiJoin(table, hop, target, alias, inner, condition);
}

function semiJoin(
  table: ModelTable,
  hop: Hop,
  target: ModelTable,
  alias: string,
  inner: string,
  condition: string,
): string {
  const from = `${quoteQualified(target.schema, target.name)} AS ${quoteIdentifier(inner)}`;
  const pairs = hopPairs(table, hop, target, alias, inner);
  const only = pairs.length === 1 ? pairs[0] : undefined;
  if (only !== undefined) {
    const isIn = only.equals === "=" ? "IN" : `${only.equals} ANY`;
    return `${only.left} ${isIn} (SELECT ${only.right} FROM ${from} WHERE ${condition})`;
  }
  const joined = pairs.map(({ left, right, equals }) => `${right} ${equals} ${left}`).join(" AND ");
  return `EXISTS (SELECT FROM ${from} WHERE ${joined} AND (${condition}))`;
}

/** What a hop compares, column by column. */
function hopPairs(table: ModelTable, hop: Hop, target: ModelTable, alias: string, inner: string) {
  return hop.columns.map((name, at) => {
    const targetName = hop.targetColumns[at]!;
    const types = [baseType(table, name), baseType(target, targetName)] as const;
    const cast = comparable(...types) ? "" : "::text";
    return {
      left: `${quoteColumns([name], alias)}${cast}`,
      right: `${quoteColumns([targetName], inner)}${cast}`,
      equals: operatorBetween(...types, "="),
    };
  });
}

/** Not every key column has the root's type: a text column may hold a uuid. Then both are compared as text. */
function keyCondition(
  { model, tenantKeySql }: Writing,
  table: ModelTable,
  column: string,
  alias: string,
  operator: "=" | "<>",
): string {
  const own = baseType(table, column);
  const keyBaseType = keyType(model) ?? own;
  const cast = comparable(own, keyBaseType) ? "" : "::text";
  const key = cast === "" ? tenantKeySql : `(${tenantKeySql})::text`;
  const compared = operatorBetween(own, keyBaseType, operator);
  return `${quoteColumns([column], alias)}${cast} ${compared} ${key}`;
}

function keyType({ tenant, tables }: TenancyModel): string | null {
  const root = tenant.table === null ? undefined : tables.get(tenant.table);
  return root === undefined ? null : baseType(root, tenant.key);
}

function baseType(table: ModelTable, column: string): string {
  const found = table.columns.find((candidate) => candidate.name === column);
  if (found === undefined) throw new Error(`the model's ${table.id} has no column of a path of its own`);
  return found.baseType;
}

function tableOf(model: TenancyModel, id: string): ModelTable {
  const table = model.tables.get(id);
  if (table === undefined) throw new Error(`the model has no table ${id}`);
  return table;
}

/** Never the alias around it, and short whatever that one is. */
function innerAlias(outer: string): string {
  const depth = /^hop_(\d+)$/.exec(outer)?.[1];
  return `hop_${depth === undefined ? 1 : Number(depth) + 1}`;
}
