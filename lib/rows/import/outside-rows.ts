/** Rows outside the tenant that its rows point at: nobody may delete them while the import is under way. */

import type pg from "pg";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import { qualifiedColumn, quoteColumns, quoteQualified } from "../../postgres/identifiers.ts";
import type { ModelTable, Reference, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { isIn } from "../export/common-rows.ts";
import { planForLoadedRows } from "../proof/planning.ts";
import type { RemapPlan } from "../remap/remap-plan.ts";
import { FEW, type OutsideValues } from "./outside-values.ts";

/**
 * Locks FOR KEY SHARE every row outside that a declared foreign key of the loaded rows points at. Under the
 * replica role no trigger has done so, and a concurrent delete would leave an orphan. The anti-joins that follow
 * see what a delete before the lock has left. PostgreSQL documentation, 13.3.2 Row-Level Locks.
 *
 * @param loaded how many rows of each table were, for the planner
 * @param values by which they point outside, where somebody has noted that
 *
 * Common rows that were looked up are locked already (common-rows.ts), and a reference whose every value has gone
 * through that map points at no others.
 */
export async function lockOutsideRows(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tenantKeySql: string,
  loaded: ReadonlyMap<string, number>,
  values: OutsideValues["values"] = new Map(),
  remap: Pick<RemapPlan, "sources" | "tables"> = { sources: new Map(), tables: new Map() },
): Promise<void> {
  for (const { reference, target } of outsideReferences(model)) {
    if (isLookedUp(remap, reference)) continue;
    const from = catalog.tables.get(reference.from.table)!;
    const pointing = `SELECT ${quoteColumns(reference.from.columns, "t")}
                    FROM ${ownRows(from)} t
                   WHERE ${ownershipPredicate(model, from.id, "t", tenantKeySql)}`;
    await planForLoadedRows(client, catalog, model, from.id, loaded.get(from.id) ?? 0);
    const [column] = reference.from.columns;
    const sent = values.get(qualifiedColumn(from.id, column!));
    const few = sent === undefined ? await fewPointedAt(client, reference, pointing) : [sent];
    await client.query(
      `SELECT count(*) FROM (
         SELECT FROM ${quoteQualified(target.schema, target.name)} p
          WHERE (${quoteColumns(reference.to.columns, "p")}) ${isIn(model, reference)} (${few === null ? pointing : listed(from, reference)})
            FOR KEY SHARE OF p) locked`,
      few === null ? [] : [...few],
    );
  }
}

/**
 * The values that the rows point at, as an array of texts for each column; null where they are many. A statement that
 * locks rows runs in one process, however many rows it has to read for it; one that only reads them need not
 * (PostgreSQL documentation, 15.2 When Can Parallel Query Be Used?).
 */
async function fewPointedAt(
  client: pg.ClientBase,
  { from }: Reference,
  pointing: string,
): Promise<readonly (readonly string[])[] | null> {
  const names = from.columns.map((_, at) => `v${at}`);
  // As their output functions print them: a cast to text leaves things out, or is anybody's own.
  const { rows } = await client.query<string[]>({
    text: `SELECT ${names.map((name) => `format('%s', ${name})`).join(", ")}
             FROM (SELECT DISTINCT * FROM (${pointing}) t (${names.join(", ")})
                    WHERE ${names.map((name) => `${name} IS NOT NULL`).join(" AND ")} LIMIT ${FEW + 1}) d`,
    rowMode: "array",
  });
  return rows.length > FEW ? null : from.columns.map((_, at) => rows.map((row) => row[at]!));
}

/** Those values again, from the statement's parameters. */
function listed({ columns }: Table, { from }: Reference): string {
  const types = from.columns.map((name) => columns.find((column) => column.name === name)!.type);
  const names = types.map((_, at) => `v${at}`);
  return `SELECT ${names.map((name, at) => `${name}::${types[at]}`).join(", ")}
            FROM unnest(${types.map((_, at) => `$${at + 1}::text[]`).join(", ")}) v (${names.join(", ")})`;
}
/** Whether whatever stands in the column now is the id of a common row that was found, or one made for the tenant. */
function isLookedUp(
  { sources, tables }: Pick<RemapPlan, "sources" | "tables">,
  { from }: Reference,
): boolean {
  const table = tables.get(from.table);
  const [column, ...others] = from.columns;
  if (table === undefined || column === undefined || others.length > 0) return false;
  const [remap, ...further] = table.remaps[table.columns.indexOf(column)] ?? [];
  if (remap?.kind !== "id" || remap.when !== null || further.length > 0) return false;
  const source = sources.get(remap.source);
  // Of a table that has the tenant's own rows too, ids that are kept go through as they are.
  return source?.common === true && (!source.owned || source.fresh !== null);
}

/** The declared foreign keys that lead out of the tenant's rows, and the tables that they lead to. Pure. */
export function outsideReferences(
  model: TenancyModel,
): { readonly reference: Reference; readonly target: ModelTable }[] {
  return model.references.flatMap((reference) => {
    const target = model.tables.get(reference.to.table);
    if (target === undefined || reference.foreignKey === null) return [];
    const outside = !model.loadOrder.includes(target.id) || target.common !== null;
    return outside && model.loadOrder.includes(reference.from.table) ? [{ reference, target }] : [];
  });
}
