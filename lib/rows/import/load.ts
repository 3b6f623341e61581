/** The second pass: bundle lines through the transcoder into COPY, table by table, in one transaction. */
import type { KeyObject } from "node:crypto";
import type pg from "pg";
import type { ManifestTable, Seal } from "../../bundle/manifest.ts";
import { openBundle } from "../../bundle/reader.ts";
import type { SignatureState } from "../../bundle/seal/envelope.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { collectBuffers } from "../../bundle/streams/collected.ts";
import type { Catalog, Column, Table } from "../../catalog/catalog.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { copyIn } from "../../postgres/copy-streams.ts";
import { qualifiedName, quoteColumns, quoteQualified } from "../../postgres/identifiers.ts";
import { type BinaryField, binaryField } from "../codec/binary-fields.ts";
import { reuseBlock } from "../codec/output-blocks.ts";
import { createTranscoder, type Transcoder } from "../codec/transcode.ts";
import type { FieldTransform } from "../field-transform.ts";
import { hashedAs, type RowDigest } from "../proof/row-digest.ts";
import { type RunContext, unlessExceeded } from "../run-context.ts";
import { type AppendedColumn, appendedSecrets } from "./appended-secrets.ts";
import { type CyclicLoad, createCyclicLoad } from "./cyclic-load.ts";
import { loadFinding } from "./load-findings.ts";
import { type Ahead, rowsAhead } from "./rows-ahead.ts";

export interface LoadRequest {
  readonly source: BundleSource;
  /** Public keys whose seals are trusted. */
  readonly trust: readonly KeyObject[];
  /** SHA-256 of the file that was planned with: another file is refused. */
  readonly sha256: string;
  /** What is proved of the bundle on the way: `digests` unless an earlier pass has compared these. */
  readonly proof: "digests" | "members";
  /** In all tables, for progress; null where nobody knows. */
  readonly totalRows: number | null;
  readonly catalog: Catalog;
  /** Circles of tables whose foreign keys are checked while they are loaded. */
  readonly checkedCycles: readonly (readonly string[])[];
  /**
   * Whether rows may go as COPY's binary form, which the server need not parse: where what is there must equal what
   * was sent. Triggers that rewrite rows may take a value that is not written as its type prints it.
   */
  readonly binary: boolean;
  /** Where rows go instead of their tables, until somebody takes them from there; their tables when left out. */
  readonly landing?: CyclicLoad;
  /** By qualified table name: a transform a column. */
  readonly transforms: ReadonlyMap<string, readonly (FieldTransform | null)[]>;
}

/** What the load has found its bundle to be. */
export interface ProvedBundle {
  readonly seal: Seal;
  readonly signature: SignatureState;
}

export interface LoadedTable {
  readonly table: string;
  /** The columns written, in the order in which their digest was taken. */
  readonly columns: readonly string[];
  readonly digest: RowDigest;
}

/**
 * Loads every table of the bundle on a session inside a transaction, in the bundle's order, which is load order.
 * Nothing of it may be committed unless this resolves: the bundle is proved on the way.
 *
 * @throws Refusal naming table and constraint where the database refuses a row
 */
export async function loadTables(
  client: pg.ClientBase,
  request: LoadRequest,
  context: RunContext,
): Promise<{ readonly tables: LoadedTable[]; readonly bundle: ProvedBundle }> {
  // That it is the file that was planned with, its hash says.
  const { source, trust, proof } = request;
  const bundle = await openBundle(source, { trust, proof, releaseChunks: true });
  try {
    const loaded: LoadedTable[] = [];
    const { tables } = bundle.manifest;
    const ahead = rowsAhead(bundle, (index) => transcoderOf(tables[index]!, request));
    const cyclic = request.landing ?? createCyclicLoad(client, request.catalog, request.checkedCycles);
    const done = { rows: 0, bytes: 0 };
    try {
      for (const table of tables)
        loaded.push(await loadTable(client, cyclic, table, ahead, request, context, done));
    } finally {
      await ahead.return(undefined);
    }
    const seal = await bundle.seal();
    const { sha256, signature } = bundle.proof();
    if (sha256 !== request.sha256) throw new Refusal(fileChanged(request.source.name));
    return { tables: loaded, bundle: { seal, signature } };
  } finally {
    await bundle.close();
  }
}

