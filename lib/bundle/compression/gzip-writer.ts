/**
 * gzip as a row of independent members, deflated on libuv's thread pool: parallel, and still one `.gz` that
 * every tool reads. Level 1: the database is the slower end of an export.
 */
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { crc32, deflateRaw } from "node:zlib";
import { PIECE_BYTES } from "../limits.ts";
import { createOrderedQueue } from "../streams/in-order.ts";
import { createBufferPool, createPieceCutter } from "../streams/pieces.ts";
import type { Compressor, Deliver } from "./compression.ts";
import {
  GZIP_HEADER_BYTES,
  GZIP_TRAILER_BYTES,
  gzipHeader,
  gzipTrailer,
  LONGEST_GZIP_MEMBER,
} from "./gzip-frame.ts";

const deflate = promisify<Buffer, object, Buffer>(deflateRaw);

/** One for each core, within what libuv's pool of four leaves to file access. */
export const THREADS = Math.max(2, Math.min(3, availableParallelism()));

/** Compresses what is written and delivers whole members in order; at most a few pieces are in memory. */
export function createGzipWriter(deliver: Deliver): Compressor {
  const pool = createBufferPool(PIECE_BYTES);
  let given = true;
  const queue = createOrderedQueue(
    THREADS,
    async ({ buffer, length }: { buffer: Buffer; length: number }) => {
      const member = await gzipMember(buffer.subarray(0, length));
      pool.give(buffer);
      return member;
    },
    async (member) => {
      if (given) await deliver(member);
    },
  );
  const cutter = createPieceCutter(PIECE_BYTES, pool, (buffer, length) => queue.push({ buffer, length }));
  return {
    write: (chunk) => cutter.write(chunk),
    async end() {
      await cutter.end();
      await queue.finish();
    },
    async abort() {
      given = false;
      await queue.finish().catch(() => undefined);
    },
  };
}

/** One whole gzip member. The same piece gives the same bytes under the same version of zlib. */
export async function gzipMember(piece: Buffer): Promise<Buffer> {
  // An output buffer that takes all saves zlib the round trips between its thread and ours.
  const deflated = await deflate(piece, { level: 1, chunkSize: LONGEST_GZIP_MEMBER });
  const length = GZIP_HEADER_BYTES + deflated.length + GZIP_TRAILER_BYTES;
  return Buffer.concat([gzipHeader(length), deflated, gzipTrailer(crc32(piece), piece.length)], length);
}
