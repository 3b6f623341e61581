/** The step that deletes: the bundle's file proved once more, then batch after batch, until nothing that was noted is left. */
import { eq } from "drizzle-orm";
import { z } from "zod";
import { verifyBundle } from "../../bundle/verify.ts";
import type { StepContext } from "../../engine/contexts.ts";
import type { Reconciled } from "../../engine/operation.ts";
import { Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import { tombstones } from "../../records/schema/tombstones.ts";
import { type BundleDigests, digestsOf } from "../../rows/delete/bundle-digests.ts";
import { deleteTenant } from "../../rows/delete/delete-tenant.ts";
import { type Erasure, readErasure } from "../../rows/delete/erasure.ts";
import type { RunContext } from "../../rows/run-context.ts";
import { stopWhereHeld } from "../holds/holds-on.ts";
import { type BundleRow, withBundle } from "../shared/bundle.ts";
import { orUnknown, outcomeOf, whileLocked } from "../shared/committed.ts";
import { effectsOf } from "../shared/run-context.ts";
import { touchTombstone, untouchTombstone } from "../tombstones/tombstones.ts";
import { requestOf, safetyBundle } from "./run-input.ts";

/** Of the batch that was about to be committed: what became of it the database knows. */
const checkpoint = z.object({ transaction: z.string() });

export async function deleteRows(context: StepContext): Promise<void> {
  const { bundle } = await safetyBundle(context);
  await settled(context);
  const digests = await provedDigests(context, bundle);
  await context.effect("note first batch", () => touchTombstone(context.records, context.operationId));
  const run: RunContext = {
    signal: context.signal,
    progress: (progress) =>
      context.progress({ ...progress, totalRows: progress.totalRows ?? context.plan.estimate.rows }),
    sideEffect: effectsOf(context),
  };
  try {
    const { nulled } = await whileLocked(context, () =>
      deleteTenant(
        {
          ...requestOf(context),
          url: context.runnerUrl,
          bundle: digests,
          committing: (transaction) => context.save({ transaction }),
          async breathe() {
            await context.breathe();
            await stopWhereHeld(context, context.plan.tenant.key!);
          },
        },
        run,
      ),
    );
    await context.effect("keep what was nulled", () =>
      context.records
        .update(tombstones)
        .set({ nulled })
        .where(eq(tombstones.operationId, context.operationId)),
    );
  } catch (error) {
    throw orUnknown(error, context);
  }
}

/** How far it is, told by the ledger that the batches themselves have written. */
export async function reconcileRows(context: StepContext): Promise<Reconciled> {
  await settled(context);
  const erasure = await ledgerOf(context);
  const gone = erasure === null ? 0 : deletedOf(erasure);
  if (erasure === null || gone === 0) {
    await untouchTombstone(context.records, context.operationId);
    return "not done";
  }
  const all = erasure.tables.reduce((sum, { recorded }) => sum + recorded, 0);
  await context.result({
    changed: [
      `${gone.toLocaleString("en")} of ${all.toLocaleString("en")} rows of the tenant are deleted; every one of them is in the bundle. The rest is as it was, behind the fence.`,
    ],
    next: ["Restore the missing part: the tenant's page offers it. It lands as it was, suspended."],
    links: { tenant: context.plan.tenant.key! },
  });
  return "partly";
}

function deletedOf({ tables }: Erasure): number {
  return tables.reduce((sum, { deleted }) => sum + deleted, 0);
}

/** A COMMIT that a lost worker has sent is over, one way or the other. @throws OutcomeUnknown while nobody can say */
async function settled(context: StepContext): Promise<void> {
  const open = checkpoint.safeParse(context.checkpoint);
  if (open.success) await outcomeOf(context, open.data.transaction);
}

async function ledgerOf(context: StepContext): Promise<Erasure | null> {
  const client = await connect(context.runnerUrl, {
    applicationName: "tenantry run",
    readOnly: true,
    signal: context.signal,
  });
  try {
    await pinSession(client);
    return await readErasure(client, context.plan.tenant.key!);
  } finally {
    await client.end();
  }
}

/** The file as it is now, byte by byte: it is all that can bring the rows back. */
async function provedDigests(context: StepContext, bundle: BundleRow): Promise<BundleDigests> {
  const { manifest, seal, sha256, findings } = await withBundle(context, bundle, (source) =>
    verifyBundle(source),
  );
  if (manifest === null || seal === null) throw new Refusal(findings);
  if (sha256 !== context.plan.bundle)
    throw new Refusal({
      code: "bundle-changed",
      severity: "blocks",
      where: bundle.name,
      what: "The file in the store is not the bundle that was approved.",
      todo: "Find out who has changed it. Export and drill the tenant again, then plan anew.",
    });
  return digestsOf(manifest, seal);
}
