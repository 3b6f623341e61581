/**
 * An upgrade from the start of its server to its end, against its own parts measured alone in the same run: the
 * migrations up to the bundle's version, the import, the migrations since over its rows, the export. What is left is
 * what an upgrade adds: two servers, the schema that is expected, seeds, and whose the rows were then.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { platformAt, setUpHarborAt } from "../../examples/harbor/earlier.ts";
import { HARBOR_MIGRATIONS, HARBOR_PLATFORM_FILE } from "../../examples/harbor/set-up.ts";
import { fileSource } from "../../lib/bundle/stores/file-source.ts";
import { folderStore } from "../../lib/bundle/stores/folder.ts";
import { readCatalog } from "../../lib/catalog/read.ts";
import { sqlxAdapter } from "../../lib/ledger/sqlx.ts";
import { connect } from "../../lib/postgres/connection.ts";
import { createConfinedDatabase } from "../../lib/postgres/server/confined-database.ts";
import { startThrowawayServer } from "../../lib/postgres/server/throwaway.ts";
import { pinSession } from "../../lib/postgres/session.ts";
import { insertReferenceRows } from "../../lib/rows/drill/reference-rows.ts";
import { exportTenant } from "../../lib/rows/export/export-tenant.ts";
import { quietContext } from "../../lib/rows/run-context.ts";
import { meetSeeds } from "../../lib/rows/upgrade/seeds.ts";
import { UPGRADE_STEPS, type UpgradeStep } from "../../lib/rows/upgrade/upgrade-bundle.ts";
import { deriveModel } from "../../lib/tenancy/derive-model.ts";
import { type PlatformFile, platformFileSchema } from "../../lib/tenancy/platform-file-schema.ts";
import { createDatabase, onlyTenant } from "../ground/databases.ts";
import { TENANT } from "../ground/platform.ts";
import { alternate, median } from "../measure/rounds.ts";
import { runWorker } from "../measure/worker.ts";
import { type Verdict, within } from "../report.ts";
import type { ExportJob } from "../workers/export.ts";
import type { Imported, ImportJob } from "../workers/import.ts";
import type { MigrateJob } from "../workers/migrate.ts";
import type { Upgraded, UpgradeJob } from "../workers/upgrade.ts";
import type { SuiteContext } from "./suite.ts";

/** Over so many migrations. */
const MIGRATIONS = 20;
/** Sessions of the parts' server. */
const CONNECTIONS = 20;

export async function upgradeSuite({
  ground,
  size,
  rounds,
  say,
}: Pick<SuiteContext, "ground" | "size" | "rounds" | "say">): Promise<Verdict[]> {
  const folder = join(ground.files, "upgrade");
  mkdirSync(folder);
  const tenant = await onlyTenant(ground.url, size);
  const old = await oldBundle(ground.url, tenant.url, folder);
  await tenant.drop();
  const steps = new Map<UpgradeStep, number[]>(UPGRADE_STEPS.map((step) => [step, []]));
  let run = 0;
  const upgrading = async () => {
    const job = { bundle: old.path, migrations: HARBOR_MIGRATIONS, folder, name: `upgraded-${run++}` };
    const done = await runWorker<Upgraded>("upgrade", job satisfies UpgradeJob);
    rmSync(join(folder, job.name));
    if (done.result.migrations !== MIGRATIONS) throw new Error("not as many migrations as were meant to run");
    if (done.result.rows < 0.9 * old.rows) throw new Error(`the upgrade came to ${done.result.rows} rows`);
    for (const step of UPGRADE_STEPS) steps.get(step)!.push(done.result.seconds[step]);
    return done.seconds;
  };
  const parts = new Map<string, number[]>();
  const alone = async () => {
    const seconds = await partsAlone(old, folder, String(run++));
    for (const [part, each] of Object.entries(seconds)) parts.set(part, [...(parts.get(part) ?? []), each]);
    return Object.values(seconds).reduce((sum, each) => sum + each, 0);
  };
  const measured = await alternate({ upgrading, alone }, rounds, false);
  const told = (of: ReadonlyMap<string, readonly number[]>) =>
    [...of].map(([name, seconds]) => `${name} ${median(seconds).toFixed(2)}`).join(", ");
  say(`an upgrade's steps in seconds: ${told(steps)}; its parts alone: ${told(parts)}`);
  rmSync(folder, { recursive: true });
  const what = `upgrade over ${MIGRATIONS} migrations : its parts alone`;
  return [within(1.3, { what, size, rows: old.rows, ours: measured.upgrading, peer: measured.alone })];
}

