/**
 * The run of a delete: what is about to go is noted, rows go batch by batch, nothing is left and that is proved, what lies
 * elsewhere is called, the fence comes down, the tombstone is made whole. Once the first batch is committed nothing is
 * undone: whatever stops the run leaves it at its checkpoint.
 */

import { eq } from "drizzle-orm";
import type pg from "pg";
import type { StepContext } from "../../engine/contexts.ts";
import type { OperationStep } from "../../engine/operation.ts";
import { Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import { recordAudit } from "../../records/audit.ts";
import type { FinalizerRecord } from "../../records/schema/tombstones.ts";
import { tombstones } from "../../records/schema/tombstones.ts";
import { clearAway } from "../../rows/delete/clear-away.ts";
import { proveEmpty } from "../../rows/delete/prove-empty.ts";
import { readFence } from "../../rows/fence/fence.ts";
import { issueCertificate } from "../certificate/issue.ts";
import { callFinalizer } from "../finalizers/call.ts";
import { confirmedFinalizers } from "../finalizers/confirmed.ts";
import { stopWhereHeld } from "../holds/holds-on.ts";
import { whileLocked } from "../shared/committed.ts";
import { breathing, effectsOf } from "../shared/run-context.ts";
import { called } from "../shared/tenant.ts";
import {
  buryTenant,
  noteTombstone,
  type TombstonePlace,
  takeNoteBack,
  tombstoneOf,
} from "../tombstones/tombstones.ts";
import type { CallTimes, CallWebhook } from "../webhooks/call.ts";
import { deleteRows, reconcileRows } from "./delete-rows.ts";
import { leftOver } from "./left-over.ts";
import { deletedTables, requestOf, safetyBundle } from "./run-input.ts";

/** As the plan shows them; how they run stands below. */
export const DELETE_STEPS = [
  { name: "note", title: "Note what is about to go", reversibility: "reversible" },
  { name: "delete rows", title: "Delete its rows, batch by batch", reversibility: "irreversible" },
  { name: "prove empty", title: "Prove that nothing is left", reversibility: "reversible" },
  { name: "finalizers", title: "Call what clears it away elsewhere", reversibility: "irreversible" },
  {
    name: "clear away",
    title: "Take the fence and the records of the run down",
    reversibility: "compensating",
  },
  { name: "bury", title: "Make the tombstone and the certificate", reversibility: "compensating" },
] as const;

type StepName = (typeof DELETE_STEPS)[number]["name"];

export function deleteSteps(call: CallWebhook, times: CallTimes): readonly OperationStep[] {
  const runs: Readonly<Record<StepName, Omit<OperationStep, "name" | "title" | "reversibility">>> = {
    note: { run: note, undo: takeBack },
    "delete rows": { run: deleteRows, reconcile: reconcileRows, batched: true },
    "prove empty": { run: prove, reconcile: stays, batched: true },
    finalizers: { run: (context) => finalize(context, call, times), reconcile: stays, batched: true },
    "clear away": { run: clear, reconcile: isClear, batched: true },
    bury: { run: bury },
  };
  return DELETE_STEPS.map((step) => ({ ...step, ...runs[step.name] }));
}

/** What it has done it can do again; what comes before it is never undone. */
const stays = async () => "partly" as const;

export function placeOf({ platform, database, plan }: StepContext): TombstonePlace {
  return { platformId: platform.id, databaseId: database.id, tenantKey: plan.tenant.key! };
}

async function note(context: StepContext): Promise<void> {
  const { bundle, drillId } = await safetyBundle(context);
  const { plan, operationId } = context;
  const tables = deletedTables(plan);
  await context.effect("note tombstone", () =>
    context.records.transaction(async (tx) => {
      await noteTombstone(tx, placeOf(context), {
        operationId,
        bundleId: bundle.id,
        bundleSha256: bundle.sha256!,
        drillId,
        schemaVersion: bundle.schemaVersion,
        rows: tables.reduce((sum, { rows }) => sum + rows, 0),
        tables,
        slug: plan.tenant.slug,
      });
      await audit(context, tx, "tenant.deleting", { bundle: bundle.id });
    }),
  );
}

async function takeBack(context: StepContext): Promise<void> {
  await context.effect("take note back", () =>
    context.records.transaction(async (tx) => {
      await takeNoteBack(tx, placeOf(context), context.operationId);
    }),
  );
}

async function prove(context: StepContext): Promise<void> {
  // From here on a refusal leaves the run where it is.
  await context.save({ begun: true });
  const proof = await breathing(
    context,
    () => false,
    (run) => proveEmpty(context.runnerUrl, requestOf(context), run),
  );
  if (!proof.empty) throw new Refusal(leftOver(proof, context.database.name));
  await context.effect("record proof", () =>
    context.records
      .update(tombstones)
      .set({ proof, provedAt: new Date(proof.provedAt) })
      .where(eq(tombstones.operationId, context.operationId)),
  );
  for (const { kind, name } of proof.objects)
    await context.find([
      {
        code: "object-called-after",
        severity: "notes",
        where: name,
        what: `A ${kind} is called after the tenant, and stays: nobody has said that it is the tenant's.`,
      },
    ]);
}

async function finalize(context: StepContext, call: CallWebhook, times: CallTimes): Promise<void> {
  const done: FinalizerRecord[] = (await confirmedFinalizers(context.records, context)).slice();
  // Its rows are gone; what lies elsewhere is not touched while somebody holds it.
  await context.save(context.checkpoint ?? []);
  await stopWhereHeld(context, context.plan.tenant.key!);
  for (const finalizer of context.platform.file.finalizers) {
    if (finalizer.kind !== "webhook") continue;
    const earlier = (context.checkpoint as FinalizerRecord[] | null)?.find(
      ({ name }) => name === finalizer.name,
    );
    done.push(
      earlier ??
        (await context.effect(`call finalizer ${finalizer.name}`, () =>
          callFinalizer(context, call, finalizer, times),
        )),
    );
    await context.save(done.filter(({ kind }) => kind === "webhook"));
  }
  await context.effect("record finalizers", () =>
    context.records
      .update(tombstones)
      .set({ finalizers: done })
      .where(eq(tombstones.operationId, context.operationId)),
  );
}

async function clear(context: StepContext): Promise<void> {
  await withPlatform(context, async (client) => {
    const hands = { signal: context.signal, sideEffect: effectsOf(context, () => true) };
    await whileLocked(context, () => clearAway(client, context.plan.tenant.key!, hands));
  });
}

async function isClear(context: StepContext): Promise<"done" | "partly"> {
  const fence = await withPlatform(context, (client) => readFence(client, context.plan.tenant.key!));
  return fence === null ? "done" : "partly";
}

async function bury(context: StepContext): Promise<void> {
  const days = context.plan.options.tombstoneDays as number;
  const { tombstone, certificateId } = await context.effect("bury", () =>
    context.records.transaction(async (tx) => {
      const earlier = await tombstoneOf(tx, context.operationId);
      const buried =
        earlier?.state === "deleted"
          ? earlier
          : await buryTenant(tx, placeOf(context), context.operationId, days);
      const issued = await issueCertificate(tx, context, buried);
      if (earlier?.state !== "deleted")
        await audit(context, tx, "tenant.deleted", {
          rows: buried.rows,
          certificate: issued.certificateId,
          retainUntil: buried.retainUntil,
        });
      return { tombstone: buried, ...issued };
    }),
  );
  const { rows, tables, retainUntil } = tombstone;
  await context.result({
    changed: [
      `${called(context.plan.tenant)} is deleted from ${context.database.name}: ${rows.toLocaleString("en")} rows of ${tables.length} tables.`,
      "Proved before the first row went: every table equals the bundle, row by row.",
      "Proved batch by batch: no row of another tenant was inserted, updated or deleted.",
      "Proved afterwards: nothing of it is left.",
    ],
    next: [
      `It can be restored with the same ids until ${retainUntil!.toISOString().slice(0, 10)}; its bundle is kept until then, and no longer.`,
      "The certificate of erasure can be printed and sent.",
    ],
    links: { tenant: context.plan.tenant.key!, certificate: certificateId },
  });
}

function audit(
  { operationId, plan, platform }: StepContext,
  tx: Parameters<typeof recordAudit>[0],
  action: string,
  data: Readonly<Record<string, unknown>>,
): Promise<string> {
  return recordAudit(tx, {
    actor: { personId: null, name: "worker" },
    action,
    subject: { type: "operation", id: operationId },
    operationId,
    platformId: platform.id,
    tenantKey: plan.tenant.key,
    data,
  });
}

async function withPlatform<T>(context: StepContext, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(context.runnerUrl, {
    applicationName: "tenantry run",
    signal: context.signal,
  });
  try {
    await pinSession(client);
    return await work(client);
  } finally {
    await client.end();
  }
}
