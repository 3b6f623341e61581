/** Finds one tenant of a database, by what people call it. */
import type pg from "pg";
import type { Finding } from "../findings/finding.ts";
import { quoteColumns, quoteIdentifier, quoteLiteral, quoteQualified } from "../postgres/identifiers.ts";
import type { TenancyModel } from "../tenancy/model.ts";
import { ownershipPredicate } from "../tenancy/ownership-sql.ts";

export interface Tenant {
  /** The tenant key's text. */
  readonly key: string;
  readonly slug: string | null;
  readonly name: string | null;
  readonly domains: readonly string[];
}

/** The tenant key as a constant of the key's type, for statements that take no parameters. */
export function tenantKeyLiteral(model: TenancyModel, key: string): string {
  return `${quoteLiteral(key)}::${model.tenant.keyType}`;
}

/**
 * Looks a tenant up by slug or by key. The slug wins where one tenant's slug is another one's key. A tenant that
 * is not there is a finding, and so are two with the same slug.
 */
export async function findTenant(
  client: pg.ClientBase,
  model: TenancyModel,
  slugOrKey: string,
): Promise<Tenant | Finding> {
  const root = model.tenant.table === null ? null : model.tables.get(model.tenant.table);
  if (root === null || root === undefined) return findValue(client, model, slugOrKey);
  // `concat` calls the type's output function, and makes '' of NULL.
  const text = (column: string | null) =>
    column === null
      ? "NULL::text"
      : `CASE WHEN ${quoteIdentifier(column)} IS NOT NULL THEN concat(${quoteIdentifier(column)}) END`;
  const { rows } = await client.query<Pick<Tenant, "key" | "slug" | "name">>(
    `SELECT ${text(model.tenant.key)} AS key, ${text(model.tenant.slug)} AS slug, ${text(model.tenant.name)} AS name
       FROM ${quoteQualified(root.schema, root.name)}
      WHERE ${text(model.tenant.key)} = $1 OR ${text(model.tenant.slug)} = $1
      ORDER BY ${text(model.tenant.slug)} = $1 DESC NULLS LAST
      LIMIT 2`,
    [slugOrKey],
  );
  const row = rows[0];
  if (row === undefined) return notFound(root.id, slugOrKey);
  if (rows[1]?.slug === slugOrKey) return ambiguous(root.id, slugOrKey);
  return { ...row, domains: await readDomains(client, model, row.key) };
}

/** No root table: the tenant is there when some table that carries the key has a row with it. */
async function findValue(client: pg.ClientBase, model: TenancyModel, key: string): Promise<Tenant | Finding> {
  if (model.tenantSchema !== undefined && isSchemaName(model)) return findSchema(client, model, key);
  for (const table of model.tables.values()) {
    if (table.class !== "direct" || table.path === null) continue;
    const { rows } = await client.query<{ found: boolean }>(
      `SELECT EXISTS (SELECT FROM ${quoteQualified(table.schema, table.name)}
                       WHERE concat(${quoteColumns([table.path.column])}) = $1
                         AND ${quoteColumns([table.path.column])} IS NOT NULL) AS found`,
      [key],
    );
    if (rows[0]?.found)
      return { key, slug: null, name: null, domains: await readDomains(client, model, key) };
  }
  return notFound(model.tenant.key, key);
}

/** Nothing but the name of its schema says that a tenant is there. */
export function isSchemaName({ tenant, tenantSchema }: TenancyModel): boolean {
  return tenant.table === null && tenantSchema !== undefined && tenant.key === tenantSchema.written;
}

/**
 * What stands in the pattern's place, schema by schema.
 *
 * @param written `me_{slug}`
 */
export async function tenantsBySchema(client: pg.ClientBase, written: string): Promise<string[]> {
  const [before = "", after = ""] = written.split(/\{(?:slug|key)\}/);
  const { rows } = await client.query<{ key: string }>(
    `SELECT substr(nspname, length($1) + 1, length(nspname) - length($1) - length($2)) AS key FROM pg_catalog.pg_namespace
      WHERE starts_with(nspname, $1) AND right(nspname, length($2)) = $2 AND length(nspname) > length($1) + length($2)
      ORDER BY nspname`,
    [before, after],
  );
  return rows.map(({ key }) => key);
}

async function findSchema(
  client: pg.ClientBase,
  model: TenancyModel,
  key: string,
): Promise<Tenant | Finding> {
  const name = model.tenantSchema!.written.replace(/\{(?:slug|key)\}/, () => key);
  const { rows } = await client.query("SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1", [name]);
  return rows.length === 0 ? notFound(name, key) : { key, slug: key, name: null, domains: [] };
}

async function readDomains(client: pg.ClientBase, model: TenancyModel, key: string): Promise<string[]> {
  const table = model.tenant.domains === null ? undefined : model.tables.get(model.tenant.domains.table);
  if (model.tenant.domains === null || table === undefined) return [];
  const column = quoteColumns([model.tenant.domains.column], "t");
  const { rows } = await client.query<{ domain: string }>(
    `SELECT concat(${column}) AS domain FROM ${quoteQualified(table.schema, table.name)} t
      WHERE num_nonnulls(${column}) = 1 AND ${ownershipPredicate(model, table.id, "t", tenantKeyLiteral(model, key))}
      ORDER BY 1`,
  );
  return rows.map((row) => row.domain);
}

function notFound(where: string, slugOrKey: string): Finding {
  return {
    code: "tenant-not-found",
    severity: "blocks",
    where,
    what: `There is no tenant "${slugOrKey}" in this database.`,
    todo: "Name the tenant by its slug or its key, and check that the connection points at its home database.",
  };
}

function ambiguous(where: string, slug: string): Finding {
  return {
    code: "tenant-ambiguous",
    severity: "blocks",
    where,
    what: `Several tenants of this database have the slug "${slug}".`,
    todo: "Name the tenant by its key.",
  };
}
