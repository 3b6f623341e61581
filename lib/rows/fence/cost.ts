/** What a fence costs everybody else while it stands. Pure. */
import type { ModelTable, TenancyModel } from "../../tenancy/model.ts";

/** Whether a row says by itself whose it is, so that a trigger's WHEN can tell: it may not look into another table. */
export function carriesKey({
  whole,
  anyPath,
  path,
}: Pick<ModelTable, "whole" | "anyPath" | "path">): boolean {
  return whole === true || (!anyPath && path?.hops.length === 0);
}

/** Of the speed of single-row updates on a table without the key, as `npm run bench -- --only delete` measures it. */
const TAKES = "about a tenth";

/** One sentence of a plan, with the tables whose written rows are looked up, everybody's. */
export function fenceCost(model: TenancyModel): string {
  const looked = model.loadOrder.filter((id) => !carriesKey(model.tables.get(id)!));
  if (looked.length === 0)
    return "every table carries the tenant's key, so that others' writes cost no look-up";
  const named = looked.slice(0, 3).join(", ");
  const more = looked.length > 3 ? ` and ${looked.length - 3} more` : "";
  return `others' rows written to ${looked.length} tables without the tenant's key are looked up meanwhile, which takes ${TAKES} of the speed of single-row updates there: ${named}${more}`;
}
