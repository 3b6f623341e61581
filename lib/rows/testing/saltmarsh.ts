/** One tenant of the demo as a bundle, and how to ask for its import. */
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import type { ImportResult } from "../import/import-tenant.ts";
import { quietContext, type RunContext } from "../run-context.ts";
import {
  type Exported,
  exportTo,
  harborPlatform,
  importFrom,
  temporaryFolder,
  type WalkRequest,
} from "./walk.ts";

export interface Saltmarsh {
  readonly platform: PlatformFile;
  readonly folder: Awaited<ReturnType<typeof temporaryFolder>>;
  readonly home: TestDatabase;
  readonly bundle: Exported;
  /** Another slug and other domains: what an import beside the original needs. */
  readonly renamed: Pick<WalkRequest, "newSlug" | "newDomains">;
  /** An import that would succeed if nothing stood in its way. */
  readonly ask: (
    database: TestDatabase,
    changes?: Partial<WalkRequest>,
    context?: RunContext,
  ) => () => Promise<ImportResult>;
}

export async function prepareSaltmarsh(): Promise<Saltmarsh> {
  const platform = await harborPlatform();
  const folder = await temporaryFolder();
  const home = await createTestDatabase("harbor");
  const bundle = await exportTo(folder.path, { url: home.url, platform, tenant: "saltmarsh" });
  const { domains } = bundle.manifest.tenant;
  const renamed = {
    newSlug: "saltmarsh-two",
    newDomains: new Map(domains.map((domain) => [domain, `two.${domain}`])),
  };
  const { path } = bundle;
  return {
    platform,
    folder,
    home,
    bundle,
    renamed,
    ask:
      (database, changes = {}, context = quietContext()) =>
      () =>
        importFrom({ path, url: database.url, platform, ...renamed, ...changes }, context),
  };
}
