/** Going on with a delete after the schema has changed beside it, and people have looked at the plan again. */
import { type Finding, Refusal } from "../../findings/finding.ts";
import type { Erasure } from "./erasure.ts";
import { ownTransaction, type Writer } from "./own-transaction.ts";
import type { DeletePlan } from "./plan.ts";

/**
 * The schema has changed since rows were recorded, and people have looked at the plan again: what is recorded must still
 * be found, and nothing may have come that is not.
 */
export async function goOnUnder(
  writer: Writer,
  shape: string,
  plan: DeletePlan,
  erasure: Erasure,
): Promise<void> {
  const { client, tenantKey, catalog } = writer;
  const isKnown = (name: string) => erasure.tables.some(({ table }) => table === name);
  const unfit = [
    ...erasure.tables.filter(({ table, columns, recorded, deleted }) => {
      const there = catalog.tables.get(table)?.columns ?? [];
      return deleted < recorded && !columns.every((name) => there.some((column) => column.name === name));
    }),
    ...plan.tables.filter(({ table, rows }) => rows > 0 && !isKnown(table)),
  ];
  if (unfit[0] !== undefined) throw new Refusal(schemaChanged(unfit[0].table));
  await ownTransaction(writer, async () => {
    await client.query("UPDATE tenantry.erasure SET shape = $2 WHERE tenant = $1", [tenantKey, shape]);
    return { value: undefined, expected: new Map() };
  });
}

export function schemaChanged(where: string): Finding {
  return {
    code: "schema-changed",
    severity: "blocks",
    where,
    what: "Tables, foreign keys or triggers that the delete rests on have changed since its rows were recorded.",
    todo: "What is deleted stays deleted and is in the bundle. Plan again with the schema as it is now, or restore the missing rows.",
  };
}
