/** Whether the role may hold the rows outside of the tenant that an import points at. Pure. */
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { outsideReferences } from "./outside-rows.ts";

/**
 * Common rows and those that foreign keys point at are locked FOR KEY SHARE, which asks for UPDATE on a column of
 * the table (PostgreSQL documentation, GRANT), though nothing of it is changed.
 */
export function lockRights({ role, tables }: Catalog, model: TenancyModel): Finding[] {
  const name = quoteIdentifier(role.name);
  const outside = outsideReferences(model).map(({ target }) => target.id);
  const common = [...model.tables.values()].filter((table) => table.common !== null).map(({ id }) => id);
  return [...new Set([...common, ...outside])].flatMap((id): Finding[] => {
    const table = tables.get(id);
    if (table === undefined || table.privileges.lock) return [];
    const column = quoteIdentifier(table.keys[0]?.columns[0] ?? table.columns[0]!.name);
    return [
      {
        code: "no-row-lock",
        severity: "blocks",
        where: id,
        what: `The role ${name} may not lock its rows, and whoever imports holds the rows that the tenant points at.`,
        todo: `GRANT UPDATE (${column}) ON ${quoteQualified(table.schema, table.name)} TO ${name}; a column suffices, and nothing is changed.`,
      },
    ];
  });
}
