/** The common rows of an import inside its transaction: found and locked, or created. */
import type pg from "pg";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import type { Remap } from "../remap/remap.ts";
import type { RunContext } from "../run-context.ts";
import { missingFindings, resolveCommonRows } from "./common-rows.ts";
import { createCommonRows } from "./create-common-rows.ts";
import type { ImportPlan } from "./plan-import.ts";

export interface SettledCommonRows {
  /** Old id → id here, by id source. */
  readonly ids: Remap["common"];
  /** Rows inserted, by table. */
  readonly created: ReadonlyMap<string, number>;
}

/** @throws Refusal where a row is missing and may not be created, or is not the only one of its natural key */
export async function settleCommonRows(
  client: pg.ClientBase,
  { target: { catalog, model }, common }: Pick<ImportPlan, "target" | "common">,
  context: RunContext,
): Promise<SettledCommonRows> {
  const created = new Map<string, number>();
  let resolved = await resolveCommonRows(client, catalog, model, common, true);
  refuse([...resolved.findings, ...missingFindings(catalog, model, resolved)]);
  if (resolved.missing.length > 0) {
    for (const { table, rows } of resolved.missing) {
      const count = await context.sideEffect("create common rows", () =>
        createCommonRows(client, catalog, table.manifest, rows, context.signal),
      );
      created.set(qualifiedName(table.manifest.schema, table.manifest.name), count);
    }
    // What was created is looked up like what was there: a trigger may have made two, or none.
    resolved = await resolveCommonRows(client, catalog, model, common, true);
    refuse([...resolved.findings, ...missingFindings(catalog, model, resolved).map(notCreated)]);
  }
  const ids = [...resolved.ids].map(([source, found]) => [source, Object.fromEntries(found)] as const);
  return { ids: Object.fromEntries(ids), created };
}

function refuse(problems: readonly Finding[]): void {
  if (blocks(problems)) throw new Refusal(problems);
}

/** Inserted, and not there: a trigger or a rule has taken it away, or a row with another unique value was first. */
function notCreated(finding: Finding): Finding {
  return {
    ...finding,
    code: "common-rows-missing",
    severity: "blocks",
    what: `${finding.count} common rows could not be created: another unique value of theirs is taken, or a trigger or rule keeps them out.`,
    todo: "Add them here first, and run the same command again.",
  };
}
