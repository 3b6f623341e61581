/**
 * COPY as byte streams with backpressure. PostgreSQL documentation, COPY and 55.2.6 COPY Operations.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";

export { copyOut } from "./copy-out.ts";

/**
 * Rows in. Resolves with the number of rows that the server counted when it has accepted all of them; rejects
 * with the server's error, or with the source's, in which case the server has been told that the copy failed.
 */
export async function copyIn(
  client: pg.ClientBase,
  sql: string,
  source: AsyncIterable<Buffer>,
): Promise<number> {
  const sink = client.query(copyFrom(sql));
  await pipeline(Readable.from(source, { objectMode: false, highWaterMark: 1 << 20 }), sink);
  return sink.rowCount ?? 0;
}

/** What `copyOut` gives for `copyIn`: each piece is good only until the next is asked for, and a sink holds several. */
export async function* ownPieces(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
