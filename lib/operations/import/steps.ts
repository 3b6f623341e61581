/** Loads the tenant in one transaction that is proved before it commits, and lists it as suspended. */

import type { StepContext } from "../../engine/contexts.ts";
import type { OperationStep } from "../../engine/operation.ts";
import { Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import { type ImportResult, importTenant } from "../../rows/import/import-tenant.ts";
import { type Journal, type JournalStore, parseJournal } from "../../rows/import/journal.ts";
import { nameTenant, refreshTenant } from "../census/list-tenant.ts";
import { orUnknown, outcomeOf } from "../shared/committed.ts";
import { breathing } from "../shared/run-context.ts";
import { called } from "../shared/tenant.ts";
import { findBundle, withBundle } from "./bundle.ts";
import { importInput } from "./input.ts";
import { importRequest } from "./request.ts";

const load: OperationStep = {
  name: "load",
  title: "Load the rows in one transaction and prove them",
  reversibility: "compensating",
  async run(context) {
    const input = importInput.parse(context.input);
    const bundle = await findBundle(context, input.bundleId);
    const kept = journalIn(context);
    let imported: ImportResult;
    try {
      imported = await withBundle(context, bundle, async (source) => {
        const request = await importRequest(context, input, source, {
          url: context.runnerUrl,
          journal: () => kept,
        });
        return breathing(
          context,
          () => true,
          (run) => importTenant(request, run),
        );
      });
    } catch (error) {
      throw orUnknown(error, context);
    }
    await context.find(imported.findings);
    await context.effect("list tenant", () => listTenant(context, imported));
    await context.result({
      changed: whatChanged(context, imported),
      next: [
        "The tenant is suspended: look at it, set its secrets again where findings say so, then resume it.",
      ],
      links: { tenant: imported.tenant.key, bundle: bundle.id },
    });
  },
  async undo(context) {
    const journal = parseJournal(context.checkpoint);
    if (journal?.transaction == null) return;
    if ((await outcomeOf(context, journal.transaction)) === "aborted") return;
    throw new Refusal({
      code: "import-took-effect",
      severity: "warns",
      where: context.database.name,
      what: "The import had committed before it could be stopped: the tenant is there, and suspended.",
      todo: "Delete the tenant if it is not wanted.",
    });
  },
  async reconcile(context) {
    const journal = parseJournal(context.checkpoint);
    if (journal?.transaction == null) return "not done";
    const outcome = await outcomeOf(context, journal.transaction);
    if (outcome === "committed") return "done";
    return outcome === "aborted" ? "not done" : "unknown";
  },
};

/** The journal lies in the step's checkpoint: whoever takes over the run finds it there. */
function journalIn(context: StepContext): JournalStore {
  let current: Journal | null = parseJournal(context.checkpoint);
  return {
    where: `operation ${context.operationId}`,
    read: async () => current,
    async write(journal) {
      await context.save(journal);
      current = journal;
    },
  };
}

async function listTenant(context: StepContext, { plan, tenant }: ImportResult): Promise<void> {
  const client = await connect(context.runnerUrl, { applicationName: "tenantry run", readOnly: true });
  try {
    await pinSession(client);
    await refreshTenant(context.records, client, context, plan.target.model, tenant.key);
    await nameTenant(context.records, context.operationId, tenant.key);
  } finally {
    await client.end();
  }
}

function whatChanged(
  { database, plan }: StepContext,
  { plan: planned, tables, outcome }: ImportResult,
): string[] {
  const totals = planned.scan?.seal.totals.rows ?? 0;
  const filled = tables.filter(({ rows }) => rows > 0).length;
  const where = outcome === "imported" ? ` in ${filled} tables` : "";
  return [
    `${called(plan.tenant)} is in ${database.name} with ${totals.toLocaleString("en")} rows${where}, suspended.`,
    "Proved before the commit: each table's rows equal the bundle's by count and digest.",
    "Proved before the commit: every reference of the tenant's rows leads to a row that is there.",
    "Proved before the commit: no row of another tenant was inserted, updated or deleted.",
  ];
}

export const IMPORT_STEPS: readonly OperationStep[] = [load];
