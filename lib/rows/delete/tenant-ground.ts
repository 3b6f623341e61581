/** The ground of a delete that has begun: the tenant's own row may be gone already, and its record says who it was. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { readCatalog } from "../../catalog/read.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { Reference, TenancyModel } from "../../tenancy/model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import {
  schemaNameOf,
  schemaPattern,
  tenantSchemas,
  viewOfFirst,
  viewOfTenant,
} from "../../tenancy/tenant-schema.ts";
import type { Tenant } from "../tenant.ts";
import { tenantView } from "../tenant-view.ts";
import { type Erasure, readErasure } from "./erasure.ts";
import type { DeleteRequest } from "./request.ts";

export interface TenantGround {
  readonly whole: Catalog;
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly tenant: Tenant;
  /** Of a delete that has begun. */
  readonly erasure: Erasure | null;
}

/** @throws Refusal where the model blocks, or the tenant is neither there nor being deleted */
export async function tenantGround(client: pg.ClientBase, request: DeleteRequest): Promise<TenantGround> {
  const { platform, tenantKey } = request;
  const whole = await readCatalog(client);
  const first = deriveModel(whole, platform);
  if (blocks(first.findings)) throw new Refusal(first.findings);
  const erasure = await readErasure(client, tenantKey);
  if (erasure !== null) {
    const tenant: Tenant = { key: tenantKey, slug: erasure.slug, name: null, domains: [] };
    const pattern = schemaPattern(platform);
    const schema = pattern === null ? null : schemaNameOf(pattern, tenant);
    const isThere = schema === null || tenantSchemas(whole, platform).includes(schema);
    if (!isThere) return { whole, ...withoutSchemas(whole, platform), tenant, erasure };
    const catalog = schema === null ? whole : viewOfTenant(whole, platform, schema);
    return {
      whole,
      catalog,
      model: schema === null ? first : deriveModel(catalog, platform),
      tenant,
      erasure,
    };
  }
  const { catalog, model, tenant } = await tenantView(client, whole, platform, tenantKey, first);
  if ("code" in tenant) throw new Refusal(tenant);
  if (tenant.key !== tenantKey) throw new Refusal(otherTenant(model));
  return { whole, catalog, model, tenant, erasure };
}

/** The tenant's schema is gone: what is left to look at are the common tables, by the names that any tenant sees. */
function withoutSchemas(whole: Catalog, platform: PlatformFile): Pick<TenantGround, "catalog" | "model"> {
  const { tenantSchema, ...view } = viewOfFirst(whole, platform);
  const model = deriveModel({ ...view, ...(tenantSchema === undefined ? {} : { tenantSchema }) }, platform);
  const tables = new Map([...view.tables].filter(([, { schema }]) => schema !== tenantSchema?.name));
  const isLeft = (id: string) => tables.has(id);
  const bothLeft = ({ from, to }: Reference) => isLeft(from.table) && isLeft(to.table);
  return {
    catalog: { ...view, tables },
    model: {
      ...model,
      tables: new Map([...model.tables].filter(([id]) => isLeft(id))),
      loadOrder: model.loadOrder.filter(isLeft),
      cycles: model.cycles.filter((cycle) => cycle.every(isLeft)),
      references: model.references.filter(bothLeft),
      sharedReferences: model.sharedReferences.filter(bothLeft),
    },
  };
}

function otherTenant(model: TenancyModel): Finding {
  return {
    code: "tenant-not-found",
    severity: "blocks",
    where: model.tenant.table ?? model.tenant.key,
    what: "There is no tenant with this key in this database.",
    todo: "Look at the list of tenants: it may have been moved or deleted since.",
  };
}
