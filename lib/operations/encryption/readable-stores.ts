/** The stores as the console reads them: what lies encrypted in them opens with the keys of its platform. */
import type { SecretBox } from "../../access/secret-box.ts";
import type { RecordsSession } from "../../records/client.ts";
import type { Stores } from "../stores.ts";
import { bundleIdentities } from "./keys.ts";

export function readableStores(stores: Stores, records: RecordsSession, secrets: SecretBox): Stores {
  return {
    ids: stores.ids,
    get(id) {
      const store = stores.get(id);
      return {
        ...store,
        async open(name) {
          const source = await store.open(name);
          return { ...source, identities: () => bundleIdentities(records, secrets, { store: id, name }) };
        },
      };
    },
  };
}
