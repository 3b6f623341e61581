/** The run of a restore: the rows come back in one transaction that is proved before it commits; then it is compared once more. */
import { verifyBundle } from "../../bundle/verify.ts";
import { readCatalog } from "../../catalog/read.ts";
import type { StepContext } from "../../engine/contexts.ts";
import type { OperationStep } from "../../engine/operation.ts";
import { Refusal } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import { differsFromBundle, digestsOf } from "../../rows/delete/bundle-digests.ts";
import type { NulledPointer } from "../../rows/delete/erasure.ts";
import { restorePointers } from "../../rows/delete/restore-pointers.ts";
import { guardedTransaction } from "../../rows/guarded-transaction.ts";
import { tenantKeyLiteral } from "../../rows/tenant.ts";
import { tenantView } from "../../rows/tenant-view.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { refreshTenant } from "../census/list-tenant.ts";
import { withBundle } from "../shared/bundle.ts";
import { whileLocked } from "../shared/committed.ts";
import { breathing, effectsOf } from "../shared/run-context.ts";
import { called } from "../shared/tenant.ts";
import { closeTombstone, setTenantState } from "../tombstones/tombstones.ts";
import { loadRows, reconcileLoad } from "./load-rows.ts";
import { bundleFor, isPartly, tombstoneFor, withPlatform } from "./run-input.ts";

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
  verify: { run: verify },
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

async function markBack(context: StepContext): Promise<void> {
  await mark(context, isPartly(context) ? "deleting" : "deleted");
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

async function verify(context: StepContext): Promise<void> {
  const bundle = await bundleFor(context);
  const { manifest, seal, findings } = await withBundle(context, bundle, (source) => verifyBundle(source));
  if (manifest === null || seal === null) throw new Refusal(findings);
  await withPlatform(context, async (client) => {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const key = context.plan.tenant.key!;
    const whole = await readCatalog(client);
    const { platform } = context;
    const view = await tenantView(client, whole, platform.file, key, deriveModel(whole, platform.file));
    if ("code" in view.tenant) throw new Refusal(view.tenant);
    const { catalog, model } = view;
    const differs = await breathing(
      context,
      () => false,
      (run) =>
        differsFromBundle(
          client,
          catalog,
          model,
          tenantKeyLiteral(model, key),
          digestsOf(manifest, seal),
          run,
        ),
    );
    // It was deleted suspended, and comes back so; who has resumed it since, changed the row.
    if (differs.length > 0) throw new Refusal(differs);
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
