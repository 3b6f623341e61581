/** Whether common rows can be made of the columns that the platform file allows. Pure. */
import type { ManifestReferenceTable } from "../../bundle/manifest.ts";
import type { Catalog, Column, ForeignKey } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedColumn } from "../../postgres/identifiers.ts";
import { isUuid } from "../../tenancy/column-types.ts";
import type { TenancyModel } from "../../tenancy/model.ts";

/** The columns of a created row: the natural key and those that the platform file adds. */
export function rowColumns({ match, create }: Pick<ManifestReferenceTable, "match" | "create">): string[] {
  return [...new Set([...match, ...create])];
}

/** Why no row of these columns alone can be made here. Pure. */
export function creationProblems(
  catalog: Catalog,
  model: TenancyModel,
  tableId: string,
  columns: readonly string[],
): Finding[] {
  const table = catalog.tables.get(tableId)!;
  const lacking = table.columns.filter((column) => !columns.includes(column.name) && mustBeGiven(column));
  const foreign = table.foreignKeys.flatMap((key) =>
    key.columns.filter((name, at) => columns.includes(name) && isForeignId(catalog, model, key, at)),
  );
  return [
    ...(lacking.length === 0 ? [] : [columnsLacking(tableId, lacking)]),
    ...[...new Set(foreign)].map((name) => idInCreate(qualifiedColumn(tableId, name))),
  ];
}

function mustBeGiven({ nullable, default: value, identity, generated }: Column): boolean {
  return !nullable && value === null && identity === null && generated === null;
}

/** An id that another database made: there it names another row. A natural key says the same everywhere. */
function isForeignId(catalog: Catalog, model: TenancyModel, key: ForeignKey, at: number): boolean {
  const target = model.tables.get(key.table);
  const name = key.targetColumns[at]!;
  if (target?.class !== "global") return true;
  if (target.common !== null) return !target.common.match.includes(name);
  const column = catalog.tables.get(key.table)!.columns.find((candidate) => candidate.name === name)!;
  return isUuid(column.baseType) || column.sequence !== null;
}

function columnsLacking(where: string, columns: readonly Column[]): Finding {
  const names = columns.map(({ name }) => name).join(", ");
  return {
    code: "common-rows-not-creatable",
    severity: "blocks",
    where,
    count: columns.length,
    what: `Rows are missing here and none can be created without ${names}, which takes no NULL and has no default.`,
    todo: `Add ${names} to create in the platform file and export again, or add the missing rows here first.`,
  };
}

function idInCreate(where: string): Finding {
  return {
    code: "common-rows-not-creatable",
    severity: "blocks",
    where,
    what: "Created rows would have the other database's id in this column, which may be another row's here.",
    todo: "Leave the column out of create and match, or match the table that it points at by this column.",
  };
}
