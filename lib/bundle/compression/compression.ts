/** The two compressions of a bundle, told apart by their first bytes. */
export type Compression = "gzip" | "zstd";

/** Turns the archive's bytes into the file's. One writer at a time: await each call. */
export interface Compressor {
  /** Takes the chunk; resolves when there is room for more. The chunk must not be changed before that. */
  write(chunk: Buffer): Promise<void>;
  /** Flushes; resolves when the last byte has been delivered. */
  end(): Promise<void>;
  /** Gives up: nothing more is delivered once this has resolved. */
  abort(): Promise<void>;
}

/** Where compressed bytes go, in order, one call at a time. */
export type Deliver = (bytes: Buffer) => Promise<void>;

/** How many bytes `compressionOfBytes` needs. */
export const MAGIC_BYTES = 4;

/** The compression of a file that starts like this, null where it is neither. */
export function compressionOfBytes(start: Buffer): Compression | null {
  if (start.length >= 2 && start[0] === 0x1f && start[1] === 0x8b) return "gzip";
  return start.length >= 4 && start.readUInt32LE(0) === 0xfd2fb528 ? "zstd" : null;
}
