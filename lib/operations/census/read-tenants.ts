/** Every tenant of a database as the platform has it: one statement over the root, one over the domains. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { quoteColumns, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { isSchemaName, tenantsBySchema } from "../../rows/tenant.ts";
import type { ModelTable, TenancyModel } from "../../tenancy/model.ts";
import type { SeenTenant } from "./list-tenant.ts";

/** A table of more bytes than this is not read through for the keys of tenants that are only values. */
const MOST_BYTES = 256 * 1024 * 1024;

export async function readTenants(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
): Promise<SeenTenant[]> {
  const root = model.tenant.table === null ? undefined : model.tables.get(model.tenant.table);
  if (root === undefined && isSchemaName(model)) return readSchemas(client, model);
  if (root === undefined) return readValues(client, catalog, model);
  const { key, slug, name, state } = model.tenant;
  const text = (column: string | null | undefined) =>
    column == null ? "NULL::text" : `t.${quoteIdentifier(column)}::text`;
  const { rows } = await client.query<Omit<SeenTenant, "domains">>(
    `SELECT ${text(key)} AS key, ${text(slug)} AS slug, ${text(name)} AS name, ${text(state?.column)} AS state
       FROM ${quoteQualified(root.schema, root.name)} t WHERE num_nonnulls(${quoteColumns([key], "t")}) = 1`,
  );
  const domains = await readDomains(client, model);
  return rows.map((row) => ({ ...row, domains: domains.get(row.key) ?? [] }));
}

/** Domains by tenant key, where the domains' table carries the key itself; elsewhere each tenant's page reads them. */
async function readDomains(client: pg.ClientBase, model: TenancyModel): Promise<Map<string, string[]>> {
  const { domains } = model.tenant;
  const table = domains === null ? undefined : model.tables.get(domains.table);
  const key = table === undefined ? null : keyColumnOf(model, table);
  if (domains === null || table === undefined || key === null) return new Map();
  const domain = `t.${quoteIdentifier(domains.column)}`;
  const { rows } = await client.query<{ key: string; domains: string[] }>(
    `SELECT t.${quoteIdentifier(key)}::text AS key, array_agg(${domain}::text ORDER BY ${domain}::text) AS domains
       FROM ${quoteQualified(table.schema, table.name)} t
      WHERE num_nonnulls(${domain}) = 1 AND num_nonnulls(t.${quoteIdentifier(key)}) = 1 GROUP BY 1`,
  );
  return new Map(rows.map((row) => [row.key, row.domains]));
}

/** The column with the tenant's key, for the root and for tables that carry it; null where hops lead to it. */
export function keyColumnOf(model: TenancyModel, table: ModelTable): string | null {
  if (table.id === model.tenant.table) return model.tenant.key;
  return table.path !== null && table.path.hops.length === 0 ? table.path.column : null;
}

/** Tenants that are nothing but a schema. */
async function readSchemas(client: pg.ClientBase, model: TenancyModel): Promise<SeenTenant[]> {
  const keys = await tenantsBySchema(client, model.tenantSchema!.written);
  return keys.map((key) => ({ key, slug: key, name: null, domains: [], state: null }));
}

/** Tenants that are only values: the keys that tables of a bearable size hold. */
async function readValues(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
): Promise<SeenTenant[]> {
  const keys = new Set<string>();
  for (const table of model.tables.values()) {
    const key = table.class === "direct" ? keyColumnOf(model, table) : null;
    if (key === null || catalog.tables.get(table.id)!.bytes > MOST_BYTES) continue;
    const { rows } = await client.query<{ key: string }>(
      `SELECT DISTINCT t.${quoteIdentifier(key)}::text AS key FROM ${quoteQualified(table.schema, table.name)} t
        WHERE num_nonnulls(t.${quoteIdentifier(key)}) = 1`,
    );
    for (const row of rows) keys.add(row.key);
  }
  return [...keys].map((key) => ({ key, slug: null, name: null, domains: [], state: null }));
}
