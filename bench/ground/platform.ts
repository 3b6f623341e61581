/** Harbor as Tenantry sees it in one database: what a peer must be told to read the same rows. */
import { readFileSync } from "node:fs";
import { HARBOR_PLATFORM_FILE } from "../../examples/harbor/set-up.ts";
import { connect } from "../../lib/postgres/connection.ts";
import { pinSession } from "../../lib/postgres/session.ts";
import { dataExtents, type Extent } from "../../lib/rows/export/jobs.ts";
import { readSource } from "../../lib/rows/export/read-source.ts";
import { tenantKeyLiteral } from "../../lib/rows/tenant.ts";
import type { TenancyModel } from "../../lib/tenancy/model.ts";
import { type PlatformFile, readPlatformFile } from "../../lib/tenancy/platform-file.ts";

/** The tenant that is measured, the biggest of the demo. */
export const TENANT = "kestrel";

export function harborPlatform(): PlatformFile {
  const { file } = readPlatformFile(readFileSync(HARBOR_PLATFORM_FILE, "utf8"), "platform.yaml");
  if (file === null) throw new Error("the demo's platform file cannot be read");
  return file;
}

export interface OwnedTables {
  readonly model: TenancyModel;
  /** In load order, each with the condition under which a row is the tenant's. */
  readonly extents: readonly Extent[];
}

/** The tenant's tables in the database that `url` names. */
export async function ownedTables(url: string): Promise<OwnedTables> {
  const client = await connect(url, { applicationName: "bench", readOnly: true });
  try {
    await pinSession(client);
    const { catalog, model, tenant } = await readSource(client, harborPlatform(), TENANT);
    return { model, extents: dataExtents(catalog, model, tenantKeyLiteral(model, tenant.key)) };
  } finally {
    await client.end();
  }
}
