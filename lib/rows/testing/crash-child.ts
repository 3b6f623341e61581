/**
 * A process that exports, imports or deletes, and ends itself by SIGKILL before or after one of its side effects.
 *
 * Usage: node crash-child.ts <JSON of CrashJob>. Without a point it does the work and prints the side effects.
 */
import type { S3Config } from "../../bundle/stores/s3/bucket.ts";
import type { SideEffect } from "../../bundle/stores/store.ts";
import { die } from "../../testing/die.ts";
import type { BundleDigests } from "../delete/bundle-digests.ts";
import { deleteTenant } from "../delete/delete-tenant.ts";
import { NO_ANSWERS } from "../delete/request.ts";
import { quietContext } from "../run-context.ts";
import { FEW_ROWS } from "./erasable.ts";
import { goingOnIn } from "./going-on-in.ts";
import { smallPartsIn } from "./small-parts.ts";
import { exportTo, importFrom, parsePlatform } from "./walk.ts";

export type CrashJob = {
  readonly url: string;
  /** The platform file's text. */
  readonly platform: string;
  readonly point: { readonly name: string; readonly nth: number; readonly when: "before" | "after" } | null;
} & (
  | {
      readonly operation: "export";
      readonly folder: string;
      readonly name: string;
      readonly tenant: string;
      readonly compression?: "gzip" | "zstd";
      /** The file in which it keeps how far it came; without, it keeps nothing. */
      readonly keptIn?: string;
      readonly recipients?: readonly string[];
      /** Into this bucket; else into the folder. */
      readonly bucket?: S3Config;
    }
  | {
      readonly operation: "import";
      readonly path: string;
      readonly newSlug: string;
      readonly newDomains: readonly (readonly [string, string])[];
    }
  | { readonly operation: "delete"; readonly tenantKey: string; readonly bundle: BundleDigests }
);

async function run(job: CrashJob): Promise<void> {
  const names: string[] = [];
  const sideEffect: SideEffect = async (name, effect) => {
    names.push(name);
    const nth = names.filter((other) => other === name).length;
    const mine = job.point?.name === name && job.point.nth === nth;
    if (mine && job.point.when === "before") await die();
    const result = await effect();
    if (mine && job.point.when === "after") await die();
    return result;
  };
  const context = quietContext({ sideEffect });
  const { url } = job;
  const platform = parsePlatform(job.platform);
  if (job.operation === "export") {
    const { folder, name, tenant, compression = "gzip", keptIn, recipients, bucket } = job;
    const goingOn = keptIn === undefined ? undefined : goingOnIn(keptIn, false, sideEffect);
    const store = bucket && smallPartsIn(bucket, sideEffect);
    const request = { url, platform, tenant, name, compression, recipients, goingOn };
    await exportTo(folder, store ? { ...request, store } : request, context);
  } else if (job.operation === "delete") {
    const run = { committing: async () => {}, breathe: async () => {}, governor: FEW_ROWS };
    const { tenantKey, bundle } = job;
    await deleteTenant({ url, platform, tenantKey, answers: NO_ANSWERS, bundle, ...run }, context);
  } else {
    const newDomains = new Map(job.newDomains);
    await importFrom({ url, platform, path: job.path, newSlug: job.newSlug, newDomains }, context);
  }
  process.stdout.write(JSON.stringify(names));
}

await run(JSON.parse(process.argv[2] as string) as CrashJob);
