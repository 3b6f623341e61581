/**
 * Rows that a tenant's rows point at and no bundle holds: those of tables that all tenants share and that nobody has
 * declared `common`, countries or currencies that migrations have filled. An import finds them where it goes; on a
 * throwaway server they are put there first.
 */
import type pg from "pg";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { copyIn, copyOut, ownPieces } from "../../postgres/copy-streams.ts";
import { quoteColumns, quoteQualified } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";

/** Every table of that kind that foreign keys lead to from tenants' rows and from common ones, however far. Pure. */
export function surroundingTables(catalog: Catalog, model: TenancyModel): Table[] {
  const found = new Map<string, Table>();
  const isCommon = (id: string) => model.tables.get(id)?.common != null;
  const waiting = [...model.loadOrder, ...[...model.tables.keys()].filter(isCommon)];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const { table } of catalog.tables.get(id)?.foreignKeys ?? []) {
      if (found.has(table) || isCommon(table) || model.tables.get(table)?.class !== "global") continue;
      found.set(table, catalog.tables.get(table)!);
      waiting.push(table);
    }
  }
  return [...found.values()];
}

/**
 * Copies them whole; they may point at one another in circles, so nobody checks meanwhile.
 *
 * @param source a session of the platform's database; it is only read
 * @param target has the tables, empty
 */
export async function copySurroundings(
  source: pg.ClientBase,
  target: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
): Promise<void> {
  await target.query("BEGIN");
  await target.query("SET LOCAL session_replication_role = replica");
  for (const table of surroundingTables(catalog, model)) {
    const columns = table.columns.filter(({ generated }) => generated === null).map(({ name }) => name);
    const name = quoteQualified(table.schema, table.name);
    const rows = copyOut(source, `COPY (SELECT ${quoteColumns(columns)} FROM ${name}) TO STDOUT`);
    await copyIn(target, `COPY ${name} (${quoteColumns(columns)}) FROM STDIN`, ownPieces(rows));
  }
  await target.query("COMMIT");
}
