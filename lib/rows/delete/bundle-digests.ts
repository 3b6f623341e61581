/** Whether the live rows are those of a bundle, to the last bit: what a delete asks before it takes the first one. */
import type pg from "pg";
import { createLineDigest } from "../../bundle/line-digest.ts";
import type { Manifest, Seal } from "../../bundle/manifest.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { copyOut } from "../../postgres/copy-streams.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { copyJobs, dataExtents, type Extent } from "../export/jobs.ts";
import { cutParts } from "../export/parts.ts";
import { WHOLE } from "../export/slices.ts";
import type { RunContext } from "../run-context.ts";

/** What a seal says of a tenant's tables, and a manifest of their columns: a plain value. */
export interface BundleDigests {
  readonly tables: readonly BundledTable[];
}

export interface BundledTable {
  /** Qualified name. */
  readonly table: string;
  /** What its lines carry, in their order. */
  readonly columns: readonly string[];
  readonly rows: number;
  readonly sums: readonly [string, string];
}

/** Of a seal that was proved: the tables' digests are those of the lines in the file. */
export function digestsOf(manifest: Manifest, seal: Seal): BundleDigests {
  return {
    tables: manifest.tables.map(({ schema, name, ordinal, columns }) => {
      const sealed = seal.tables.find((each) => each.section === "data" && each.ordinal === ordinal)!;
      return {
        table: qualifiedName(schema, name),
        columns: columns.map((column) => column.name),
        rows: sealed.rows,
        sums: sealed.sums,
      };
    }),
  };
}

/** Stays in the processor's cache from the writer of lines to whoever reads them. */
const PIECE_BYTES = 256 * 1024;

/**
 * Reads every row of the tenant's as an export would and holds it against the bundle: an empty list is the proof. On a
 * session in a transaction of one snapshot.
 */
export async function differsFromBundle(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tenantKeySql: string,
  { tables }: BundleDigests,
  context: Pick<RunContext, "signal" | "progress">,
): Promise<Finding[]> {
  const bundled = new Map(tables.map((table) => [table.table, table]));
  const findings: Finding[] = [];
  const totalRows = tables.reduce((sum, { rows }) => sum + rows, 0);
  let read = 0;
  for (const extent of dataExtents(catalog, model, tenantKeySql)) {
    const { id } = extent.table;
    const should = bundled.get(id);
    bundled.delete(id);
    if (should !== undefined && !sameColumns(extent, should.columns)) {
      findings.push(columnsDiffer(id));
      continue;
    }
    const is = await digestLive(client, extent, context);
    read += is.rows;
    context.progress({ phase: "comparing", table: id, rows: read, bytes: 0, totalRows });
    const isSame =
      should === undefined
        ? is.rows === 0
        : is.rows === should.rows && is.sums.every((sum, at) => sum === should.sums[at]);
    if (!isSame) findings.push(rowsDiffer(id, is.rows, should?.rows ?? 0));
  }
  for (const { table, rows } of bundled.values()) if (rows > 0) findings.push(rowsDiffer(table, 0, rows));
  return findings;
}

async function digestLive(
  client: pg.ClientBase,
  extent: Extent,
  { signal }: Pick<RunContext, "signal">,
): Promise<{ rows: number; sums: readonly [string, string] }> {
  const [job] = copyJobs(extent, { slicing: WHOLE });
  const digest = createLineDigest({ hash: true, lineBytes: Number.MAX_SAFE_INTEGER, tooLong });
  for await (const { chunks } of cutParts(copyOut(client, job!.sql), job!.columns, PIECE_BYTES))
    for await (const chunk of chunks) {
      signal.throwIfAborted();
      digest.update(chunk);
    }
  return { rows: digest.rows, sums: digest.sums() };
}

function tooLong(): Error {
  return new Error("no line is that long");
}

/** Another column more, or one less: what is there now is not what was written. */
function sameColumns({ carried }: Extent, columns: readonly string[]): boolean {
  return carried.length === columns.length && carried.every((name, at) => name === columns[at]);
}

function rowsDiffer(where: string, live: number, bundled: number): Finding {
  return {
    code: "rows-differ-from-bundle",
    severity: "blocks",
    where,
    count: Math.abs(live - bundled),
    what:
      live === bundled
        ? `The bundle has as many rows as there are, ${live}, and with other values: what is there now could not be brought back.`
        : `${live} rows are there and ${bundled} are in the bundle: what is there now could not be brought back.`,
    todo: "Export the tenant again behind its fence, drill that bundle, and plan the delete with it.",
  };
}

function columnsDiffer(where: string): Finding {
  return {
    code: "columns-differ-from-bundle",
    severity: "blocks",
    where,
    what: "The bundle carries other columns than an export of today would.",
    todo: "Export the tenant again behind its fence, drill that bundle, and plan the delete with it.",
  };
}
