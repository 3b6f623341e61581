/**
 * Walks a zstd frame's outline (RFC 8878, 3.1.1) without decompressing, to know where it ends: Node's
 * decompressor stops silently after the first frame when another lies in the same chunk.
 */
import { ZSTD_WINDOW_LOG } from "../limits.ts";
import { refused, truncated, WHOLE_BUNDLE } from "../refused.ts";

const MAGIC = 0xfd2fb528;
const HEADER_BYTES = 6;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
/** Frame header descriptor: checksum, no content size, no dictionary, no single segment; what a stream gives. */
const DESCRIPTOR = 0x04;
/** Block_Maximum_Size (3.1.1.2.4). */
const LONGEST_BLOCK = 128 * 1024;

export interface ZstdFrameWalk {
  /** Refuses (`bundle-corrupt`, `bundle-recompressed`, `bundle-trailing-data`) as soon as the outline is broken. */
  push(chunk: Buffer): void;
  /** Refuses (`bundle-truncated`) where the frame is not complete. */
  end(): void;
}

/** Follows one frame through chunks of any length. */
export function createZstdFrameWalk(): ZstdFrameWalk {
  const field = Buffer.alloc(HEADER_BYTES);
  let state: "header" | "block" | "content" | "checksum" | "done" = "header";
  let filled = 0;
  let skip = 0;
  let last = false;

  /** Fills the field with `length` bytes; true when it is complete. */
  function gather(chunk: Buffer, position: number, length: number): number {
    const copied = chunk.copy(field, filled, position, position + length - filled);
    filled += copied;
    return copied;
  }

  function headerDone(): void {
    if (field.readUInt32LE(0) !== MAGIC) throw corrupt();
    if (field[4] !== DESCRIPTOR) throw recompressed();
    const window = field[5] as number;
    const log = 10 + (window >> 3);
    if (log > ZSTD_WINDOW_LOG || (log === ZSTD_WINDOW_LOG && (window & 7) !== 0)) throw recompressed();
    state = "block";
  }

  function blockDone(): void {
    const header = field.readUIntLE(0, BLOCK_HEADER_BYTES);
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === 3 || size > LONGEST_BLOCK) throw corrupt();
    last = (header & 1) === 1;
    skip = type === 1 ? 1 : size;
    state = "content";
    if (skip === 0) contentDone();
  }

  function contentDone(): void {
    state = last ? "checksum" : "block";
    if (last) skip = CHECKSUM_BYTES;
  }

  return {
    push(chunk) {
      for (let position = 0; position < chunk.length; ) {
        if (state === "done") throw trailing();
        if (state === "header" || state === "block") {
          const length = state === "header" ? HEADER_BYTES : BLOCK_HEADER_BYTES;
          position += gather(chunk, position, length);
          if (filled < length) continue;
          filled = 0;
          if (state === "header") headerDone();
          else blockDone();
          continue;
        }
        const skipped = Math.min(skip, chunk.length - position);
        position += skipped;
        skip -= skipped;
        if (skip > 0) continue;
        if (state === "checksum") state = "done";
        else contentDone();
      }
    },
    end() {
      if (state !== "done") throw truncated();
    },
  };
}

function corrupt() {
  return refused("bundle-corrupt", WHOLE_BUNDLE, "The file is damaged: its zstd frame is broken.");
}

function trailing() {
  return refused("bundle-trailing-data", WHOLE_BUNDLE, "Bytes stand in the file behind its zstd frame.");
}

function recompressed() {
  return refused(
    "bundle-recompressed",
    WHOLE_BUNDLE,
    "This zstd file was not written by Tenantry, or was compressed anew on its way.",
    "Use the file as it was exported; some proxies and download tools unpack and repack archives.",
  );
}