function writtenColumns(table: ManifestTable, appended: readonly AppendedColumn[]): string[] {
  return [...table.columns, ...appended].map((column) => column.name);
}

function targetOf(table: ManifestTable, { catalog }: LoadRequest): Table {
  return catalog.tables.get(qualifiedName(table.schema, table.name))!;
}

function transcoderOf(table: ManifestTable, request: LoadRequest): Transcoder {
  const target = targetOf(table, request);
  const appended = appendedSecrets(table, target);
  const written = writtenColumns(table, appended);
  return createTranscoder({
    label: target.id,
    columns: table.columns,
    transforms: request.transforms.get(target.id),
    appended: appended.map((column) => column.value),
    digest: true,
    hashed: columnsOf(target, written).map(hashedAs),
    binary: binaryFields(target, written, request),
  });
}

function columnsOf({ columns }: Table, names: readonly string[]): Column[] {
  return names.map((name) => columns.find((column) => column.name === name)!);
}

/** Null where the table's rows go as text. */
function binaryFields(target: Table, written: readonly string[], request: LoadRequest): BinaryField[] | null {
  const columns = columnsOf(target, written);
  if (!request.binary || columns.some((column) => hashedAs(column) === null)) return null;
  const fields = columns.map(binaryField).filter((field) => field !== null);
  return fields.length === columns.length ? fields : null;
}

async function loadTable(
  client: pg.ClientBase,
  cyclic: CyclicLoad,
  table: ManifestTable,
  ahead: AsyncGenerator<Ahead>,
  request: LoadRequest,
  context: RunContext,
  done: { rows: number; bytes: number },
): Promise<LoadedTable> {
  const target = targetOf(table, request);
  const { id } = target;
  const columns = writtenColumns(table, appendedSecrets(table, target));
  let ended: Transcoder | null = null;
  async function* rows(): AsyncGenerator<Buffer> {
    while (ended === null) {
      context.signal.throwIfAborted();
      const item = (await ahead.next()).value;
      if (!item) throw new Error(`the rows of ${id} have no end`);
      if (item.kind === "text") yield item.text;
      else if (item.kind === "table") ended = item.transcoder;
      else {
        done.bytes += item.part.bytes;
        collectBuffers();
        context.progress({
          phase: "loading",
          table: id,
          rows: done.rows + item.rows,
          bytes: done.bytes,
          totalRows: unlessExceeded(request.totalRows, done.rows + item.rows),
        });
      }
    }
  }
  try {
    const waits = cyclic.waits(id);
    const into = waits ? await cyclic.prepare(id, columns) : quoteQualified(target.schema, target.name);
    const format = binaryFields(target, columns, request) === null ? "text" : "binary";
    const sql = `COPY ${into} (${quoteColumns(columns)}) FROM STDIN WITH (FORMAT ${format}, ENCODING 'UTF8')`;
    await context.sideEffect(`copy ${id}`, () => copyIn(client, sql, rows(), reuseBlock));
    if (waits) await cyclic.complete(id);
  } catch (error) {
    throw loadFinding(error, id, context.signal);
  }
  const { rows: count, digest } = ended!;
  done.rows += count;
  return { table: id, columns, digest: { rows: count, sums: digest()! } };
}

function fileChanged(where: string): Finding {
  return {
    code: "bundle-changed",
    severity: "blocks",
    where,
    what: "The file is not the one that was planned with: it changed in between.",
    todo: "Start the import again.",
  };
}
