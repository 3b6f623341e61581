/** The second pass: bundle lines through the transcoder into COPY, table by table, in one transaction. */
import type pg from "pg";
import type { ManifestTable, Seal } from "../../bundle/manifest.ts";
import { type BundlePart, openBundle } from "../../bundle/reader.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { Refusal } from "../../findings/finding.ts";
import { copyIn } from "../../postgres/copy-streams.ts";
import { qualifiedName, quoteColumns, quoteQualified } from "../../postgres/identifiers.ts";
import { createTranscoder } from "../codec/transcode.ts";
import type { FieldTransform } from "../field-transform.ts";
import { hashedAs, type RowDigest } from "../proof/row-digest.ts";
import type { RunContext } from "../run-context.ts";
import { appendedSecrets } from "./appended-secrets.ts";
import { type CyclicLoad, createCyclicLoad } from "./cyclic-load.ts";
import { loadFinding } from "./load-findings.ts";

export interface LoadRequest {
  readonly source: BundleSource;
  /** SHA-256 of the file that was planned with: another file is refused. */
  readonly sha256: string;
  readonly seal: Seal;
  readonly catalog: Catalog;
  /** Circles of tables whose foreign keys are checked while they are loaded. */
  readonly checkedCycles: readonly (readonly string[])[];
  /** By qualified table name: a transform a column. */
  readonly transforms: ReadonlyMap<string, readonly (FieldTransform | null)[]>;
}

export interface LoadedTable {
  readonly table: string;
  /** The columns written, in the order in which their digest was taken. */
  readonly columns: readonly string[];
  readonly digest: RowDigest;
}

/**
 * Loads every table of the bundle on a session inside a transaction, in the bundle's order, which is load order.
 * Nothing of it may be committed unless this resolves: the bundle is proved once more on the way.
 *
 * @throws Refusal naming table and constraint where the database refuses a row
 */
export async function loadTables(
  client: pg.ClientBase,
  request: LoadRequest,
  context: RunContext,
): Promise<LoadedTable[]> {
  // The digests were compared in the first pass; here the whole file's hash says that it is the same file.
  const bundle = await openBundle(request.source, { digests: false });
  try {
    const loaded: LoadedTable[] = [];
    const parts = peekable(bundle.parts());
    const cyclic = createCyclicLoad(client, request.catalog, request.checkedCycles);
    let rows = 0;
    let bytes = 0;
    for (const [index, table] of bundle.manifest.tables.entries()) {
      const ordinal = index + 1;
      while ((await parts.peek())?.section === "reference") await parts.next();
      const mine = {
        async *[Symbol.asyncIterator]() {
          while ((await parts.peek())?.ordinal === ordinal) {
            const part = (await parts.next())!;
            yield part;
            bytes += part.bytes;
          }
        },
      };
      const report = (added: number, part: BundlePart) =>
        context.progress({
          phase: "loading",
          table: qualifiedName(table.schema, table.name),
          rows: rows + added,
          bytes: bytes + part.bytes,
          totalRows: request.seal.totals.rows,
        });
      loaded.push(await loadTable(client, cyclic, table, mine, request, context, report));
      rows += loaded.at(-1)!.digest.rows;
    }
    await bundle.seal();
    if (bundle.proof().sha256 !== request.sha256) throw new Refusal(fileChanged(request.source.name));
    return loaded;
  } finally {
    await bundle.close();
  }
}

async function loadTable(
  client: pg.ClientBase,
  cyclic: CyclicLoad,
  table: ManifestTable,
  parts: AsyncIterable<BundlePart>,
  request: LoadRequest,
  context: RunContext,
  report: (rows: number, part: BundlePart) => void,
): Promise<LoadedTable> {
  const id = qualifiedName(table.schema, table.name);
  const target = request.catalog.tables.get(id)!;
  const appended = appendedSecrets(table, target);
  const columns = [...table.columns, ...appended].map((column) => column.name);
  const transcoder = createTranscoder({
    label: id,
    columns: table.columns,
    transforms: request.transforms.get(id),
    appended: appended.map((column) => column.value),
    digest: true,
    hashed: columns.map((name) => hashedAs(target.columns.find((column) => column.name === name)!)),
  });
  async function* rows(): AsyncGenerator<Buffer> {
    for await (const part of parts) {
      context.signal.throwIfAborted();
      transcoder.member(part.name);
      for await (const chunk of part.chunks) yield* transcoder.write(chunk);
      report(transcoder.rows, part);
    }
    const rest = transcoder.end();
    if (rest.length > 0) yield rest;
  }
  try {
    const waits = cyclic.waits(id);
    const into = waits ? await cyclic.prepare(id, columns) : quoteQualified(table.schema, table.name);
    const sql = `COPY ${into} (${quoteColumns(columns)}) FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')`;
    await context.sideEffect(`copy ${id}`, () => copyIn(client, sql, rows()));
    if (waits) await cyclic.complete(id);
  } catch (error) {
    throw loadFinding(error, id, context.signal);
  }
  return { table: id, columns, digest: { rows: transcoder.rows, sums: transcoder.digest()! } };
}

function peekable<T>(iterable: AsyncIterable<T>) {
  const iterator = iterable[Symbol.asyncIterator]();
  let ahead: IteratorResult<T> | null = null;
  const peek = async () => {
    ahead ??= await iterator.next();
    return ahead.done ? null : ahead.value;
  };
  return {
    peek,
    async next() {
      const value = await peek();
      ahead = null;
      return value;
    },
  };
}

function fileChanged(where: string) {
  return {
    code: "bundle-changed",
    severity: "blocks" as const,
    where,
    what: "The file is not the one that was planned with: it changed in between.",
    todo: "Start the import again.",
  };
}
