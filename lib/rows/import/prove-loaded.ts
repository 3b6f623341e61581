/** What an import must prove inside its transaction, after the last row. */
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import {
  countsSince,
  readTransactionCounts,
  type TransactionCounts,
  type WriteCounts,
} from "../../postgres/transaction-counts.ts";
import { deferrableKeysHold } from "../proof/deferrable-keys.ts";
import { ownWrites } from "../proof/own-writes.ts";
import { planForLoadedRows } from "../proof/planning.ts";
import { digestAndReferences } from "../proof/references-hold.ts";
import { residentsIntact } from "../proof/residents-intact.ts";
import type { RunContext } from "../run-context.ts";
import type { LoadedTable } from "./load.ts";
import type { Target } from "./preflight.ts";

/** Before COMMIT: the tenant equals the bundle, every reference holds, nobody else's row was touched. */
export async function proveLoaded(
  client: pg.ClientBase,
  { catalog, model }: Pick<Target, "catalog" | "model">,
  loaded: readonly LoadedTable[],
  baseline: TransactionCounts,
  expected: ReadonlyMap<string, WriteCounts>,
  tenantKeySql: string,
  context: RunContext,
): Promise<Finding[]> {
  const totalRows = loaded.reduce((total, { digest }) => total + digest.rows, 0);
  const findings: Finding[] = [];
  // Of what has rows of everybody's too, many are pointed at that were there before.
  const own = loaded.filter(({ table }) => model.tables.get(table)!.common === null);
  const writes = await ownWrites(
    client,
    catalog,
    own.map(({ table }) => table),
  );
  let rows = 0;
  for (const { table, columns, digest } of loaded) {
    context.signal.throwIfAborted();
    await planForLoadedRows(client, catalog, model, table, digest.rows);
    const checked = await digestAndReferences(client, catalog, model, table, columns, tenantKeySql, writes);
    const found = checked.digest;
    if (found.rows !== digest.rows || found.sums.some((sum, index) => sum !== digest.sums[index]))
      findings.push(tableDiffers(table, digest.rows, found.rows, model.triggers));
    findings.push(...checked.findings);
    if (model.triggers === "off")
      findings.push(...(await deferrableKeysHold(client, catalog, model, table, tenantKeySql)));
    rows += digest.rows;
    context.progress({ phase: "checking", table, rows, bytes: 0, totalRows });
  }
  const written = countsSince(baseline, await readTransactionCounts(client));
  return [...findings, ...residentsIntact(catalog, written, expected)];
}

function tableDiffers(table: string, sent: number, found: number, triggers: "on" | "off"): Finding {
  const rewritten = triggers === "on" && sent === found;
  return {
    code: rewritten ? "rows-rewritten" : "rows-differ",
    severity: rewritten ? "warns" : "blocks",
    where: table,
    count: found,
    what: rewritten
      ? "The rows that are there are not exactly those that were sent: a trigger of the platform rewrote some."
      : `${sent} rows were sent and ${found} are the tenant's here${sent === found ? ", with other values" : ""}.`,
    todo: rewritten
      ? "Set triggers: off in the platform file where this is not meant."
      : "Nothing was changed. A trigger, a rule or the tenancy model's path for this table is the first place to look.",
  };
}
