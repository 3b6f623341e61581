/** A tenancy model in words and in JSON. Pure. */
import type { ModelTable, OwnershipPath, TableClass, TenancyModel } from "../../../lib/tenancy/model.ts";
import type { ModelReading } from "../../cli/read-model.ts";

const CLASSES: readonly TableClass[] = ["root", "direct", "via", "global", "excluded"];

/** The tables by class, the root first, and by name within a class. */
export function byClass(model: TenancyModel): ModelTable[] {
  return [...model.tables.values()].sort(
    (a, b) => CLASSES.indexOf(a.class) - CLASSES.indexOf(b.class) || a.id.localeCompare(b.id, "en"),
  );
}

/** How many tables each class has, those with any. */
export function classCounts(model: TenancyModel): [TableClass, number][] {
  const tables = [...model.tables.values()];
  return CLASSES.map((each): [TableClass, number] => [
    each,
    tables.filter((table) => table.class === each).length,
  ]).filter(([, count]) => count > 0);
}

/** The class, and that some of the rows belong to everyone. */
export function classOf({ class: tableClass, common, sharedNull }: ModelTable): string {
  const remarks = [...(sharedNull ? ["shared rows"] : []), ...(common !== null ? ["common"] : [])];
  return remarks.length === 0 ? tableClass : `${tableClass}, ${remarks.join(", ")}`;
}

/** `shipment_id → public.shipments, project_id → public.projects, organization_id`. */
export function pathOf({ path, otherPaths, common, class: tableClass }: ModelTable): string {
  if (tableClass === "global") return common === null ? "" : `found by ${common.match.join(", ")}`;
  if (path === null) return "";
  const others = otherPaths.length === 0 ? "" : ` (and ${otherPaths.length} more)`;
  return `${wayOf(path)}${others}`;
}

function wayOf({ hops, column }: OwnershipPath): string {
  const steps = hops.map((hop) => `${hop.columns.join(", ")} → ${hop.table}`);
  return [...steps, column].join(", ");
}

export function referenceCounts({ references }: TenancyModel): { declared: number; virtual: number } {
  const declared = references.filter((reference) => reference.foreignKey !== null).length;
  return { declared, virtual: references.length - declared };
}

/** The model as a plain value: tables as a list in the order of `byClass`. */
export function modelJson({ model, database, schemaVersion, ledger }: ModelReading): object {
  const { findings: _, tables: __, ...rest } = model;
  return { ...rest, database, schema: { ledger, version: schemaVersion }, tables: byClass(model) };
}
