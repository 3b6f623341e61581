/** One delete by Tenantry, in a process of its own. */
import { readFileSync } from "node:fs";
import type { BundleDigests } from "../../lib/rows/delete/bundle-digests.ts";
import { deleteTenant } from "../../lib/rows/delete/delete-tenant.ts";
import type { GovernedBatch } from "../../lib/rows/delete/govern.ts";
import { NO_ANSWERS } from "../../lib/rows/delete/request.ts";
import { quietContext } from "../../lib/rows/run-context.ts";
import { harborPlatform } from "../ground/platform.ts";
import { work } from "../measure/work.ts";

export interface DeleteJob {
  readonly url: string;
  readonly tenantKey: string;
  /** File with the bundle's digests. */
  readonly digests: string;
}

export interface TimedBatch extends GovernedBatch {
  /** Seconds since the first row was recorded. */
  readonly at: number;
}

export interface Deleted {
  readonly rows: number;
  /** Seconds from the first row that was recorded to the end: what was compared before is told apart. */
  readonly seconds: number;
  readonly comparing: number;
  /** Until the first batch. */
  readonly recording: number;
  readonly batches: readonly TimedBatch[];
}

await work<DeleteJob, Deleted>(async ({ url, tenantKey, digests }) => {
  const bundle = JSON.parse(readFileSync(digests, "utf8")) as BundleDigests;
  const batches: TimedBatch[] = [];
  let comparing: number | null = null;
  let recording: number | null = null;
  const begun = (phase: string) => {
    if (phase === "comparing") comparing ??= performance.now();
    if (phase === "recording") recording ??= performance.now();
  };
  const { tables } = await deleteTenant(
    {
      url,
      platform: harborPlatform(),
      tenantKey,
      answers: NO_ANSWERS,
      bundle,
      committing: async () => {},
      breathe: async () => {},
      told: (batch) => void batches.push({ ...batch, at: (performance.now() - recording!) / 1_000 }),
    },
    quietContext({ progress: ({ phase }) => begun(phase) }),
  );
  const [first] = batches;
  return {
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    seconds: (performance.now() - recording!) / 1_000,
    comparing: (recording! - comparing!) / 1_000,
    recording: first!.at - first!.milliseconds / 1_000,
    batches,
  };
});
