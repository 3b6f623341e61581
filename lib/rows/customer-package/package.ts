/**
 * A bundle re-packed for a person without our tools: a ZIP of one CSV or JSON Lines file a table and a page that explains
 * them. Read in one pass, with flat memory; where the bundle turns out not to be whole the stream fails, and what was
 * written has no directory, so that no program opens it.
 */
import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import type { BundlePart } from "../../bundle/reader.ts";
import { openBundle } from "../../bundle/reader.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { createTranscoder } from "../codec/transcode.ts";
import { type PackagedTable, packagedTables } from "./contents.ts";
import { BYTE_ORDER_MARK, createCsvWriter } from "./csv.ts";
import { indexPage, type PackageFormat, pathOf } from "./index-page.ts";

export interface PackageRequest {
  readonly source: BundleSource;
  readonly format: PackageFormat;
  /** Tables and columns that the platform file calls internal, by qualified name. */
  readonly internal?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface CustomerPackage {
  /** `acme-2026-11-30-csv.zip` */
  readonly name: string;
  readonly tables: readonly PackagedTable[];
  /** The ZIP's bytes; an error where the bundle cannot be read to its end. Destroying it stops everything. */
  readonly bytes: Readable;
}

/** The source stays open until the stream has ended; it is its opener's. @throws Refusal when it is no bundle */
export async function customerPackage(request: PackageRequest): Promise<CustomerPackage> {
  const { source, format, internal, signal } = request;
  const bundle = await openBundle(source, { proof: "members" });
  const { manifest } = bundle;
  const tables = packagedTables(manifest, internal);
  const rows = new Map(tables.map((table): [PackagedTable, number] => [table, 0]));
  const parts = createPartQueue(bundle.parts());
  const zip = new ZipFile();
  const options = { mtime: new Date(manifest.source.takenAt), mode: 0o100644 };
  const output = zip.outputStream as Readable;
  const add = (path: string, content: () => AsyncGenerator<Buffer>) =>
    zip.addReadStreamLazy(path, options, (give) => {
      const file = Readable.from(content(), { objectMode: false });
      file.once("error", (error) => output.destroy(error));
      give(null, file);
    });
  // One after the other, each asked for when the one before is written.
  for (const table of tables) add(pathOf(table, format), () => fileOf(table));
  add("index.html", page);
  const close = () => void bundle.close().catch(() => undefined);
  output.once("close", close);
  zip.end();

  async function* fileOf(table: PackagedTable): AsyncGenerator<Buffer> {
    const lines = format === "csv" ? csvOf(table) : jsonOf(table);
    yield lines.head;
    for await (const part of parts.of(table)) {
      signal?.throwIfAborted();
      yield* lines.take(part);
      rows.set(table, lines.rows);
    }
  }

  async function* page(): AsyncGenerator<Buffer> {
    // Nothing of it counts before the seal has been read.
    await bundle.seal();
    const { sha256 } = bundle.proof();
    const counted = tables.map((table) => ({ ...table, rows: rows.get(table)! }));
    yield Buffer.from(indexPage({ manifest, format, tables: counted, sha256 }));
  }

  return { name: packageName(manifest.tenant, manifest.source.takenAt, format), tables, bytes: output };
}

function packageName(
  { slug, key }: { readonly slug: string | null; readonly key: string },
  takenAt: string,
  format: PackageFormat,
): string {
  const tenant = (slug ?? key).replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, 60);
  return `${tenant}-${takenAt.slice(0, 10)}-${format}.zip`;
}

/** The bundle's parts, handed to whom each is for; what nobody wants is read past, and checked on the way. */
function createPartQueue(all: AsyncIterable<BundlePart>) {
  const iterator = all[Symbol.asyncIterator]();
  let next: BundlePart | null = null;
  return {
    async *of({ section, ordinal }: PackagedTable): AsyncGenerator<BundlePart> {
      for (;;) {
        next ??= (await iterator.next()).value ?? null;
        if (next === null) return;
        const behind = next.section === section ? next.ordinal - ordinal : next.section === "data" ? 1 : -1;
        if (behind > 0) return;
        const part = next;
        next = null;
        if (behind === 0) yield part;
      }
    },
  };
}

interface FileLines {
  readonly head: Buffer;
  take(part: BundlePart): AsyncGenerator<Buffer>;
  readonly rows: number;
}

function jsonOf(table: PackagedTable): FileLines {
  const transcoder = createTranscoder({
    label: table.id,
    columns: table.columns,
    omit: table.omitted,
    output: "json",
  });
  return {
    head: Buffer.alloc(0),
    async *take(part) {
      transcoder.member(part.name);
      for await (const chunk of part.chunks) yield* transcoder.write(chunk);
      const rest = transcoder.end();
      if (rest.length > 0) yield rest;
    },
    get rows() {
      return transcoder.rows;
    },
  };
}

function csvOf(table: PackagedTable): FileLines {
  const csv = createCsvWriter(table.columns, table.omitted);
  let rows = 0;
  return {
    head: Buffer.from(`${BYTE_ORDER_MARK}${csv.header}`),
    async *take(part) {
      // Its lines are exactly what the manifest says, or they are refused before they are taken apart.
      const checked = createTranscoder({ label: table.id, columns: table.columns, output: "json" });
      checked.member(part.name);
      let open = "";
      const take = (lines: Buffer): Buffer => {
        const whole = (open + lines.toString("utf8")).split("\n");
        open = whole.pop()!;
        rows += whole.length;
        return Buffer.from(whole.map(csv.row).join(""));
      };
      for await (const chunk of part.chunks) for (const lines of checked.write(chunk)) yield take(lines);
      yield take(checked.end());
    },
    get rows() {
      return rows;
    },
  };
}
