/** What an operation that writes a bundle does around it: reserves a name, proves what it wrote, lists it, takes it back. */
import { and, eq, sql } from "drizzle-orm";
import { type Verification, verifyBundle } from "../../bundle/verify.ts";
import type { StepContext } from "../../engine/contexts.ts";
import type { OperationStep } from "../../engine/operation.ts";
import { readPolicyFor } from "../../engine/read-policy.ts";
import { blocks, Refusal } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { operations } from "../../records/schema/operations.ts";
import { persons } from "../../records/schema/persons.ts";
import { breathing, isCommit } from "../shared/run-context.ts";
import { trustedKeys } from "../signer.ts";
import { keepPieces, provedBundle } from "./facts.ts";
import { type BundleRow, bundleOf, isStored, reserveBundle } from "./of-operation.ts";

/**
 * The step that writes: under a name that is reserved before a byte is written. An earlier run of it may have got as
 * far as the whole file, whose contents the next step proves.
 *
 * @param cleanUp what else that run may have left
 */
export function writeStep(
  title: string,
  write: (context: StepContext, reserved: BundleRow, again: boolean) => Promise<void>,
  cleanUp: () => Promise<void> = async () => undefined,
): OperationStep {
  return {
    name: "write",
    title,
    reversibility: "compensating",
    async run(context) {
      const earlier = await bundleOf(context);
      const reserved =
        earlier ??
        (await context.effect("reserve name", () =>
          reserveBundle(context, {
            schemaVersion: schemaVersionOf(context),
            recipients: plannedRecipients(context),
          }),
        ));
      const store = context.store(reserved.store);
      if (await isStored(store, reserved.name)) {
        // Who wrote it may not have come to clean up behind itself.
        await store.discard(reserved.name);
        await cleanUp();
        return;
      }
      await orRelease(context, reserved, () => write(context, reserved, earlier !== null));
    },
    undo: removeBundle,
  };
}

/** One that is refused leaves no line in the list: what it would have written is not there. */
async function orRelease(context: StepContext, row: BundleRow, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const store = context.store(row.store);
    if (error instanceof Refusal && !(await isStored(store, row.name))) {
      await context.records.delete(bundles).where(eq(bundles.id, row.id));
      // An attempt before it may have left something: nobody goes on from that under another name.
      await store.discard(row.name).catch(() => undefined);
    }
    throw error;
  }
}

/** @param changed what the page says at the end */
export const proveStep = (
  changed: (context: StepContext, row: BundleRow, rows: number, bytes: number) => readonly string[],
): OperationStep => ({
  name: "prove",
  title: "Read it back and prove it",
  reversibility: "compensating",
  async run(context) {
    const row = await bundleOf(context);
    if (row === null) throw new Error("what has written has reserved a name");
    if (row.state === "ready") return;
    const source = await context.store(row.store).open(row.name);
    try {
      const trust = await trustedKeys(context.records);
      const verification = await breathing(context, isCommit, (run) => {
        let bytes = 0;
        return verifyBundle(source, {
          trust,
          onPart: (part) => {
            run.signal.throwIfAborted();
            bytes += part.bytes;
            run.progress({ phase: "verifying", table: null, rows: 0, bytes, totalRows: null });
          },
        });
      });
      if (blocks(verification.findings)) throw new Refusal(verification.findings);
      await context.effect("list bundle", () =>
        listBundle(context, row.id, provedBundle(verification, source.size), verification),
      );
      await context.result({
        changed: changed(context, row, verification.seal!.totals.rows, source.size),
        next: ["Look into the bundle, download it, or import it into another database."],
        links: { bundle: row.id },
      });
    } finally {
      await source.close();
    }
  },
  undo: removeBundle,
});

async function listBundle(
  context: StepContext,
  bundleId: string,
  facts: ReturnType<typeof provedBundle>,
  verification: Verification,
): Promise<void> {
  const days = await keptFor(context);
  await context.records.transaction(async (tx) => {
    const listed = await tx
      .update(bundles)
      .set({
        ...facts,
        state: "ready",
        expiresAt: days === null ? null : sql`now() + make_interval(days => ${days})`,
      })
      .where(and(eq(bundles.id, bundleId), eq(bundles.state, "writing")))
      .returning({ id: bundles.id });
    if (listed.length === 0) return;
    await keepPieces(tx, bundleId, verification);
    await recordAudit(tx, {
      actor: { personId: null, name: "worker" },
      action: "bundle.written",
      subject: { type: "bundle", id: bundleId },
      operationId: context.operationId,
      platformId: context.platform.id,
      tenantKey: context.plan.tenant.key,
      data: { rows: facts.rows ?? 0, bytes: facts.bytes ?? 0, sha256: facts.sha256 ?? null },
    });
  });
}

/** In days, as asked for or as the policy has it, whichever is less; null: until somebody removes it. */
async function keptFor({ records, platform, input, plan }: StepContext): Promise<number | null> {
  const asked = (input as { expiresInDays?: number }).expiresInDays ?? null;
  const subject = { kind: plan.kind, platformId: platform.id, tenantKey: plan.tenant.key };
  const { bundleDays } = (await readPolicyFor(records, subject)).policy;
  if (asked === null || bundleDays === null) return asked ?? bundleDays;
  return Math.min(asked, bundleDays);
}

/** What is aborted leaves no file and no line in the list. */
async function removeBundle(context: StepContext): Promise<void> {
  const row = await bundleOf(context);
  if (row === null) return;
  await context.effect("remove bundle", async () => {
    const store = context.store(row.store);
    await store.remove(row.name);
    await store.discard(row.name);
    await context.records.delete(bundles).where(eq(bundles.id, row.id));
  });
}

/** Who asked, and why: both go into the manifest, for whoever finds the file later. */
export async function requestOf({
  records,
  operationId,
}: StepContext): Promise<{ by?: string; reason?: string }> {
  const [row] = await records
    .select({ by: persons.name, reason: operations.reason })
    .from(operations)
    .innerJoin(persons, eq(persons.id, operations.requestedBy))
    .where(eq(operations.id, operationId));
  return { by: row?.by, reason: row?.reason ?? undefined };
}

function schemaVersionOf({ plan }: StepContext): string | null {
  const version = plan.options.schemaVersion;
  return typeof version === "string" ? version : null;
}

/** As the plan says, which somebody may have reviewed; none in plans that were made before there were any. */
export function plannedRecipients({ plan }: StepContext): readonly string[] {
  const { recipients } = plan.options;
  return Array.isArray(recipients) ? recipients.filter((one) => typeof one === "string") : [];
}
