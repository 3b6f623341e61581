/**
 * The common rows of a bundle, inserted whole into an empty database. Elsewhere an import only looks them up: those
 * that are there belong to everybody. On a throwaway server nobody has made them.
 */
import type pg from "pg";
import type { ManifestReferenceTable } from "../../bundle/manifest.ts";
import { openBundle } from "../../bundle/reader.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { copyIn } from "../../postgres/copy-streams.ts";
import { qualifiedName, quoteColumns, quoteQualified } from "../../postgres/identifiers.ts";
import { createTranscoder } from "../codec/transcode.ts";
import { appendedSecrets } from "../import/appended-secrets.ts";
import { loadFinding } from "../import/load-findings.ts";
import type { RunContext } from "../run-context.ts";

/** Where rows are put for the time being, because the tables are not empty. */
export interface Landing {
  /** A table of the same columns, quoted for SQL. */
  place(target: Table, bundled: ManifestReferenceTable): Promise<string>;
  /** Called when all are there, in the same transaction. */
  settle(): Promise<void>;
}

/** @returns how many there were. @throws Refusal where the bundle is not whole, or the database refuses a row */
export async function insertReferenceRows(
  client: pg.ClientBase,
  catalog: Catalog,
  source: BundleSource,
  context: RunContext,
  landing: Landing | null = null,
): Promise<number> {
  const bundle = await openBundle(source);
  let rows = 0;
  try {
    await client.query("BEGIN");
    // They point at each other in circles, and at rows that did not come along.
    await client.query("SET LOCAL session_replication_role = replica");
    for await (const part of bundle.parts()) {
      if (part.section === "data") break;
      context.signal.throwIfAborted();
      const table = bundle.manifest.reference[part.ordinal - 1]!;
      rows += await insertPart(client, catalog, table, part, landing);
      context.progress({
        phase: "common rows",
        table: qualifiedName(table.schema, table.name),
        rows,
        bytes: 0,
        totalRows: null,
      });
    }
    await landing?.settle();
    await client.query("COMMIT");
    return rows;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw loadFinding(error, "reference", context.signal);
  } finally {
    await bundle.close();
  }
}

async function insertPart(
  client: pg.ClientBase,
  catalog: Catalog,
  bundled: ManifestReferenceTable,
  part: { readonly name: string; readonly chunks: AsyncIterable<Buffer> },
  landing: Landing | null,
): Promise<number> {
  const target = catalog.tables.get(qualifiedName(bundled.schema, bundled.name));
  // The import, which compares every table's shape, says what is missing.
  if (target === undefined) return 0;
  const appended = appendedSecrets(bundled, target);
  const transcoder = createTranscoder({
    label: target.id,
    columns: bundled.columns,
    appended: appended.map(({ value }) => value),
  });
  transcoder.member(part.name);
  async function* text(): AsyncGenerator<Buffer> {
    for await (const chunk of part.chunks) yield* transcoder.write(chunk);
    yield transcoder.end();
  }
  const columns = [...bundled.columns, ...appended].map(({ name }) => name);
  const place = (await landing?.place(target, bundled)) ?? quoteQualified(target.schema, target.name);
  const into = `${place} (${quoteColumns(columns)})`;
  return copyIn(client, `COPY ${into} FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')`, text());
}
