/** The tenant that an operation is about, as its platform's database has it now. */
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { findTenant, type Tenant } from "../../rows/tenant.ts";
import type { TenancyModel } from "../../tenancy/model.ts";

/** By its key alone: another tenant's slug that reads like it is not meant. */
export async function tenantByKey(
  client: pg.ClientBase,
  model: TenancyModel,
  key: string,
): Promise<Tenant | Finding> {
  const found = await findTenant(client, model, key);
  if ("code" in found || found.key === key) return found;
  return {
    code: "tenant-not-found",
    severity: "blocks",
    where: model.tenant.table ?? model.tenant.key,
    what: "There is no tenant with this key in this database.",
    todo: "Look at the list of tenants: it may have been moved or deleted since.",
  };
}

/** What the platform's own state column says, as text; null where there is none, or no such tenant. */
export async function readState(
  client: pg.ClientBase,
  { tenant, tables }: TenancyModel,
  key: string,
): Promise<string | null> {
  const root = tenant.table === null ? undefined : tables.get(tenant.table);
  if (root === undefined || tenant.state === null) return null;
  const { rows } = await client.query<{ state: string | null }>(
    `SELECT ${quoteIdentifier(tenant.state.column)}::text AS state FROM ${quoteQualified(root.schema, root.name)}
      WHERE concat(${quoteIdentifier(tenant.key)}) = $1`,
    [key],
  );
  return rows[0]?.state ?? null;
}

/** As people call it: "Saltmarsh Logistics (saltmarsh)". */
export function called({
  key,
  slug,
  name,
}: {
  key: string | null;
  slug: string | null;
  name: string | null;
}): string {
  const short = slug ?? key ?? "a tenant";
  return name === null || name === short ? short : `${name} (${short})`;
}
