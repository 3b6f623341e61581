/** The one pool that a process holds to the records: pages, actions and sessions share it. */
import { openRecords, type Records } from "./client.ts";
import { recordsUrl } from "./config.ts";

/** Next loads a module more than once in one process (pages, actions, instrumentation); the pool is still one. */
const KEY = Symbol.for("tenantry.records");
const held = globalThis as { [KEY]?: { readonly url: string; readonly records: Records } };

/** The records that `TENANTRY_RECORDS_URL` names, opened at the first call and opened again after a `close()`. */
export function processRecords(env: NodeJS.ProcessEnv = process.env): Records {
  const url = recordsUrl(env);
  const open = held[KEY];
  if (open !== undefined && open.url === url && !open.records.pool.ending) return open.records;
  const records = openRecords(url);
  held[KEY] = { url, records };
  return records;
}
