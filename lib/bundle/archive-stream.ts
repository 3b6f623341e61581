/** From the file to the archive in it: decompressed, hashed on the way, bounded in what it may expand to. */
import type { Hash } from "node:crypto";
import { type Compression, compressionOfBytes, MAGIC_BYTES } from "./compression/compression.ts";
import { readGzip } from "./compression/gzip-reader.ts";
import { readZstd } from "./compression/zstd-reader.ts";
import type { BundleLimits } from "./limits.ts";
import { refused, truncated, WHOLE_BUNDLE } from "./refused.ts";
import type { BundleSource } from "./stores/store.ts";

/**
 * The archive's bytes, to the file's very end. Every byte of the file goes through `fileHash`; refuses
 * (`bundle-expansion`) a file that expands beyond the limit, and what its decompressor refuses.
 */
export async function* archiveBytes(
  source: BundleSource,
  compression: Compression,
  fileHash: Hash,
  limits: BundleLimits,
  onPiece?: (length: number) => void,
): AsyncGenerator<Buffer, void, void> {
  let taken = 0;
  async function* file(): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of source.stream()) {
      taken += chunk.length;
      fileHash.update(chunk);
      yield chunk;
    }
    // The file was cut while it was being read.
    if (taken < source.size) throw truncated();
  }
  let given = 0;
  for await (const piece of compression === "gzip" ? readGzip(file(), onPiece) : readZstd(file())) {
    given += piece.length;
    if (given > limits.expansionAllowance + limits.expansion * taken) {
      const what = `It expands to more than ${limits.expansion} times its length: a decompression bomb.`;
      throw refused("bundle-expansion", WHOLE_BUNDLE, what);
    }
    yield piece;
  }
}

/** By the first bytes. Refuses `bundle-unknown-format`. */
export async function detectCompression(source: BundleSource): Promise<Compression> {
  const compression = compressionOfBytes(await source.read(0, MAGIC_BYTES));
  if (compression) return compression;
  if (source.size < MAGIC_BYTES) throw truncated();
  const todo = "Name a .tar.gz or .tar.zst that Tenantry exported; decrypt an encrypted one first.";
  throw refused(
    "bundle-unknown-format",
    WHOLE_BUNDLE,
    "It is neither gzip nor zstd: this is no bundle.",
    todo,
  );
}
