/** Where each tenant has a schema of its own: which of them a drill's server does without. Pure. */
import type { Manifest } from "../../bundle/manifest.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { Refusal } from "../../findings/finding.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { schemaNameOf, schemaPattern, tenantSchemas } from "../../tenancy/tenant-schema.ts";

/**
 * The tenant's own, which the import makes, and all others but one, whose shape it takes. Empty where rows lie in
 * common tables.
 *
 * @throws Refusal where the tenant is the only one
 */
export function otherTenantsSchemas(
  catalog: Catalog,
  platform: PlatformFile,
  { tenant }: Pick<Manifest, "tenant">,
): ReadonlySet<string> {
  const pattern = schemaPattern(platform);
  if (pattern === null) return new Set();
  const own = schemaNameOf(pattern, tenant);
  const [kept, ...others] = tenantSchemas(catalog, platform).filter((name) => name !== own);
  if (kept !== undefined) return new Set([...(own === null ? [] : [own]), ...others]);
  throw new Refusal({
    code: "no-other-tenant",
    severity: "blocks",
    where: catalog.database.name,
    what: "No other tenant has a schema here whose shape the restored one could take.",
    todo: "Drill against a database of the platform that holds another tenant.",
  });
}
