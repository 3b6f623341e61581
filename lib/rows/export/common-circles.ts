/**
 * Common rows that point at each other in a circle: a plan at the plan that it grew out of, a currency at its
 * country and back. One reference leads to another row of the same tables, so that no finite chain of IN says what
 * is reached; a recursive query does. Pure: gives SQL.
 */

import type { Catalog, ForeignKey } from "../../catalog/catalog.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import { quoteColumns } from "../../postgres/identifiers.ts";
import { operatorBetween } from "../../tenancy/column-types.ts";
import { connectedComponents } from "../../tenancy/load-order.ts";
import type { ModelTable, TenancyModel } from "../../tenancy/model.ts";
import { sharedRowCondition } from "../shared-rows.ts";

/** A foreign key between two common tables. */
export interface CommonKey {
  readonly from: ModelTable;
  readonly to: ModelTable;
  readonly key: ForeignKey;
}

/** The common tables of the model, in the model's order. */
export function commonTables(model: TenancyModel): ModelTable[] {
  return [...model.tables.values()].filter((table) => table.common !== null);
}

/** Every foreign key by which a common row points at one. */
export function commonKeys(catalog: Catalog, model: TenancyModel): CommonKey[] {
  return commonTables(model).flatMap((from) =>
    (catalog.tables.get(from.id)?.foreignKeys ?? []).flatMap((key) => {
      const to = model.tables.get(key.table);
      return to === undefined || to.common === null ? [] : [{ from, to, key }];
    }),
  );
}

/** Tables that reach each other, by table; those that no circle goes through have none. */
export function commonCircles(
  model: TenancyModel,
  keys: readonly CommonKey[],
): Map<string, readonly ModelTable[]> {
  const tables = commonTables(model).map(({ id }) => id);
  const needs = new Map(
    tables.map((id) => [id, new Set(keys.filter(({ from }) => from.id === id).map(({ to }) => to.id))]),
  );
  const circles = connectedComponents(tables, needs).filter(
    ([first, ...others]) => others.length > 0 || needs.get(first!)!.has(first!),
  );
  return new Map(
    circles.flatMap((ids) => {
      const circle = ids.map((id) => model.tables.get(id)!);
      return ids.map((id) => [id, circle] as const);
    }),
  );
}

export interface Circle {
  readonly catalog: Catalog;
  readonly tables: readonly ModelTable[];
  /** The keys between them. */
  readonly keys: readonly CommonKey[];
  /** Which rows of a table something outside of the circle points at, over the alias `t`. */
  readonly seed: (table: ModelTable) => string;
}

/**
 * The condition under which a row of `table`, aliased `alias`, is reached from the circle's seeds. A row is known by
 * table, partition and place (`ctid`): its key may be of any type, its place hashes (PostgreSQL 14 and later) and
 * stays what it is in the statement's snapshot.
 */
export function reachedInCircle(circle: Circle, table: ModelTable, alias: string): string {
  const number = (of: ModelTable) => circle.tables.indexOf(of);
  const seeds = circle.tables.map(
    (each) =>
      `SELECT ${number(each)}, t.tableoid, t.ctid FROM ${fromOnly(circle.catalog, each)} t WHERE ${circle.seed(each)}`,
  );
  const steps = circle.keys.map(
    ({ from, to, key }) =>
      `SELECT ${number(to)}, p.tableoid, p.ctid FROM ${fromOnly(circle.catalog, from)} f
         JOIN ${fromOnly(circle.catalog, to)} p ON ${joined(from, to, key)}
        WHERE reached.n = ${number(from)} AND f.tableoid = reached.part AND f.ctid = reached.place
          AND ${sharedRowCondition(to, "p")}`,
  );
  return `(${alias}.tableoid, ${alias}.ctid) IN (
    WITH RECURSIVE reached(n, part, place) AS (
      (${seeds.join("\n       UNION ALL ")})
      UNION
      SELECT next.* FROM reached, LATERAL (${steps.join("\n       UNION ALL ")}) next)
    SELECT part, place FROM reached WHERE n = ${number(table)})`;
}

function joined(from: ModelTable, to: ModelTable, { columns, targetColumns }: ForeignKey): string {
  return columns
    .map((column, at) => {
      const operator = operatorBetween(typeOf(from, column), typeOf(to, targetColumns[at]!), "=");
      return `${quoteColumns([targetColumns[at]!], "p")} ${operator} ${quoteColumns([column], "f")}`;
    })
    .join(" AND ");
}

function typeOf(table: ModelTable, name: string): string {
  return table.columns.find((column) => column.name === name)?.baseType ?? "";
}

/** Classic heirs are tables of their own, partitions are not. */
function fromOnly(catalog: Catalog, { id }: ModelTable): string {
  return ownRows(catalog.tables.get(id)!);
}
