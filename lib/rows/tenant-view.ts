/** The catalog and the model as one tenant has them: the seam for whatever works on one tenant's rows. */
import type pg from "pg";
import type { Catalog } from "../catalog/catalog.ts";
import { blocks, type Finding } from "../findings/finding.ts";
import { deriveModel } from "../tenancy/derive-model.ts";
import type { TenancyModel } from "../tenancy/model.ts";
import type { PlatformFile } from "../tenancy/platform-file.ts";
import {
  schemaNameOf,
  schemaPattern,
  tenantSchemas,
  viewOfFirst,
  viewOfTenant,
} from "../tenancy/tenant-schema.ts";
import { findTenant, type Tenant } from "./tenant.ts";

export interface TenantView {
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly tenant: Tenant | Finding;
}

/**
 * Where rows lie in common tables the view is the whole catalog. Where each tenant has a schema of its own, the tenant
 * is found first, and then its schema; one whose schema is not there is a finding, beside the first tenant's view. A
 * model that blocks is given as it is, without looking for anybody.
 *
 * @param slugOrKey what people call the tenant
 * @param model the whole catalog's, where the caller has it already
 */
export async function tenantView(
  client: pg.ClientBase,
  whole: Catalog,
  file: PlatformFile,
  slugOrKey: string,
  model: TenancyModel = deriveModel(whole, file),
): Promise<TenantView> {
  const catalog = viewOfFirst(whole, file);
  if (blocks(model.findings)) return { catalog, model, tenant: notLookedFor(model) };
  const tenant = await findTenant(client, model, slugOrKey);
  const pattern = schemaPattern(file);
  if (pattern === null || "code" in tenant) return { catalog, model, tenant };
  const name = schemaNameOf(pattern, tenant);
  if (name === null || !tenantSchemas(whole, file).includes(name))
    return { catalog, model, tenant: schemaMissing(name ?? pattern.written, tenant) };
  const view = viewOfTenant(whole, file, name);
  return { catalog: view, model: { ...deriveModel(view, file), findings: model.findings }, tenant };
}

function notLookedFor(model: TenancyModel): Finding {
  return model.findings.find(({ severity }) => severity === "blocks")!;
}

function schemaMissing(name: string, { slug, key }: Tenant): Finding {
  return {
    code: "tenant-schema-missing",
    severity: "blocks",
    where: name,
    what: `The tenant "${slug ?? key}" has no schema ${name} in this database, or no table in it.`,
    todo: "Check `schema` in the platform file against what tenants' schemas are called.",
  };
}
