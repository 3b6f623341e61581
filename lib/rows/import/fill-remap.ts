/** Fills an import's remap: draws integers, makes the new tenant's key. */
import type pg from "pg";
import { qualifiedColumn } from "../../postgres/identifiers.ts";
import { isDrawn, type Remap } from "../remap/remap.ts";
import { sourceMap, storeIntegers } from "../remap/source-maps.ts";
import type { RunContext } from "../run-context.ts";
import type { LoadPlan } from "./load-plan.ts";
import type { ImportRequest } from "./request.ts";
import { drawIds } from "./sequences.ts";
import { chosenKey, newTenantKey } from "./substitutions.ts";

export async function fillRemap(
  client: pg.ClientBase,
  request: ImportRequest,
  plan: Pick<LoadPlan, "remap" | "target" | "manifest" | "integers">,
  remap: Remap,
  context: RunContext,
): Promise<Remap> {
  const integers: Remap["integers"] = {};
  for (const source of plan.remap.sources.values()) {
    if (!isDrawn(source)) continue;
    const old = plan.integers.get(source.name) ?? new Float64Array();
    const { sequence } = source.fresh;
    const map = await context.sideEffect(`draw ids ${source.name}`, () => drawIds(client, sequence, old));
    integers[source.name] = storeIntegers(map);
  }
  const filled = { ...remap, integers };
  return { ...filled, tenant: { ...filled.tenant, newKey: newKey(request, plan, filled) } };
}

function newKey(
  request: ImportRequest,
  { remap: plan, target, manifest }: Pick<LoadPlan, "remap" | "target" | "manifest">,
  remap: Remap,
): string {
  const { model } = target;
  if (request.ids === "kept") return manifest.tenant.key;
  if (chosenKey(model)) return newTenantKey(request, model)!;
  const source = qualifiedColumn(model.tenant.table!, model.tenant.key);
  return sourceMap(plan.sources.get(source)!, remap).map(Buffer.from(manifest.tenant.key))!.toString("utf8");
}
