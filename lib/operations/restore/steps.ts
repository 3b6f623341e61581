/** The run of a restore: the rows come back in one transaction that is proved before it commits; then it is compared once more. */
import { eq } from "drizzle-orm";
import type pg from "pg";
import { z } from "zod";
import { verifyBundle } from "../../bundle/verify.ts";
import { readCatalog } from "../../catalog/read.ts";
import type { StepContext } from "../../engine/contexts.ts";
import { OutcomeUnknown } from "../../engine/interrupts.ts";
import type { OperationStep, Reconciled } from "../../engine/operation.ts";
import { Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import { recordAudit } from "../../records/audit.ts";
import { tombstones } from "../../records/schema/tombstones.ts";
import { differsFromBundle, digestsOf } from "../../rows/delete/bundle-digests.ts";
import { type NulledPointer, readErasure } from "../../rows/delete/erasure.ts";
import { restoreMissing } from "../../rows/delete/restore-missing.ts";
import { restorePointers } from "../../rows/delete/restore-pointers.ts";
import { takeOver } from "../../rows/delete/take-over.ts";
import { guardedTransaction } from "../../rows/guarded-transaction.ts";
import { importTenant } from "../../rows/import/import-tenant.ts";
import { type JournalStore, parseJournal } from "../../rows/import/journal.ts";
import { findTenant, tenantKeyLiteral } from "../../rows/tenant.ts";
import { tenantView } from "../../rows/tenant-view.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { refreshTenant } from "../census/list-tenant.ts";
import { type BundleRow, findBundle, withBundle } from "../shared/bundle.ts";
import { orUnknown, outcomeOf, whileLocked } from "../shared/committed.ts";
import { breathing, effectsOf, isCommit } from "../shared/run-context.ts";
import { called } from "../shared/tenant.ts";
import { trustedKeys } from "../signer.ts";
import { closeTombstone, setTenantState, type Tombstone } from "../tombstones/tombstones.ts";
import { restoreInput } from "./input.ts";
import { restoreRequest } from "./request.ts";

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
  load: { run: load, reconcile: reconcileLoad },
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

function isPartly({ plan }: StepContext): boolean {
  return plan.options.partly === true;
}

async function tombstoneFor(context: StepContext): Promise<Tombstone> {
  const [found] = await context.records
    .select()
    .from(tombstones)
    .where(eq(tombstones.id, context.plan.options.tombstone as string));
  if (found === undefined) throw new Error("a plan without a tombstone is never run");
  return found;
}

async function bundleFor(context: StepContext): Promise<BundleRow> {
  const { bundleId } = restoreInput.parse(context.input);
  return findBundle(context, bundleId ?? (await tombstoneFor(context)).bundleId);
}

async function load(context: StepContext): Promise<void> {
  const bundle = await bundleFor(context);
  try {
    const loaded = isPartly(context) ? await loadMissing(context, bundle) : await loadWhole(context, bundle);
    await context.find(loaded.findings);
  } catch (error) {
    throw orUnknown(error, context);
  }
}

async function loadWhole(context: StepContext, bundle: BundleRow) {
  if ((await earlierOutcome(context)) === "unknown") throw new OutcomeUnknown(forgotten(context));
  const kept = journalIn(context);
  return whileLocked(context, () =>
    withBundle(context, bundle, async (source) => {
      const request = await restoreRequest(context, source, { url: context.runnerUrl, journal: () => kept });
      return breathing(context, isCommit, (run) => importTenant(request, run));
    }),
  );
}

const checkpoint = z.object({ transaction: z.string() });

async function loadMissing(context: StepContext, bundle: BundleRow) {
  const open = checkpoint.safeParse(context.checkpoint);
  if (open.success) await outcomeOf(context, open.data.transaction);
  const restored = await whileLocked(context, () =>
    withBundle(context, bundle, async (source) => {
      const trust = [...(await trustedKeys(context.records))];
      return breathing(context, isCommit, (run) =>
        restoreMissing(
          {
            source,
            url: context.runnerUrl,
            platform: context.platform.file,
            tenantKey: context.plan.tenant.key!,
            trust,
            committing: (transaction) => context.save({ transaction }),
          },
          run,
        ),
      );
    }),
  );
  // The fence is as old as what stands behind it: what we have written ourselves is nobody's traffic.
  await withPlatform(context, (client) =>
    takeOver(client, context.plan.tenant.key!, { sideEffect: effectsOf(context, () => false) }),
  );
  return restored;
}

async function earlierOutcome(context: StepContext) {
  const journal = parseJournal(context.checkpoint);
  if (journal?.transaction == null) return "aborted";
  const outcome = await outcomeOf(context, journal.transaction);
  if (outcome !== "unknown") return outcome;
  return (await isThere(context)) ? "committed" : "unknown";
}

/** One transaction, so its tenant's row tells. */
async function isThere(context: StepContext): Promise<boolean> {
  const key = context.plan.tenant.key!;
  return withPlatform(context, async (client) => {
    const found = await findTenant(
      client,
      deriveModel(await readCatalog(client), context.platform.file),
      key,
    );
    return !("code" in found) && found.key === key;
  });
}

async function reconcileLoad(context: StepContext): Promise<Reconciled> {
  if (!isPartly(context)) {
    const outcome = await earlierOutcome(context);
    return outcome === "committed" ? "done" : outcome === "aborted" ? "not done" : "unknown";
  }
  const open = checkpoint.safeParse(context.checkpoint);
  if (!open.success) return "not done";
  const outcome = await outcomeOf(context, open.data.transaction);
  if (outcome === "committed") return "done";
  if (outcome === "aborted") return "not done";
  // Its COMMIT takes what the delete has recorded with it.
  const left = await withPlatform(context, (client) => readErasure(client, context.plan.tenant.key!));
  return left === null ? "done" : "not done";
}

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

function forgotten({ database }: StepContext) {
  return {
    code: "commit-forgotten",
    severity: "warns",
    where: database.name,
    what: "The server does not remember what became of an earlier worker's transaction, and its tenant is not there.",
    todo: "Look whether the database was restored to an earlier time, then ask for a new restore.",
  } as const;
}
