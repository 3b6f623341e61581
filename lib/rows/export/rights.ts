/** Whether the role in use can see every row of the tenant. Pure. */
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { isReadable } from "../readable.ts";

/** A policy that hides rows would make an export short in silence; a missing GRANT stops it half-way. */
export function exportRights(catalog: Catalog, model: TenancyModel): Finding[] {
  const role = quoteIdentifier(catalog.role.name);
  return [...model.tables.values()]
    .filter((table) => model.loadOrder.includes(table.id) || table.common !== null)
    .flatMap((modelTable): Finding[] => {
      const table = catalog.tables.get(modelTable.id)!;
      const name = quoteQualified(table.schema, table.name);
      if (!table.privileges.select)
        return [
          {
            code: "no-select",
            severity: "blocks",
            where: table.id,
            what: `The role ${role} may not read it.`,
            todo: `GRANT SELECT ON ${name} TO ${role};`,
          },
        ];
      if (!isReadable(catalog, table))
        return [
          {
            code: "row-security-applies",
            severity: "blocks",
            where: table.id,
            what: `Row-level security applies to the role ${role}, so rows could be hidden from it.`,
            todo: `ALTER ROLE ${role} BYPASSRLS;`,
          },
        ];
      return [];
    });
}
