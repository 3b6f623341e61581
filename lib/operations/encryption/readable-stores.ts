/** The stores as the console reads them: what lies encrypted in them opens with the keys of its platform. */
import type { SecretBox } from "../../access/secret-box.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import type { RecordsSession } from "../../records/client.ts";
import type { Stores } from "../stores.ts";
import { bundleIdentities } from "./keys.ts";

export function readableStores(stores: Stores, records: RecordsSession, secrets: SecretBox): Stores {
  return {
    ids: stores.ids,
    get(id) {
      const store = stores.get(id);
      const readable = (source: BundleSource, name: string): BundleSource => ({
        ...source,
        identities: () => bundleIdentities(records, secrets, { store: id, name }),
      });
      const { unfinished } = store;
      return {
        ...store,
        open: async (name) => readable(await store.open(name), name),
        // An export that goes on opens what it has left with the same keys, and begins a file under a key of its own.
        unfinished:
          unfinished &&
          (async (name) => {
            const source = await unfinished(name);
            return source && readable(source, name);
          }),
      };
    },
  };
}
