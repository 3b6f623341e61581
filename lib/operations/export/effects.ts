/** What an export does: it reads the tenant's tables and writes one file. Pure. */
import type { Effect } from "../../engine/plan.ts";
import type { TenancyModel } from "../../tenancy/model.ts";

/** A living tenant's rows are estimated beside the plan, not counted here. */
export function exportEffects(
  model: TenancyModel,
  { store, database }: { readonly store: string; readonly database: string },
): Effect[] {
  const common = [...model.tables.values()].filter((table) => table.common !== null).map(({ id }) => id);
  const read = (object: string): Effect => ({
    verb: "read",
    object,
    place: database,
    rows: null,
    bytes: null,
    reversibility: "reversible",
  });
  return [
    { verb: "write", object: "bundle", place: store, rows: null, bytes: null, reversibility: "compensating" },
    ...model.loadOrder.map(read),
    ...common.filter((id) => !model.loadOrder.includes(id)).map(read),
  ];
}
