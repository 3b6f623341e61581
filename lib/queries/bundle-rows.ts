/** Some rows of one table of a bundle, read from its file for this page alone. */
import "server-only";
import { eq } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import type { Manifest, ManifestColumn, Seal } from "../bundle/manifest.ts";
import { compressionOfName } from "../bundle/name.ts";
import { readTableWindow } from "../bundle/table-window.ts";
import { type Finding, Refusal } from "../findings/finding.ts";
import { revealedUntil } from "../operations/bundles/reveal.ts";
import type { Console } from "../operations/console.ts";
import { isId } from "../records/id.ts";
import { bundlePieces, bundles } from "../records/schema/bundles.ts";
import { bundleTables, readManifest, readSeal } from "./bundle-contents.ts";
import type { BundleState } from "./bundle-list.ts";
import type { BundleRowsQuery } from "./bundle-rows-list.ts";
import { authorise } from "./refused.ts";
import { type SampleRow, sampleRow, shownWhen } from "./sample-cells.ts";

export const ROWS_ON_A_PAGE = 25;

/** Longer rows are told by their length. Bytes. */
const LONGEST_ROW = 1024 * 1024;

/** A page waits no longer than this. Milliseconds. */
const PATIENCE = 10_000;

export interface SampledTable {
  /** `data-3`: in addresses. */
  readonly address: string;
  /** `public.invoices` */
  readonly table: string;
  readonly rows: number;
}

/** With its place in the table, from 1. */
export type PlacedRow = SampleRow & { readonly place: number };

export interface BundleRowsView {
  readonly id: string;
  readonly name: string;
  readonly tenantSlug: string | null;
  readonly tenantKey: string | null;
  readonly state: BundleState;
  /** Those that have rows, the largest first. */
  readonly tables: readonly SampledTable[];
  readonly shown: SampledTable;
  readonly columns: readonly Pick<ManifestColumn, "name" | "type" | "class">[];
  readonly rows: readonly PlacedRow[];
  readonly page: number;
  /** Whether the file had to be read from its beginning: zstd, or a file that was never verified here. */
  readonly sequential: boolean;
  /** Whether this table has columns that are shown only when asked for. */
  readonly personal: boolean;
  /** Until when they are shown; null while they are masked. */
  readonly revealedUntil: Date | null;
  /** Null where this person may ask for them. */
  readonly mayReveal: boolean;
  /** Why there are no rows to see. */
  readonly findings: readonly Finding[];
}

type Source = Pick<Console, "records" | "stores">;
type BundleRow = typeof bundles.$inferSelect;

/** Null where there is no such bundle, no such table in it, or none with rows. @throws Refused */
export async function readBundleRows(
  source: Source,
  actor: Actor,
  id: string,
  query: BundleRowsQuery,
): Promise<BundleRowsView | null> {
  authorise(actor, "see");
  if (!isId(id)) return null;
  const [bundle] = await source.records.select().from(bundles).where(eq(bundles.id, id));
  const manifest = readManifest(bundle?.manifest);
  const seal = readSeal(bundle?.seal);
  if (bundle === undefined || manifest === null || seal === null) return null;
  const tables = sampledTables(manifest, seal);
  const shown = query.table === null ? tables[0] : tables.find(({ address }) => address === query.table);
  if (shown === undefined) return null;
  const [section, ordinal] = [
    shown.address.startsWith("data") ? "data" : "reference",
    addressed(shown),
  ] as const;
  const { columns } = manifest[section === "data" ? "tables" : "reference"][ordinal - 1]!;
  const page = Math.min(query.page, Math.max(1, Math.ceil(shown.rows / ROWS_ON_A_PAGE)));
  const until = await revealedUntil(source.records, actor, id);
  const compression = compressionOfName(bundle.name) ?? "gzip";
  const pieces = compression === "zstd" ? null : await readPieces(source, id);
  const skip = (page - 1) * ROWS_ON_A_PAGE;
  const read = await readLines(
    source,
    bundle,
    { seal, compression, pieces },
    { section, ordinal, skip, take: ROWS_ON_A_PAGE },
  );
  return {
    id,
    name: bundle.name,
    tenantSlug: bundle.tenantSlug,
    tenantKey: bundle.tenantKey,
    state: bundle.state,
    tables,
    shown,
    columns: columns.map(({ name, type, class: kind }) => ({ name, type, class: kind })),
    rows: read.lines.map((line, index) => ({
      place: skip + index + 1,
      ...sampleRow(line, columns, until !== null),
    })),
    page,
    sequential: pieces === null,
    personal: columns.some((column) => shownWhen(column.class) === "when asked"),
    revealedUntil: until,
    mayReveal: actor.permissions.has("see:personal"),
    findings: read.findings,
  };
}

function sampledTables(manifest: Manifest, seal: Seal): SampledTable[] {
  return bundleTables(manifest, seal).flatMap(({ address, table, rows }) =>
    rows === null || rows === 0 ? [] : [{ address, table, rows }],
  );
}

const addressed = ({ address }: SampledTable) => Number(address.slice(address.indexOf("-") + 1));

/** Null for a bundle that nobody has verified since they are kept. */
async function readPieces({ records }: Source, id: string): Promise<Uint32Array | null> {
  const [row] = await records.select().from(bundlePieces).where(eq(bundlePieces.bundleId, id));
  return row?.lengths ?? null;
}

type Lines = Awaited<ReturnType<typeof readTableWindow>>;

async function readLines(
  { stores }: Source,
  { state, store, name }: BundleRow,
  contents: Parameters<typeof readTableWindow>[1],
  window: Parameters<typeof readTableWindow>[2],
): Promise<{ readonly lines: Lines; readonly findings: readonly Finding[] }> {
  if (state !== "ready") return { lines: [], findings: [notReady(name)] };
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    const file = await stores.get(store).open(name);
    try {
      const lines = await readTableWindow(file, contents, window, { lineBytes: LONGEST_ROW, signal });
      return { lines, findings: [] };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Refusal) return { lines: [], findings: error.findings };
    if (signal.aborted) return { lines: [], findings: [tooFar(name)] };
    throw error;
  }
}

function notReady(where: string): Finding {
  return {
    code: "bundle-not-ready",
    severity: "blocks",
    where,
    what: "There is no verified file to read rows from.",
    todo: "Look at the bundle's state and its findings.",
  };
}

function tooFar(where: string): Finding {
  return {
    code: "bundle-too-far",
    severity: "blocks",
    where,
    what: `What stands before these rows takes longer than ${PATIENCE / 1000} seconds to unpack.`,
    todo: "Verify the bundle if it is a .tar.gz, which then opens at any place; download it if it is a .tar.zst.",
  };
}
