/** One comparison of a bundle with the live tenant that it is of, in a process of its own. */
import { fileSource } from "../../lib/bundle/stores/file-source.ts";
import { bundleSide } from "../../lib/rows/compare/bundle-side.ts";
import { compareSides } from "../../lib/rows/compare/compare.ts";
import { liveSide } from "../../lib/rows/compare/live-side.ts";
import { readManifest } from "../../lib/rows/import/outline.ts";
import { quietContext } from "../../lib/rows/run-context.ts";
import { harborPlatform, TENANT } from "../ground/platform.ts";
import { work } from "../measure/work.ts";

export interface DiffJob {
  readonly url: string;
  readonly bundle: string;
}

export interface Diffed {
  readonly rows: number;
}

await work<DiffJob, Diffed>(async ({ url, bundle }) => {
  const source = await fileSource(bundle);
  const like = await readManifest(source);
  const live = await liveSide({ url, platform: harborPlatform(), tenant: TENANT, like });
  try {
    const { equal, tables } = await compareSides(await bundleSide(source), live, quietContext());
    if (!equal) throw new Error("the bundle does not equal the tenant that it was made of");
    return { rows: tables.reduce((rows, table) => rows + table.rows[0], 0) };
  } finally {
    await live.close();
    await source.close();
  }
});
