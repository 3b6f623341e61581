/** Writes the bundle, reads it back to prove it, and lists it. */
import type { OperationStep } from "../../engine/operation.ts";
import { exportTenant } from "../../rows/export/export-tenant.ts";
import { unfinishedSchema } from "../../rows/export/unfinished.ts";
import { plannedRecipients, proveStep, requestOf, writeStep } from "../bundles/write-bundle.ts";
import { breathing, isCommit } from "../shared/run-context.ts";
import { called } from "../shared/tenant.ts";
import { TENANTRY_VERSION } from "../shared/versions.ts";

const write = writeStep("Write the bundle", async (context, reserved, again) => {
  const request = await requestOf(context);
  const key = await context.signer?.privateKey();
  await breathing(context, isCommit, async (run) => {
    const { findings } = await exportTenant(
      {
        url: context.runnerUrl,
        platform: context.platform.file,
        tenant: context.plan.tenant.key ?? "",
        store: context.store(reserved.store),
        name: reserved.name,
        compression: context.platform.compression,
        signKey: key,
        recipients: plannedRecipients(context),
        by: request.by,
        reason: request.reason,
        goingOn: {
          again,
          kept: unfinishedSchema.safeParse(context.checkpoint).data ?? null,
          keep: (unfinished) => context.save(unfinished),
        },
        engineVersion: TENANTRY_VERSION,
      },
      run,
    );
    await context.find(findings);
  });
});

const prove = proveStep((context, row, rows, bytes) => [
  `${row.name} holds ${rows.toLocaleString("en")} rows of ${called(context.plan.tenant)} in ${bytes.toLocaleString("en")} bytes.`,
  "Nothing was written to the platform's database.",
]);

export const EXPORT_STEPS: readonly OperationStep[] = [write, prove];
