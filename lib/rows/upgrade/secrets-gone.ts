/** Secrets that a bundle left out and that migrations have made something else of since. Pure. */
import type { Manifest } from "../../bundle/manifest.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedColumn, qualifiedName } from "../../postgres/identifiers.ts";

/** A key that is kept as its hash from a later version on: no bundle has the key, so the hash is of nothing. */
export function secretsGone({ tables, reference }: Manifest, catalog: Catalog): Finding[] {
  return [...tables, ...reference].flatMap((bundled) => {
    const id = qualifiedName(bundled.schema, bundled.name);
    const columns = catalog.tables.get(id)?.columns;
    return bundled.dropped
      .filter(({ reason, name }) => reason === "secret" && !columns?.some((column) => column.name === name))
      .map(
        ({ name }): Finding => ({
          code: "secret-went-on",
          severity: "warns",
          where: qualifiedColumn(id, name),
          what: "The bundle left this secret out, and the column is gone since: what a migration has made of it, in whatever other column, is made of a stand-in.",
          todo: "Set anew what came of it, in the application, when the tenant has been imported.",
        }),
      );
  });
}
