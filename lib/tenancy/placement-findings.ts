/** What is to be said of a platform that gives each tenant a schema of its own. Pure. */
import type { Catalog } from "../catalog/catalog.ts";
import { shapeHash } from "../catalog/shape.ts";
import type { Finding } from "../findings/finding.ts";
import type { PlatformFile } from "./platform-file-schema.ts";
import { schemaPattern, tenantSchemas, viewOfTable } from "./tenant-schema.ts";

/** Whether the file says how a tenant's schema is called, and the database has one. */
export function placementFindings(catalog: Catalog, file: PlatformFile): Finding[] {
  if (file.placement === "shared") return [];
  const pattern = schemaPattern(file);
  if (pattern === null) {
    return [
      {
        code: "schema-pattern-missing",
        severity: "blocks",
        where: "schema",
        what: "The platform gives each tenant a schema of its own, and the file does not say how it is called.",
        todo: 'Add `schema: "app_{slug}"`, with {slug} or {key} once in it.',
      },
    ];
  }
  if (pattern.by === "slug" && file.tenant.table !== undefined && file.tenant.slug === undefined) {
    return [
      {
        code: "schema-pattern-slug",
        severity: "blocks",
        where: "schema",
        what: `Schemas are called ${pattern.written}, and the file names no slug column of ${file.tenant.table}.`,
        todo: "Add `slug: …` under `tenant`, or write {key} in the pattern.",
      },
    ];
  }
  if (catalog.tenantSchema !== undefined || tenantSchemas(catalog, file).length > 0) return [];
  return [
    {
      code: "no-tenant-schema",
      severity: "blocks",
      where: pattern.written,
      what: `No schema of this database is called like ${pattern.written}: there is no tenant whose tables could be read, and none to take the shape of a new one from.`,
      todo: "Let the application create a tenant here first, then try again.",
    },
  ];
}

/** Tenants whose tables are not shaped as those of the view: a migration that reached some and not others. */
export function otherSchemas(whole: Catalog, file: PlatformFile, view: Catalog): Finding[] {
  const written = view.tenantSchema!.written;
  const bySchema = Map.groupBy(
    [...whole.tables.values()].filter(({ kind }) => kind !== "partition"),
    ({ schema }) => schema,
  );
  const shapes = (name: string) =>
    new Map(
      (bySchema.get(name) ?? [])
        .map((table) => viewOfTable(table, { written, name }))
        .map((table) => [table.id, shapeHash(table)]),
    );
  const first = shapes(view.tenantSchema!.name);
  return tenantSchemas(whole, file)
    .filter((name) => name !== view.tenantSchema!.name)
    .flatMap((name): Finding[] => {
      const other = shapes(name);
      const differing = [...new Set([...first.keys(), ...other.keys()])].filter(
        (id) => first.get(id) !== other.get(id),
      );
      if (differing.length === 0) return [];
      return [
        {
          code: "tenant-schema-differs",
          severity: "warns",
          where: name,
          count: differing.length,
          what: `${differing.join(", ")}: in ${name} they are not shaped as in ${view.tenantSchema!.name}.`,
          todo: "Bring all tenants' schemas to one version; an export or import of one looks at its own schema only.",
        },
      ];
    });
}
