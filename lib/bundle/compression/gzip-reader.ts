/**
 * Reads a bundle's gzip: member by member, several at once. Node's own gunzip stops silently at zero padding
 * before another member; here the file is exactly its members, or refused.
 */
import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import { PIECE_BYTES } from "../limits.ts";
import { refused, truncated, WHOLE_BUNDLE } from "../refused.ts";
import { createByteReader } from "../streams/byte-reader.ts";
import { mapInOrder } from "../streams/in-order.ts";
import { GZIP_HEADER_BYTES, GZIP_TRAILER_BYTES, gzipMemberLength } from "./gzip-frame.ts";
import { THREADS } from "./gzip-writer.ts";

/** With `info`, Node gives the engine too, which knows how much of its input it used. */
const inflate = promisify<Buffer, object, { buffer: Buffer; engine: { bytesWritten: number } }>(
  inflateRaw as never,
);

/**
 * The uncompressed pieces in order. Refuses (`bundle-truncated`, `bundle-corrupt`, `bundle-trailing-data`,
 * `bundle-recompressed`); memory is bounded by a few pieces whatever the file holds. All members that are whole are given
 * before a file is refused that ends in the middle of one.
 *
 * @param onMember told of each member's compressed length, header and trailer included
 */
export function readGzip(
  compressed: AsyncIterable<Buffer>,
  onMember: (length: number) => void = () => undefined,
): AsyncGenerator<Buffer, void, void> {
  return mapInOrder(members(compressed, onMember), THREADS + 1, inflateMember);
}

/** Whole members; every one but the last holds a full piece, so that a file cannot be made of crumbs. */
async function* members(
  compressed: AsyncIterable<Buffer>,
  onMember: (length: number) => void,
): AsyncGenerator<Buffer, void, void> {
  const reader = createByteReader(compressed);
  try {
    let lastWasShort = false;
    for (let first = true; ; first = false) {
      const header = await reader.exactly(GZIP_HEADER_BYTES);
      if (header.length === 0) return;
      const length = gzipMemberLength(header);
      if (length === null) throw notOurs(header, first);
      if (lastWasShort) throw corrupt("a gzip member that is not full stands before the last one");
      const body = await reader.exactly(length - GZIP_HEADER_BYTES);
      if (body.length < length - GZIP_HEADER_BYTES) throw truncated();
      lastWasShort = body.readUInt32LE(body.length - 4) !== PIECE_BYTES;
      onMember(length);
      yield body;
    }
  } finally {
    await reader.cancel();
  }
}

async function inflateMember(body: Buffer): Promise<Buffer> {
  const deflated = body.subarray(0, body.length - GZIP_TRAILER_BYTES);
  const crc = body.readUInt32LE(deflated.length);
  const size = body.readUInt32LE(deflated.length + 4);
  if (size < 1 || size > PIECE_BYTES) throw corrupt("a gzip member claims a length that none may have");
  const options = { info: true, maxOutputLength: size, chunkSize: Math.max(64, size + 1) };
  const inflated = await inflate(deflated, options).catch((cause: unknown) => {
    throw corrupt("compressed data cannot be inflated", cause);
  });
  const exact = inflated.buffer.length === size && inflated.engine.bytesWritten === deflated.length;
  if (!exact || crc32(inflated.buffer) !== crc) throw corrupt("compressed data does not match its checksum");
  return inflated.buffer;
}

function corrupt(what: string, cause?: unknown) {
  return refused("bundle-corrupt", WHOLE_BUNDLE, `The file is damaged: ${what}.`, undefined, cause);
}

function notOurs(header: Buffer, first: boolean) {
  if (header.length < GZIP_HEADER_BYTES && header[0] === 0x1f) return truncated();
  if (!first) {
    return refused(
      "bundle-trailing-data",
      WHOLE_BUNDLE,
      "Bytes stand in the file that belong to no member of it.",
    );
  }
  return refused(
    "bundle-recompressed",
    WHOLE_BUNDLE,
    "This gzip file was not written by Tenantry, or was compressed anew on its way.",
    "Use the file as it was exported; some proxies and download tools unpack and repack archives.",
  );
}
