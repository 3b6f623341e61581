/**
 * Whether a tenant that was brought back is what its bundle holds, to the last bit. First by the tables' digests; where
 * those differ, row by row through what the load made of the ids: a common row that was gone meanwhile has come back with
 * another id, and the tenant's rows name it by that.
 */
import { verifyBundle } from "../../bundle/verify.ts";
import { readCatalog } from "../../catalog/read.ts";
import type { StepContext } from "../../engine/contexts.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { bundleSide } from "../../rows/compare/bundle-side.ts";
import { compareSides } from "../../rows/compare/compare.ts";
import { liveSide } from "../../rows/compare/live-side.ts";
import { type BundleDigests, differsFromBundle, digestsOf } from "../../rows/delete/bundle-digests.ts";
import { tenantKeyLiteral } from "../../rows/tenant.ts";
import { tenantView } from "../../rows/tenant-view.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { remapOfImport } from "../comparisons/imported.ts";
import { type BundleRow, withBundle } from "../shared/bundle.ts";
import { breathing } from "../shared/run-context.ts";
import { restoredDiffers } from "./findings.ts";
import { bundleFor, isPartly, withPlatform } from "./run-input.ts";

/** @throws Refusal `restored-differs`, and the tenant stays as it is: suspended, and being restored */
export async function verify(context: StepContext): Promise<void> {
  await context.save({ begun: true });
  const bundle = await bundleFor(context);
  const { manifest, seal, findings } = await withBundle(context, bundle, (source) => verifyBundle(source));
  if (manifest === null || seal === null) throw new Refusal(findings);
  const differs = await byDigest(context, digestsOf(manifest, seal));
  if (differs.length === 0) return;
  // What is missing of a tenant is put back behind its fence, without a load that could change an id.
  const rowByRow = isPartly(context) ? differs : await byRow(context, bundle);
  if (blocks(rowByRow)) throw new Refusal(restoredDiffers(rowByRow));
}

function byDigest(context: StepContext, digests: BundleDigests): Promise<Finding[]> {
  return withPlatform(context, async (client) => {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const key = context.plan.tenant.key!;
    const whole = await readCatalog(client);
    const { platform } = context;
    const view = await tenantView(client, whole, platform.file, key, deriveModel(whole, platform.file));
    if ("code" in view.tenant) throw new Refusal(view.tenant);
    const { catalog, model } = view;
    return breathing(
      context,
      () => false,
      (run) => differsFromBundle(client, catalog, model, tenantKeyLiteral(model, key), digests, run),
    );
  });
}

async function byRow(context: StepContext, bundle: BundleRow): Promise<readonly Finding[]> {
  const remap = await remapOfImport(context.records, context.operationId);
  return withBundle(context, bundle, async (source) => {
    const live = await liveSide({
      url: context.runnerUrl,
      platform: context.platform.file,
      tenant: context.plan.tenant.key!,
      signal: context.signal,
    });
    try {
      const first = await bundleSide(source, { remapped: { remap, model: live.model } });
      try {
        const compared = await breathing(
          context,
          () => false,
          (run) => compareSides(first, live, run),
        );
        return compared.findings;
      } finally {
        await first.close();
      }
    } finally {
      await live.close();
    }
  });
}
