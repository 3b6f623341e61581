/** One verification by Tenantry, in a process of its own. */
import { fileSource } from "../../lib/bundle/stores/file-source.ts";
import { verifyBundle } from "../../lib/bundle/verify.ts";
import { work } from "../measure/work.ts";

export interface VerifyJob {
  readonly bundle: string;
}

export interface Verified {
  readonly rows: number;
  /** Uncompressed. */
  readonly bytes: number;
}

await work<VerifyJob, Verified>(async ({ bundle }) => {
  const source = await fileSource(bundle);
  try {
    const { seal } = await verifyBundle(source);
    if (seal === undefined || seal === null) throw new Error("the bundle is not whole");
    return { rows: seal.totals.rows, bytes: seal.totals.bytes };
  } finally {
    await source.close();
  }
});