interface OldBundle {
  /** Of the tenant. */
  readonly rows: number;
  readonly path: string;
  readonly version: string;
  readonly platform: PlatformFile;
}

/** The tenant as it would have been so many migrations ago. */
async function oldBundle(server: string, source: string, folder: string): Promise<OldBundle> {
  const files = await sqlxAdapter.list(HARBOR_MIGRATIONS);
  const { version } = files.at(-1 - MIGRATIONS)!;
  const url = await createDatabase(server, "earlier");
  const head = await connect(source, { applicationName: "bench" });
  const client = await connect(url, { applicationName: "bench" });
  await setUpHarborAt(client, version, head);
  await client.query("ANALYZE");
  const today: unknown = parse(readFileSync(HARBOR_PLATFORM_FILE, "utf8"));
  const platform = platformFileSchema.parse(await platformAt(client, today));
  await Promise.all([head.end(), client.end()]);
  const name = "old";
  const { seal } = await exportTenant(
    {
      url,
      platform,
      tenant: TENANT,
      store: folderStore(folder),
      name,
      compression: "zstd",
      engineVersion: "bench",
    },
    quietContext(),
  );
  const admin = await connect(server, { applicationName: "bench" });
  await admin.query("DROP DATABASE earlier");
  await admin.end();
  const owned = seal.tables.filter((table) => table.section === "data");
  return {
    path: join(folder, name),
    rows: owned.reduce((sum, { rows }) => sum + rows, 0),
    version,
    platform,
  };
}

/** On a server like an upgrade's own, whose start is not counted. */
async function partsAlone({ path, version, platform }: OldBundle, folder: string, run: string) {
  const server = await startThrowawayServer(CONNECTIONS);
  try {
    const url = await createConfinedDatabase(server.url, "parts");
    const migrate = { url, folder: HARBOR_MIGRATIONS } satisfies MigrateJob;
    const before = await runWorker("migrate", { ...migrate, upTo: version } satisfies MigrateJob);
    await meetCommons(url, path, platform);
    const imported = await runWorker<Imported>("import", {
      url,
      bundle: path,
      ids: "kept",
      run,
      platform,
    } satisfies ImportJob);
    await analyze(url);
    const since = await runWorker("migrate", migrate);
    const name = `parts-${run}`;
    const exported = await runWorker("export", {
      url,
      folder,
      name,
      compression: "zstd",
      connections: 2,
      signed: false,
    } satisfies ExportJob);
    rmSync(join(folder, name));
    return {
      "migrations before": before.seconds,
      import: imported.seconds,
      "migrations since": since.seconds,
      export: exported.seconds,
    };
  } finally {
    await server.stop();
  }
}

/** What a database of the platform has that the tenant's rows point at. */
async function meetCommons(url: string, path: string, platform: PlatformFile): Promise<void> {
  const client = await connect(url, { applicationName: "bench" });
  const source = await fileSource(path);
  try {
    await pinSession(client);
    const catalog = await readCatalog(client);
    const seeds = meetSeeds(client, catalog, deriveModel(catalog, platform));
    await insertReferenceRows(client, catalog, source, quietContext(), seeds);
  } finally {
    await source.close();
    await client.end();
  }
}

async function analyze(url: string): Promise<void> {
  const client = await connect(url, { applicationName: "bench" });
  try {
    await client.query("ANALYZE");
  } finally {
    await client.end();
  }
}
