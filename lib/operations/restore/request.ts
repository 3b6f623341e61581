/** From a restore's input to the library's request: the same tenant, with its own ids, from the bundle it was deleted with. */
import type { BundleSource } from "../../bundle/stores/store.ts";
import type { PlanContext } from "../../engine/contexts.ts";
import { Refusal } from "../../findings/finding.ts";
import type { ImportRequest } from "../../rows/import/request.ts";
import { type BundleRow, findBundle } from "../shared/bundle.ts";
import { trustedKeys } from "../signer.ts";
import { openTombstone, type Tombstone } from "../tombstones/tombstones.ts";
import type { RestoreInput } from "./input.ts";

type Reach = Pick<PlanContext, "records" | "platform" | "database" | "store">;

export interface Restorable {
  readonly tombstone: Tombstone;
  readonly bundle: BundleRow;
  /** Whether rows of it may still be there: the delete was stopped on its way. */
  readonly partly: boolean;
}

/** @throws Refusal where nothing of it was deleted here, or the bundle is not to be had */
export async function findRestorable(context: Reach, input: RestoreInput): Promise<Restorable> {
  const tombstone = await openTombstone(context.records, {
    databaseId: context.database.id,
    tenantKey: input.tenantKey,
  });
  if (tombstone === null)
    throw new Refusal({
      code: "not-deleted",
      severity: "blocks",
      where: input.tenantKey,
      what: "No delete of this tenant is open in this database: there is nothing to bring back.",
      todo: "Look at the tenant's life. A bundle of it can be imported all the same.",
    });
  const bundle = await findBundle(context, input.bundleId ?? tombstone.bundleId);
  if (bundle.tenantKey !== input.tenantKey)
    throw new Refusal({
      code: "bundle-of-another",
      severity: "blocks",
      where: "bundleId",
      what: "The bundle is of another tenant.",
      todo: "Choose one of this tenant's bundles.",
    });
  return { tombstone, bundle, partly: tombstone.state === "deleting" };
}

export async function restoreRequest(
  { records, platform }: Pick<PlanContext, "records" | "platform">,
  source: BundleSource,
  more: Pick<ImportRequest, "url" | "sha256" | "journal" | "role" | "missing">,
): Promise<ImportRequest> {
  return {
    source,
    platform: platform.file,
    ids: "kept",
    newDomains: new Map(),
    trust: await trustedKeys(records),
    // The engine asks for the review.
    unreviewed: true,
    ...more,
  };
}
