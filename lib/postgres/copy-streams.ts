/**
 * COPY as byte streams with backpressure. PostgreSQL documentation, COPY and 55.2.6 COPY Operations.
 */
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";

export { copyOut } from "./copy-out.ts";

/**
 * Rows in. Resolves with the number of rows that the server counted when it has accepted all of them; rejects
 * with the server's error, or with the source's, in which case the server has been told that the copy failed.
 *
 * @param onSent told of each piece of at least `SENT_BYTES` when the system has taken all its bytes: it may be used again
 */
export async function copyIn(
  client: pg.ClientBase,
  sql: string,
  source: AsyncIterable<Buffer>,
  onSent: ((piece: Buffer) => void) | null = null,
): Promise<number> {
  const sink = client.query(copyFrom(sql));
  const { writableHighWaterMark } = (client as unknown as { connection: { stream: Writable } }).connection
    .stream;
  if (onSent !== null && writableHighWaterMark < SENT_BYTES) tellWhenSent(sink, onSent);
  await pipeline(Readable.from(source, { objectMode: false, highWaterMark: 1 << 20 }), sink);
  return sink.rowCount ?? 0;
}

/**
 * A write of so many bytes always waits for the socket to drain, where that one's buffer is smaller, before it calls
 * back; a smaller one calls back while its bytes may still lie there (pg-copy-streams, `flush`; Node documentation,
 * `write` of stream.Writable).
 */
export const SENT_BYTES = 128 * 1024;

function tellWhenSent(sink: Writable, onSent: (piece: Buffer) => void): void {
  const write = sink.write.bind(sink) as (piece: Buffer, done: (error?: Error | null) => void) => boolean;
  sink.write = (piece: Buffer) =>
    write(piece, (error) => {
      if (!error && piece.length >= SENT_BYTES) onSent(piece);
    });
}

/** What `copyOut` gives for `copyIn`: each piece is good only until the next is asked for, and a sink holds several. */
export async function* ownPieces(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
