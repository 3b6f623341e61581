/** The run of a restore: the rows come back in one transaction that is proved before it commits; then it is compared once more. */
import { readCatalog } from "../../catalog/read.ts";
import type { StepContext } from "../../engine/contexts.ts";
import type { OperationStep } from "../../engine/operation.ts";
import { recordAudit } from "../../records/audit.ts";
import type { NulledPointer } from "../../rows/delete/erasure.ts";
import { restorePointers } from "../../rows/delete/restore-pointers.ts";
import { guardedTransaction } from "../../rows/guarded-transaction.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { refreshTenant } from "../census/list-tenant.ts";
import { whileLocked } from "../shared/committed.ts";
import { effectsOf } from "../shared/run-context.ts";
import { called } from "../shared/tenant.ts";
import { closeTombstone, setTenantState } from "../tombstones/tombstones.ts";
import { isThere, loadRows, reconcileLoad } from "./load-rows.ts";
import { isPartly, tombstoneFor, withPlatform } from "./run-input.ts";
import { verify } from "./verify.ts";

/** As the plan shows them. */
export const RESTORE_STEPS = [
  { name: "note", title: "Mark the tenant as being restored", reversibility: "reversible" },
  { name: "load", title: "Load its rows in one transaction and prove them", reversibility: "irreversible" },
  { name: "pointers", title: "Set back what pointed at it", reversibility: "compensating" },
  { name: "verify", title: "Compare it with the bundle once more", reversibility: "reversible" },
  { name: "close", title: "Close the tombstone", reversibility: "compensating" },
] as const;

type StepName = (typeof RESTORE_STEPS)[number]["name"];

const RUNS: Readonly<Record<StepName, Omit<OperationStep, "name" | "title" | "reversibility">>> = {
  note: { run: (context) => mark(context, "restoring"), undo: markBack },
  load: { run: loadRows, reconcile: reconcileLoad },
  pointers: { run: pointersBack },
  // What keeps it from being proved leaves it as it is, suspended: the rows are there.
  verify: { run: verify, reconcile: async () => "partly", batched: true },
  close: { run: close },
};

export function restoreSteps(): readonly OperationStep[] {
  return RESTORE_STEPS.map((step) => ({ ...step, ...RUNS[step.name] }));
}

function placeOf({ database, plan }: StepContext) {
  return { databaseId: database.id, tenantKey: plan.tenant.key! };
}

async function mark(context: StepContext, state: "restoring" | "deleting" | "deleted"): Promise<void> {
  await context.effect(`mark as ${state}`, () => setTenantState(context.records, placeOf(context), state));
}

/** Rows that are there and were not proved stay what they are: being restored, and nobody is let in. */
async function markBack(context: StepContext): Promise<void> {
  if (isPartly(context)) await mark(context, "deleting");
  else if (!(await isThere(context))) await mark(context, "deleted");
}

/** Rows that stayed named it, and were set to NULL: after a whole restore they name it again, where nobody has changed them. */
async function pointersBack(context: StepContext): Promise<void> {
  const nulled = ((await tombstoneFor(context)).nulled ?? []) as readonly NulledPointer[];
  if (isPartly(context) || nulled.length === 0) return;
  await withPlatform(context, async (client) => {
    const catalog = await readCatalog(client);
    const { left } = await whileLocked(context, () =>
      guardedTransaction(
        client,
        {
          url: context.runnerUrl,
          lock: context.plan.tenant.key!,
          catalog,
          // Done twice it finds nothing that is NULL any more.
          committing: (transaction) => context.save({ transaction }),
          async write() {
            const restored = await restorePointers(client, catalog, nulled);
            const expected = [...restored.updated].map(
              ([table, updated]) => [table, { inserted: 0, updated, deleted: 0 }] as const,
            );
            return { value: restored, expected: new Map(expected) };
          },
        },
        { signal: context.signal, sideEffect: effectsOf(context) },
      ),
    );
    if (left > 0)
      await context.find([
        {
          code: "pointers-changed",
          severity: "notes",
          where: context.database.name,
          count: left,
          what: `${left} rows that named the tenant are gone, or name something else by now: they stay as they are.`,
        },
      ]);
  });
}

async function close(context: StepContext): Promise<void> {
  const tombstone = await tombstoneFor(context);
  const key = context.plan.tenant.key!;
  await withPlatform(context, async (client) => {
    const model = deriveModel(await readCatalog(client), context.platform.file);
    await context.effect("close tombstone", () =>
      context.records.transaction(async (tx) => {
        if (tombstone.state !== "restored") {
          await closeTombstone(tx, tombstone.id, context.operationId);
          await recordAudit(tx, {
            actor: { personId: null, name: "worker" },
            action: "tenant.restored",
            subject: { type: "operation", id: context.operationId },
            operationId: context.operationId,
            platformId: context.platform.id,
            tenantKey: key,
            data: { deletedBy: tombstone.operationId, partly: isPartly(context) },
          });
        }
        await setTenantState(tx, placeOf(context), "suspended");
        await refreshTenant(tx, client, context, model, key);
      }),
    );
  });
  const rows = context.plan.estimate.rows;
  await context.result({
    changed: [
      `${called(context.plan.tenant)} is back in ${context.database.name}${rows === null ? "" : `: ${rows.toLocaleString("en")} rows with their own ids`}.`,
      "Proved before the commit and once more afterwards: every table equals the bundle, row by row.",
      "Proved before the commit: no row of another tenant was inserted, updated or deleted but what is named in the plan.",
    ],
    next: [
      "The tenant is suspended: look at it, set again what no bundle holds, then resume it.",
      ...(isPartly(context) ? ["Its fence still stands; resuming takes it down."] : []),
    ],
    links: { tenant: key },
  });
}
