/** One import by Tenantry, in a process of its own. */
import { fileSource } from "../../lib/bundle/stores/file-source.ts";
import { importTenant } from "../../lib/rows/import/import-tenant.ts";
import { journalPath } from "../../lib/rows/import/journal.ts";
import { quietContext } from "../../lib/rows/run-context.ts";
import type { PlatformFile } from "../../lib/tenancy/platform-file.ts";
import { harborPlatform } from "../ground/platform.ts";
import { work } from "../measure/work.ts";

export interface ImportJob {
  readonly url: string;
  readonly bundle: string;
  readonly ids: "fresh" | "kept";
  /** Sets the run apart from earlier ones of the same bundle: each begins with no journal. */
  readonly run: string;
  /** Where it is not today's. */
  readonly platform?: PlatformFile;
}

export interface Imported {
  readonly rows: number;
  readonly outcome: string;
}

await work<ImportJob, Imported>(async ({ url, bundle, ids, run, platform = harborPlatform() }) => {
  const source = await fileSource(bundle);
  try {
    const { tables, outcome } = await importTenant(
      {
        source,
        url,
        platform,
        ids,
        unreviewed: true,
        journal: (key) => journalPath(`${bundle}.${run}`, key),
      },
      quietContext(),
    );
    return { rows: tables.reduce((total, table) => total + table.rows, 0), outcome };
  } finally {
    await source.close();
  }
});
