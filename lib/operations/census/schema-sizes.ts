/**
 * How many rows and bytes tenants have that live in a schema of their own: by the server's estimates, and counted
 * where it has none yet and the table is small.
 */
import type pg from "pg";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { qualifiedName, quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import { withStatementTimeout } from "../../postgres/statement-timeout.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { type SchemaOwner, schemaNameOf, schemaPattern } from "../../tenancy/tenant-schema.ts";
import type { TableSize } from "./sizes.ts";

/** A table of more bytes than this is not read through for its rows. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Tables that one statement counts. */
const BATCH = 50;
/** For each of them; a platform has other users. */
const LONGEST = 10_000;

/**
 * @param whole the catalog with every tenant's schema, not one tenant's view
 * @returns by tenant key; nothing where all tenants share the tables
 */
export async function measureSchemas(
  client: pg.ClientBase,
  whole: Catalog,
  file: PlatformFile,
  model: TenancyModel,
  tenants: readonly SchemaOwner[],
): Promise<ReadonlyMap<string, readonly TableSize[]>> {
  const pattern = schemaPattern(file);
  if (pattern === null) return new Map();
  const owned = new Set(model.loadOrder);
  const idOf = ({ name }: Table) => qualifiedName(pattern.written, name);
  const bySchema = Map.groupBy(
    [...whole.tables.values()].filter((table) => table.kind !== "partition" && owned.has(idOf(table))),
    ({ schema }) => schema,
  );
  const tablesOf = (tenant: SchemaOwner) => bySchema.get(schemaNameOf(pattern, tenant) ?? "") ?? [];
  const rows = await countUnknown(client, tenants.flatMap(tablesOf));
  return new Map(
    tenants.map((tenant) => [
      tenant.key,
      tablesOf(tenant)
        .map((table) => ({
          table: idOf(table),
          rows: rows.get(table.id) ?? table.estimatedRows ?? 0,
          bytes: table.bytes,
        }))
        .filter((size) => size.rows > 0),
    ]),
  );
}

/** Rows of tables that were never analysed, by the table's id in the whole catalog. */
async function countUnknown(client: pg.ClientBase, tables: readonly Table[]): Promise<Map<string, number>> {
  const unknown = tables.filter(({ estimatedRows, bytes }) => estimatedRows === null && bytes <= MOST_BYTES);
  const counted = new Map<string, number>();
  await withStatementTimeout(client, LONGEST, async () => {
    for (let at = 0; at < unknown.length; at += BATCH) {
      const counts = unknown
        .slice(at, at + BATCH)
        .map(
          ({ id, schema, name }) =>
            `SELECT ${quoteLiteral(id)} AS id, count(*)::float8 AS rows FROM ${quoteQualified(schema, name)}`,
        );
      const { rows } = await client.query<{ id: string; rows: number }>(counts.join(" UNION ALL "));
      for (const row of rows) counted.set(row.id, row.rows);
    }
  });
  return counted;
}
