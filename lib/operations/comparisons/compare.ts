/** The comparison that was asked for: a bundle and another, or a bundle and a tenant as it lives. */
import { eq } from "drizzle-orm";
import type { Manifest } from "../../bundle/manifest.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import { bundles } from "../../records/schema/bundles.ts";
import type { comparisons } from "../../records/schema/comparisons.ts";
import { type BundleSideOptions, bundleSide } from "../../rows/compare/bundle-side.ts";
import { type Comparison, compareSides } from "../../rows/compare/compare.ts";
import { liveSide } from "../../rows/compare/live-side.ts";
import type { CompareSide } from "../../rows/compare/side.ts";
import { readManifest } from "../../rows/import/outline.ts";
import type { Progress } from "../../rows/run-context.ts";
import type { Console } from "../console.ts";
import { registeredPair } from "../directory.ts";
import { remapOfImport } from "./imported.ts";
import { ROWS_SHOWN, type ShownRow, shownRow } from "./shown-row.ts";

export type ComparisonReach = Pick<Console, "records" | "stores" | "secrets">;
export type ComparisonRow = typeof comparisons.$inferSelect;

/** What a comparison has found, and some of the rows that differ, by table. */
export interface Found {
  readonly comparison: Comparison;
  readonly rows: ReadonlyMap<string, readonly ShownRow[]>;
}

/** Compares what was asked for. Reads only, in bounded memory. */
export async function compare(
  reach: ComparisonReach,
  asked: ComparisonRow,
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<Found> {
  const closing: { close(): Promise<void> }[] = [];
  try {
    const source = await openBundle(reach, asked.bundleId);
    closing.unshift(source);
    const manifest = await readManifest(source);
    const { second, remapped } = await otherSide(reach, asked, manifest, signal, closing);
    const first = await bundleSide(source, { remapped });
    closing.unshift(first);
    const examples = examplesOf(manifest);
    const comparison = await compareSides(
      first,
      second,
      { signal, progress, sideEffect: (_name, effect) => effect() },
      { examples },
    );
    return { comparison, rows: examples.rows };
  } finally {
    for (const each of closing) await each.close();
  }
}

/** A copy that an import made is met with the bundle's ids as the import changed them. */
async function otherSide(
  reach: ComparisonReach,
  { databaseId, otherBundleId, importId, tenantKey }: ComparisonRow,
  like: Manifest,
  signal: AbortSignal,
  closing: { close(): Promise<void> }[],
): Promise<{ readonly second: CompareSide; readonly remapped?: BundleSideOptions["remapped"] }> {
  if (otherBundleId !== null) {
    const source = await openBundle(reach, otherBundleId);
    const second = await bundleSide(source);
    closing.unshift(second, source);
    return { second };
  }
  const { platform, plannerUrl } = await registeredPair(reach.records, reach.secrets, databaseId!);
  const remap = importId === null ? null : await remapOfImport(reach.records, importId);
  const tenant = remap?.tenant.newKey ?? tenantKey;
  const second = await liveSide({ url: plannerUrl, platform: platform.file, tenant, like, signal });
  closing.unshift(second);
  return { second, remapped: remap === null ? undefined : { remap, model: second.model } };
}

async function openBundle({ records, stores }: ComparisonReach, id: string): Promise<BundleSource> {
  const [row] = await records.select().from(bundles).where(eq(bundles.id, id));
  return stores.get(row!.store).open(row!.name);
}

/** A few rows of each table, as they come; classes are the first side's. */
function examplesOf(manifest: Manifest) {
  const tables = new Map(manifest.tables.map((table) => [qualifiedName(table.schema, table.name), table]));
  const rows = new Map<string, ShownRow[]>();
  return {
    rows,
    wants: (table: string) => tables.has(table) && (rows.get(table)?.length ?? 0) < ROWS_SHOWN,
    take(table: string, row: Parameters<typeof shownRow>[0]) {
      const { columns, key } = tables.get(table)!;
      const known = rows.get(table);
      const shown = shownRow(row, columns, key ?? []);
      if (known === undefined) rows.set(table, [shown]);
      else known.push(shown);
    },
  };
}
