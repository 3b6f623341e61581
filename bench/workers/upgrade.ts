/** One upgrade by Tenantry, in a process of its own, on servers of its own: their start and end are in it. */
import { fileSource } from "../../lib/bundle/stores/file-source.ts";
import { folderStore } from "../../lib/bundle/stores/folder.ts";
import { quietContext } from "../../lib/rows/run-context.ts";
import { type UpgradeStep, upgradeBundle } from "../../lib/rows/upgrade/upgrade-bundle.ts";
import { harborPlatform } from "../ground/platform.ts";
import { work } from "../measure/work.ts";

export interface UpgradeJob {
  readonly bundle: string;
  readonly migrations: string;
  readonly folder: string;
  readonly name: string;
}

export interface Upgraded {
  /** Of the tenant, in the new bundle. */
  readonly rows: number;
  /** Migrations that ran over them. */
  readonly migrations: number;
  readonly seconds: Readonly<Record<UpgradeStep, number>>;
}

await work<UpgradeJob, Upgraded>(async ({ bundle, folder, ...job }) => {
  const source = await fileSource(bundle);
  try {
    const { seal, migrations, seconds } = await upgradeBundle(
      {
        ...job,
        source,
        platform: harborPlatform(),
        compression: "zstd",
        store: folderStore(folder),
        engineVersion: "bench",
      },
      quietContext(),
    );
    const owned = seal.tables.filter((table) => table.section === "data");
    return { rows: owned.reduce((sum, { rows }) => sum + rows, 0), migrations: migrations.length, seconds };
  } finally {
    await source.close();
  }
});
