/** Whether a bundle's tables are the target's: owned, common and shaped alike. */
import type { Manifest, ManifestTable } from "../../bundle/manifest.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { shapeHash } from "../../catalog/shape.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";

interface Sides {
  readonly catalog: Catalog;
  readonly model: TenancyModel;
}

/** Tables of the bundle that the target lacks, has otherwise, or takes for somebody else's. Pure. */
export function sameTables(manifest: Manifest, { catalog, model }: Sides): Finding[] {
  const bundled = new Map(manifest.tables.map((table) => [qualifiedName(table.schema, table.name), table]));
  const findings: Finding[] = [];
  for (const id of model.loadOrder) {
    if (bundled.has(id)) continue;
    findings.push({
      code: "table-not-in-bundle",
      severity: "blocks",
      where: id,
      what: "The tenant's rows of this table are not in the bundle: it was exported under another tenancy model.",
      todo: "Export again with the same platform file.",
    });
  }
  for (const [id, table] of bundled) {
    if (!catalog.tables.has(id)) findings.push(missingTable(id));
    else if (!model.loadOrder.includes(id)) findings.push(notOwned(id));
    else findings.push(...sameShape(id, table, catalog));
  }
  return [...findings, ...sameCommonTables(manifest, { catalog, model })];
}

/** Rows that both sides' platform files call common, and find by the same columns, which the bundle carries. */
function sameCommonTables(manifest: Manifest, { catalog, model }: Sides): Finding[] {
  const bundled = new Set(manifest.reference.map((table) => qualifiedName(table.schema, table.name)));
  const unknown = [...model.tables.values()].filter(({ id, common }) => common !== null && !bundled.has(id));
  return [
    ...unknown.map(({ id }) => commonDiffers(id)),
    ...manifest.reference.flatMap((table) => {
      const id = qualifiedName(table.schema, table.name);
      const common = model.tables.get(id)?.common;
      if (!catalog.tables.has(id)) return [missingTable(id)];
      const carried = table.columns.map((column) => column.name);
      const fits = common?.match.every((name) => carried.includes(name)) ?? false;
      return [...(fits ? [] : [commonDiffers(id)]), ...sameShape(id, table, catalog)];
    }),
  ];
}

function commonDiffers(id: string): Finding {
  return {
    code: "common-differs",
    severity: "blocks",
    where: id,
    what: "The platform file says otherwise than the bundle whether, or by which columns, its rows are found on the other side.",
    todo: "Export again with the same platform file.",
  };
}

function missingTable(id: string): Finding {
  return {
    code: "table-missing",
    severity: "blocks",
    where: id,
    what: "The bundle holds rows of this table, and the database has no such table.",
    todo: "Bring the database to the bundle's schema version, or upgrade the bundle.",
  };
}

function notOwned(id: string): Finding {
  return {
    code: "table-not-owned",
    severity: "blocks",
    where: id,
    what: "The bundle holds rows of this table as the tenant's, and the platform file says that they are not.",
    todo: "Export again with the same platform file.",
  };
}

/** The hash is the bundle's own word: a forged list of columns can stand beside a true one. */
function sameShape(
  id: string,
  bundled: Pick<ManifestTable, "shape" | "columns" | "dropped">,
  catalog: Catalog,
): Finding[] {
  const table = catalog.tables.get(id)!;
  const there = new Map(bundled.columns.map((column) => [column.name, column.type]));
  const dropped = bundled.dropped.map((column) => column.name);
  const missing = [...there.keys()].filter((name) => !table.columns.some((column) => column.name === name));
  const added = table.columns
    .map((column) => column.name)
    .filter((name) => !there.has(name) && !dropped.includes(name));
  if (shapeHash(table) === bundled.shape && missing.length + added.length === 0) return [];
  const changed = table.columns
    .map(({ name, type, writtenType }) => ({ name, type: writtenType ?? type }))
    .filter(({ name, type }) => there.has(name) && there.get(name) !== type);
  const details = [
    ...(missing.length > 0 ? [`only in the bundle: ${missing.join(", ")}`] : []),
    ...(added.length > 0 ? [`only in the database: ${added.join(", ")}`] : []),
    ...changed.map(({ name, type }) => `${name} is ${there.get(name)} in the bundle and ${type} here`),
  ];
  return [
    {
      code: "shape-differs",
      severity: "blocks",
      where: id,
      what: `Its columns are not those that the bundle was made with (${details.join("; ") || "nullability, collation, identity, a default's generation or a type's own definition differs"}).`,
      todo: "Bring the database to the bundle's schema version, or upgrade the bundle; rows are never made to fit.",
    },
  ];
}
