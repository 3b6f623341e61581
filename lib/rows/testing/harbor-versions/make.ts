/**
 * Writes the stored bundles: one tenant of the demo platform as it was at each of its versions, by its own generator.
 * They are written once and kept; a version that is added to the platform gets one when it is no longer the newest.
 *
 * Usage: node lib/rows/testing/harbor-versions/make.ts
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { platformAt, setUpHarborAt } from "../../../../examples/harbor/earlier.ts";
import { HARBOR_MIGRATIONS, HARBOR_PLATFORM_FILE, setUpHarbor } from "../../../../examples/harbor/set-up.ts";
import { sqlxAdapter } from "../../../ledger/sqlx.ts";
import { connect } from "../../../postgres/connection.ts";
import { startThrowawayServer } from "../../../postgres/server/throwaway.ts";
import { platformFileSchema } from "../../../tenancy/platform-file-schema.ts";
import { exportTo } from "../walk.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Of the other database than the one that tests import into. */
export const VERSIONS_REGION = "us-1";
export const VERSIONS_SCALE = 0.02;
export const VERSIONS_TENANT = "copper-basin";

async function makeAll(): Promise<void> {
  const server = await startThrowawayServer(20);
  const at = (name: string) => Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  const admin = await connect(server.url, { applicationName: "make" });
  await admin.query("CREATE DATABASE harbor_head");
  await setUpHarbor(at("harbor_head"), { region: VERSIONS_REGION, scale: VERSIONS_SCALE });
  const head = await connect(at("harbor_head"), { applicationName: "make" });
  const today: unknown = parse(await readFile(HARBOR_PLATFORM_FILE, "utf8"));
  const files = await sqlxAdapter.list(HARBOR_MIGRATIONS);
  // Before the third there are no tenants.
  for (const { version } of files.slice(2, -1)) {
    const name = `${version}.tar.zst`;
    if (existsSync(`${HERE}${name}`)) continue;
    await admin.query("CREATE DATABASE harbor_earlier");
    const client = await connect(at("harbor_earlier"), { applicationName: "make" });
    await setUpHarborAt(client, version, head);
    const platform = platformFileSchema.parse(await platformAt(client, today));
    const request = { url: at("harbor_earlier"), platform, tenant: VERSIONS_TENANT, name };
    await exportTo(HERE, { ...request, compression: "zstd" });
    await client.end();
    await admin.query("DROP DATABASE harbor_earlier");
    process.stdout.write(`${name}\n`);
  }
  await head.end();
  await admin.end();
  await server.stop();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeAll();
