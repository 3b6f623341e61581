/**
 * Rows that a tenant's rows point at and no bundle holds: those of tables that all tenants share and that nobody has
 * declared `common`, countries or currencies that migrations have filled. An import finds them where it goes; on a
 * throwaway server they are put there first.
 */
import type pg from "pg";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { Refusal } from "../../findings/finding.ts";
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
 * @param limit bytes that they may have, as they lie on the source's disk
 * @throws Refusal where they have more
 */
export async function copySurroundings(
  source: pg.ClientBase,
  target: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  limit: number,
): Promise<void> {
  const tables = surroundingTables(catalog, model);
  await refuseTooLarge(source, tables, limit);
  await target.query("BEGIN");
  await target.query("SET LOCAL session_replication_role = replica");
  for (const table of tables) {
    const columns = table.columns.filter(({ generated }) => generated === null).map(({ name }) => name);
    const name = quoteQualified(table.schema, table.name);
    const rows = copyOut(source, `COPY (SELECT ${quoteColumns(columns)} FROM ${name}) TO STDOUT`);
    await copyIn(target, `COPY ${name} (${quoteColumns(columns)}) FROM STDIN`, ownPieces(rows));
  }
  await target.query("COMMIT");
}

async function refuseTooLarge(source: pg.ClientBase, tables: readonly Table[], limit: number): Promise<void> {
  const { rows } = await source.query<{ id: string; bytes: number }>(SIZES, [tables.map(({ id }) => id)]);
  const total = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  const [largest] = rows;
  if (largest === undefined || total <= limit) return;
  throw new Refusal({
    code: "shared-rows-too-large",
    severity: "blocks",
    where: largest.id,
    count: tables.length,
    what: `A drill would copy the shared tables that the tenant's rows point at, and they have ${inGiB(total)}, most of it here; ${inGiB(limit)} is what it may copy.`,
    todo: `Declare them under \`common\` with a \`match\` by which their rows are found again: then a bundle carries those that it needs. Or raise TENANTRY_DRILL_SHARED_LIMIT.`,
  });
}

/** The largest first; of a partitioned table with its partitions. */
const SIZES = `
  SELECT id, coalesce((SELECT sum(pg_catalog.pg_table_size(part.relid)) FROM pg_catalog.pg_partition_tree(id::regclass) part),
                      pg_catalog.pg_table_size(id::regclass))::float8 AS bytes
    FROM unnest($1::text[]) AS id ORDER BY 2 DESC, 1`;

function inGiB(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(2)} GiB`;
}
