/** The demo's two databases, and copies of their tenants. */
import type pg from "pg";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { harborSpec } from "./harbor-spec.ts";
import type { OracleSpec } from "./oracle-spec.ts";
import { type Exported, exportTo, harborPlatform, temporaryFolder } from "./walk.ts";

export type RegionName = "harbor" | "harbor-us";

export interface Region {
  readonly database: TestDatabase;
  readonly client: pg.Client;
}

export interface Copy {
  readonly bundle: Exported;
  readonly changes: { readonly newSlug: string; readonly newDomains: ReadonlyMap<string, string> };
  readonly spec: OracleSpec;
}

export interface HarborRegions {
  readonly platform: PlatformFile;
  readonly folder: string;
  of(region: RegionName): Region;
  /** Exports a tenant, and asks for an import under another slug and other domains. */
  copyOf(slug: string, from: RegionName, compression?: "gzip" | "zstd"): Promise<Copy>;
  remove(): Promise<void>;
}

export async function openRegions(): Promise<HarborRegions> {
  const platform = await harborPlatform();
  const folder = await temporaryFolder();
  const regions = new Map<RegionName, Region>();
  for (const template of ["harbor", "harbor-us"] as const) {
    const database = await createTestDatabase(template);
    regions.set(template, { database, client: await database.connect() });
  }
  let copies = 0;
  return {
    platform,
    folder: folder.path,
    of: (region) => regions.get(region)!,
    async copyOf(slug, from, compression = "gzip") {
      const { url } = regions.get(from)!.database;
      const name = `${slug}-${++copies}.${compression === "gzip" ? "tar.gz" : "tar.zst"}`;
      const bundle = await exportTo(folder.path, { url, platform, tenant: slug, name, compression });
      const changes = {
        newSlug: `${slug}-copy-${copies}`,
        newDomains: new Map(
          bundle.manifest.tenant.domains.map((domain) => [domain, `copy-${copies}.${domain}`]),
        ),
      };
      return { bundle, changes, spec: harborSpec({ slug: changes.newSlug, domains: changes.newDomains }) };
    },
    async remove() {
      await folder.remove();
      for (const { database } of regions.values()) await database.drop();
    },
  };
}
