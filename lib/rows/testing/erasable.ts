/** A tenant behind its fence, and a bundle of it: all that a delete asks for. */
import type pg from "pg";
import { fileSource } from "../../bundle/stores/file-source.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { type BundleDigests, digestsOf } from "../delete/bundle-digests.ts";
import { clearAway } from "../delete/clear-away.ts";
import { type DeleteResult, type DeleteRun, deleteTenant } from "../delete/delete-tenant.ts";
import { planDelete } from "../delete/plan.ts";
import { type EmptinessProof, proveEmpty } from "../delete/prove-empty.ts";
import { type DeleteAnswers, NO_ANSWERS } from "../delete/request.ts";
import { type RestoredMissing, restoreMissing } from "../delete/restore-missing.ts";
import { holdFence } from "../fence/fence.ts";
import { quietContext, type RunContext } from "../run-context.ts";
import { type Exported, exportTo } from "./walk.ts";

export interface Erasable {
  readonly key: string;
  readonly bundle: Exported;
  readonly digests: BundleDigests;
  readonly request: {
    readonly platform: PlatformFile;
    readonly tenantKey: string;
    readonly answers: DeleteAnswers;
  };
  erase(run?: Partial<DeleteRun>, context?: RunContext): Promise<DeleteResult>;
  /** Until so many batches are committed; false where it came to its end before. */
  eraseInPart(batches: number): Promise<boolean>;
  restoreMissing(context?: RunContext): Promise<RestoredMissing>;
  prove(): Promise<EmptinessProof>;
  clear(): Promise<void>;
}

export interface ErasableRequest {
  readonly url: string;
  readonly client: pg.Client;
  readonly platform: PlatformFile;
  /** Slug or key. */
  readonly tenant: string;
  readonly folder: string;
  readonly name?: string;
  readonly answers?: DeleteAnswers;
}

/** Small batches: what goes wrong between two of them must have its chance. */
export const FEW_ROWS = { firstRows: 5, minRows: 1, maxRows: 5 } as const;

/** Exports the tenant, and puts its fence up. */
export async function erasable({
  url,
  client,
  platform,
  tenant,
  folder,
  name = "erased.tar.gz",
  answers = NO_ANSWERS,
}: ErasableRequest): Promise<Erasable> {
  const bundle = await exportTo(folder, { url, platform, tenant, name });
  const { key } = bundle.manifest.tenant;
  const request = { platform, tenantKey: key, answers };
  const { model } = await planDelete(client, request, quietContext());
  await holdFence(client, model, key, quietContext());
  const digests = digestsOf(bundle.manifest, bundle.seal);
  const erase: Erasable["erase"] = (run = {}, context = quietContext()) =>
    deleteTenant(
      {
        ...request,
        url,
        bundle: digests,
        committing: async () => {},
        breathe: async () => {},
        governor: FEW_ROWS,
        ...run,
      },
      context,
    );
  return {
    key,
    bundle,
    digests,
    request,
    erase,
    async eraseInPart(batches) {
      const enough = new Error("enough");
      let committed = 0;
      const breathe = async () => {
        if (committed === batches) throw enough;
      };
      const told = () => void committed++;
      return erase({ breathe, told }).then(
        () => false,
        (error: unknown) => {
          if (error !== enough) throw error;
          return true;
        },
      );
    },
    async restoreMissing(context = quietContext()) {
      const source = await fileSource(bundle.path);
      try {
        return await restoreMissing(
          { source, url, platform, tenantKey: key, committing: async () => {} },
          context,
        );
      } finally {
        await source.close();
      }
    },
    prove: () => proveEmpty(url, request, quietContext()),
    clear: () => clearAway(client, key, quietContext()),
  };
}
