/** From the file to the archive in it: decrypted, decompressed, hashed on the way, bounded in what it may expand to. */
import type { Hash } from "node:crypto";
import { type Compression, compressionOfBytes, MAGIC_BYTES } from "./compression/compression.ts";
import { readGzip } from "./compression/gzip-reader.ts";
import { readZstd } from "./compression/zstd-reader.ts";
import { decryptAge, isAge } from "./encryption/decrypt.ts";
import type { BundleLimits } from "./limits.ts";
import { refused, truncated, WHOLE_BUNDLE } from "./refused.ts";
import type { BundleSource } from "./stores/store.ts";
import { createReleaser } from "./streams/released.ts";

export interface OpenedFile {
  readonly encrypted: boolean;
  readonly compression: Compression;
  /** The compressed archive, to the file's very end. */
  readonly bytes: AsyncIterable<Buffer>;
}

/**
 * Looks at how the file begins. Every byte of it as it is stored goes through `fileHash`, where there is one. Refuses
 * `bundle-unknown-format`, and what an encrypted one is refused with.
 */
export async function openFile(source: BundleSource, fileHash?: Hash): Promise<OpenedFile> {
  const start = await source.read(0, MAGIC_BYTES);
  if (!isAge(start)) {
    return { encrypted: false, compression: compressionOf(start), bytes: stored(source, fileHash) };
  }
  const identities = (await source.identities?.()) ?? [];
  const { head, bytes } = await peeked(decryptAge(stored(source, fileHash), identities));
  try {
    return { encrypted: true, compression: compressionOf(head), bytes };
  } catch (error) {
    await bytes.return();
    throw error;
  }
}

async function* stored(source: BundleSource, fileHash?: Hash): AsyncGenerator<Buffer, void, void> {
  let taken = 0;
  for await (const chunk of source.stream()) {
    taken += chunk.length;
    fileHash?.update(chunk);
    yield chunk;
  }
  // The file was cut while it was being read.
  if (taken < source.size) throw truncated();
}

/** The first chunk, and a stream that begins with it. */
async function peeked(stream: AsyncGenerator<Buffer, void, void>) {
  const first = await stream.next();
  async function* whole(): AsyncGenerator<Buffer, void, void> {
    try {
      if (first.value) yield first.value;
      yield* stream;
    } finally {
      await stream.return();
    }
  }
  const bytes = whole();
  return { head: first.value ?? Buffer.alloc(0), bytes };
}

export interface ArchiveOptions {
  /** Told of the compressed length of each gzip member. */
  readonly onPiece?: (length: number) => void;
  /** Whether a piece's memory is freed as soon as the next one is asked for. */
  readonly release?: boolean;
}

/**
 * The archive's bytes. Refuses (`bundle-expansion`) a file that expands beyond the limit, and what its decompressor
 * refuses.
 */
export async function* archiveBytes(
  { compression, bytes }: OpenedFile,
  limits: BundleLimits,
  { onPiece, release = false }: ArchiveOptions = {},
): AsyncGenerator<Buffer, void, void> {
  const free = release ? createReleaser() : () => undefined;
  let taken = 0;
  async function* compressed(): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of bytes) {
      taken += chunk.length;
      yield chunk;
    }
  }
  let given = 0;
  for await (const piece of compression === "gzip"
    ? readGzip(compressed(), onPiece)
    : readZstd(compressed())) {
    free(piece);
    given += piece.length;
    if (given > limits.expansionAllowance + limits.expansion * taken) {
      const what = `It expands to more than ${limits.expansion} times its length: a decompression bomb.`;
      throw refused("bundle-expansion", WHOLE_BUNDLE, what);
    }
    yield piece;
  }
}

function compressionOf(start: Buffer): Compression {
  const compression = compressionOfBytes(start);
  if (compression) return compression;
  if (start.length < MAGIC_BYTES) throw truncated();
  const todo =
    "Name a .tar.gz or .tar.zst that Tenantry exported, or one that was encrypted with age (.age).";
  throw refused(
    "bundle-unknown-format",
    WHOLE_BUNDLE,
    "It is neither gzip nor zstd: this is no bundle.",
    todo,
  );
}
