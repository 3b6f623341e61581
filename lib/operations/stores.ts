/**
 * The stores of bundles by id: the folder on this machine, or on one that all workers mount, and where one is configured
 * a bucket. Which of them a platform uses stands in its record.
 */
import { folderStore } from "../bundle/stores/folder.ts";
import { s3Store } from "../bundle/stores/s3/store.ts";
import type { BundleStore } from "../bundle/stores/store.ts";
import { Refusal } from "../findings/finding.ts";
import type { ConsoleConfig } from "./config.ts";

export interface Stores {
  readonly ids: readonly string[];
  /** @throws Refusal for a store that is not configured here */
  get(id: string): BundleStore;
}

type StoreConfig = Pick<ConsoleConfig, "bundleFolder" | "bundleFolderRegion" | "s3">;

export function openStores({ bundleFolder, bundleFolderRegion, s3 }: StoreConfig): Stores {
  const stores = new Map<string, BundleStore>([
    ["folder", folderStore(bundleFolder, { region: bundleFolderRegion })],
  ]);
  if (s3 !== null) stores.set("s3", s3Store(s3));
  return {
    ids: [...stores.keys()],
    get(id) {
      const store = stores.get(id);
      if (store !== undefined) return store;
      throw new Refusal({
        code: "store-unknown",
        severity: "blocks",
        where: id,
        what: `This process knows no store "${id}".`,
        todo: "Give web and worker the same configuration, or choose another store for the platform.",
      });
    },
  };
}
