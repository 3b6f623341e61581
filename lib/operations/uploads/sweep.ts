/** Uploads whose receiving process is no more: what they left in the store is removed, and they are ended. */
import { and, eq, not } from "drizzle-orm";
import { bundles } from "../../records/schema/bundles.ts";
import { uploads } from "../../records/schema/uploads.ts";
import type { Console } from "../console.ts";
import { uploadBrokeOff } from "./refusals.ts";
import { ALIVE } from "./upload-limit.ts";
import { endUpload, type UploadRow } from "./upload-record.ts";

type Reach = Pick<Console, "records" | "stores">;

const SWEEP = { personId: null, name: "upload sweep" };

/** How many were ended. */
export async function sweepUploads({ records, stores }: Reach): Promise<number> {
  const lost = await records
    .select()
    .from(uploads)
    .where(and(eq(uploads.state, "receiving"), not(ALIVE)));
  let ended = 0;
  for (const upload of lost) {
    await clear({ records, stores }, upload);
    const findings = [uploadBrokeOff()];
    const end = { state: "aborted" as const, findings, bytes: upload.bytes };
    if (await records.transaction((tx) => endUpload(tx, SWEEP, upload, end))) ended += 1;
  }
  return ended;
}

/** The unfinished file, and a whole one that was published and never listed. */
async function clear({ records, stores }: Reach, upload: UploadRow): Promise<void> {
  const store = stores.get(upload.store);
  await store.discard(upload.name);
  const [listed] = await records
    .select({ id: bundles.id })
    .from(bundles)
    .where(and(eq(bundles.store, upload.store), eq(bundles.name, upload.name)));
  if (listed === undefined) await store.remove(upload.name);
}
