/** The rows of a restore: all of them, or what a stopped delete has taken, in one transaction that is proved before it commits. */
import { z } from "zod";
import { readCatalog } from "../../catalog/read.ts";
import type { StepContext } from "../../engine/contexts.ts";
import { OutcomeUnknown } from "../../engine/interrupts.ts";
import type { Reconciled } from "../../engine/operation.ts";
import { readErasure } from "../../rows/delete/erasure.ts";
import { restoreMissing } from "../../rows/delete/restore-missing.ts";
import { takeOver } from "../../rows/delete/take-over.ts";
import { importTenant } from "../../rows/import/import-tenant.ts";
import { type JournalStore, parseJournal } from "../../rows/import/journal.ts";
import { findTenant } from "../../rows/tenant.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { type BundleRow, withBundle } from "../shared/bundle.ts";
import { orUnknown, outcomeOf, whileLocked } from "../shared/committed.ts";
import { breathing, effectsOf, isCommit } from "../shared/run-context.ts";
import { trustedKeys } from "../signer.ts";
import { restoreRequest } from "./request.ts";
import { bundleFor, isPartly, withPlatform } from "./run-input.ts";

export async function loadRows(context: StepContext): Promise<void> {
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
      const request = await restoreRequest(context, source, {
        url: context.runnerUrl,
        sha256: bundle.sha256,
        journal: () => kept,
      });
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
export async function isThere(context: StepContext): Promise<boolean> {
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

export async function reconcileLoad(context: StepContext): Promise<Reconciled> {
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

function forgotten({ database }: StepContext) {
  return {
    code: "commit-forgotten",
    severity: "warns",
    where: database.name,
    what: "The server does not remember what became of an earlier worker's transaction, and its tenant is not there.",
    todo: "Look whether the database was restored to an earlier time, then ask for a new restore.",
  } as const;
}
