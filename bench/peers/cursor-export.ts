/**
 * The export as it is usually written: the driver's own stream of rows over a cursor (pg-query-stream, as it comes),
 * rows as objects, JSON.stringify, a compressing stream. One connection, one snapshot; int8, numeric and json lose what
 * JavaScript's numbers and objects lose.
 */
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress } from "node:zlib";
import type pg from "pg";
import QueryStream from "pg-query-stream";
import { quoteColumns } from "../../lib/postgres/identifiers.ts";
import { type Extent, fromExtent } from "../../lib/rows/export/jobs.ts";

export interface CursorJob {
  readonly url: string;
  readonly file: string;
  /** The tenant's rows, one SELECT a table. */
  readonly queries: readonly string[];
}

export interface CursorExported {
  readonly rows: number;
}

export function cursorQueries(extents: readonly Extent[]): string[] {
  return extents.map(
    (extent) =>
      `SELECT ${quoteColumns(extent.carried, "t")} FROM ${fromExtent(extent)} WHERE ${extent.condition}`,
  );
}

export async function measureCursor(
  client: pg.Client,
  { file, queries }: CursorJob,
): Promise<CursorExported> {
  let rows = 0;
  async function* lines(): AsyncGenerator<string> {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    for (const query of queries)
      for await (const row of client.query(new QueryStream(query))) {
        rows++;
        yield `${JSON.stringify(row)}\n`;
      }
    await client.query("COMMIT");
  }
  const zstd = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  await pipeline(Readable.from(lines(), { objectMode: false }), zstd, createWriteStream(file));
  return { rows };
}
