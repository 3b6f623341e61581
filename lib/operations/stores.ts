/** The stores of bundles by id. There is one now: the folder on this machine, or on one that all workers mount. */

import { folderStore } from "../bundle/stores/folder.ts";
import type { BundleStore } from "../bundle/stores/store.ts";
import { Refusal } from "../findings/finding.ts";
import type { ConsoleConfig } from "./config.ts";

export interface Stores {
  readonly ids: readonly string[];
  /** @throws Refusal for a store that is not configured here */
  get(id: string): BundleStore;
}

export function openStores(config: Pick<ConsoleConfig, "bundleFolder">): Stores {
  const stores = new Map<string, BundleStore>([["folder", folderStore(config.bundleFolder)]]);
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
