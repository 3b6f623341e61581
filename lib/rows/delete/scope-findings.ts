/** What a delete does not reach, or what it cannot take on: facts about the schema alone. Pure. */
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { tenantSchemas } from "../../tenancy/tenant-schema.ts";
import type { Doomed } from "./doomed-tables.ts";

export function scopeFindings(
  whole: Catalog,
  catalog: Catalog,
  model: TenancyModel,
  doomed: readonly Doomed[],
  file: PlatformFile,
): Finding[] {
  return [
    ...doomed.flatMap(({ table }): Finding[] =>
      table.kind === "foreign"
        ? [
            {
              code: "foreign-table-owned",
              severity: "blocks",
              where: table.id,
              what: "Its rows live on another server: no transaction here covers them, and nothing here proves that they are gone.",
              todo: `Declare it \`global\` under \`tables\` and delete its rows where they live.`,
            },
          ]
        : [],
    ),
    ...[...model.tables.values()]
      .filter((table) => table.class === "excluded" && table.path === null && table.whole !== true)
      .map(
        ({ id }): Finding => ({
          code: "excluded-without-path",
          severity: "warns",
          where: id,
          what: `Nothing leads from ${id} to a tenant: what it holds of this one stays.`,
          todo: `Empty it by the application's own means, or say how its rows lead to a tenant under \`tables\`.`,
        }),
      ),
    ...lastSchema(whole, catalog, file),
  ];
}

/** A restore makes the tenant's schema like another tenant's. */
function lastSchema(whole: Catalog, { tenantSchema }: Catalog, file: PlatformFile): Finding[] {
  if (tenantSchema === undefined || tenantSchemas(whole, file).length > 1) return [];
  return [
    {
      code: "last-tenant-schema",
      severity: "blocks",
      where: tenantSchema.name,
      what: "It is the only tenant's schema of this database: a restore could not make another one like it.",
      todo: "Keep a tenant without customers beside it, whose schema the migrations keep up to date.",
    },
  ];
}
