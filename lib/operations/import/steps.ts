/** Loads the tenant in one transaction that is proved before it commits, and lists it as suspended. */

import type pg from "pg";
import { readCatalog } from "../../catalog/read.ts";
import type { StepContext } from "../../engine/contexts.ts";
import { OutcomeUnknown } from "../../engine/interrupts.ts";
import type { OperationStep } from "../../engine/operation.ts";
import type { Finding } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import type { TransactionOutcome } from "../../postgres/transaction-outcome.ts";
import { type ImportResult, importTenant } from "../../rows/import/import-tenant.ts";
import { type JournalStore, parseJournal } from "../../rows/import/journal.ts";
import { findTenant } from "../../rows/tenant.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { nameTenant, refreshTenant } from "../census/list-tenant.ts";
import { findBundle, withBundle } from "../shared/bundle.ts";
import { orUnknown, outcomeOf, whileLocked } from "../shared/committed.ts";
import { breathing, isCommit } from "../shared/run-context.ts";
import { called } from "../shared/tenant.ts";
import { importInput } from "./input.ts";
import { importRequest } from "./request.ts";

const load: OperationStep = {
  name: "load",
  title: "Load the rows in one transaction and prove them",
  reversibility: "irreversible",
  async run(context) {
    const input = importInput.parse(context.input);
    const bundle = await findBundle(context, input.bundleId);
    // A worker that was lost may have sent its COMMIT: nothing is begun before that is decided.
    if ((await earlierOutcome(context)) === "unknown") throw new OutcomeUnknown(forgotten(context));
    const kept = journalIn(context);
    let imported: ImportResult;
    try {
      imported = await whileLocked(context, () =>
        withBundle(context, bundle, async (source) => {
          const request = await importRequest(context, input, source, {
            url: context.runnerUrl,
            sha256: bundle.sha256,
            journal: () => kept,
          });
          return breathing(context, isCommit, (run) => importTenant(request, run));
        }),
      );
    } catch (error) {
      throw orUnknown(error, context);
    }
    await context.find(imported.findings);
    await finish(context);
  },
  async reconcile(context) {
    switch (await earlierOutcome(context)) {
      case "committed":
        await finish(context);
        return "done";
      case "aborted":
        return "not done";
      default:
        return "unknown";
    }
  },
};

/** What became of the transaction that the journal names; `aborted` where there was none. */
async function earlierOutcome(context: StepContext): Promise<TransactionOutcome> {
  const journal = parseJournal(context.checkpoint);
  if (journal?.transaction == null) return "aborted";
  const outcome = await outcomeOf(context, journal.transaction);
  if (outcome !== "unknown") return outcome;
  // So long ago that the server has forgotten: an import is one transaction, so its tenant's row tells.
  const there = await withTarget(context, (client, model) =>
    findTenant(client, model, journal.remap.tenant.newKey),
  );
  return "code" in there || there.key !== journal.remap.tenant.newKey ? "unknown" : "committed";
}

/** The journal lies in the step's checkpoint: whoever takes over the run finds it there. */
function journalIn(context: StepContext): JournalStore {
  return {
    where: `operation ${context.operationId}`,
    read: async () => parseJournal(context.checkpoint),
    async write(journal) {
      // The last look before COMMIT: an abort that was wished for by now still finds nothing changed.
      if (journal.state === "committing") await context.breathe();
      await context.save(journal);
    },
  };
}

/** After the COMMIT: the tenant in the list, and what is to be said. Done again after a crash it changes nothing. */
async function finish(context: StepContext): Promise<void> {
  const journal = parseJournal(context.checkpoint);
  if (journal === null) throw new Error("an import that has committed has a journal");
  const key = journal.remap.tenant.newKey;
  await context.effect("list tenant", () =>
    withTarget(context, async (client, model) => {
      await refreshTenant(context.records, client, context, model, key);
      await nameTenant(context.records, context.operationId, key);
    }),
  );
  await context.result({
    changed: whatChanged(context),
    next: [
      "The tenant is suspended: look at it, set its secrets again where findings say so, then resume it.",
    ],
    links: { tenant: key, bundle: importInput.parse(context.input).bundleId },
  });
}

async function withTarget<T>(
  context: StepContext,
  work: (client: pg.Client, model: TenancyModel) => Promise<T>,
): Promise<T> {
  const client = await connect(context.runnerUrl, { applicationName: "tenantry run", readOnly: true });
  try {
    await pinSession(client);
    return await work(client, deriveModel(await readCatalog(client), context.platform.file));
  } finally {
    await client.end();
  }
}

function whatChanged({ database, plan }: StepContext): string[] {
  const filled = plan.effects.filter(({ verb }) => verb === "insert").length;
  const rows = (plan.estimate.rows ?? 0).toLocaleString("en");
  return [
    `${called(plan.tenant)} is in ${database.name} with ${rows} rows in ${filled} tables, suspended.`,
    "Proved before the commit: each table's rows equal the bundle's by count and digest.",
    "Proved before the commit: every reference of the tenant's rows leads to a row that is there.",
    "Proved before the commit: no row of another tenant was inserted, updated or deleted.",
  ];
}

function forgotten({ database }: StepContext): Finding {
  return {
    code: "commit-forgotten",
    severity: "warns",
    where: database.name,
    what: "The server does not remember what became of an earlier worker's transaction, and its tenant is not there.",
    todo: "Look whether the database was restored to an earlier time, then start a new import.",
  };
}

export const IMPORT_STEPS: readonly OperationStep[] = [load];
