/** Bundles packed by hand, whole or broken at will: what a stranger could put in front of the reader. */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { constants, gunzipSync, zstdCompressSync } from "node:zlib";
import type { Compression } from "../compression/compression.ts";
import { gzipMember } from "../compression/gzip-writer.ts";
import { bundleLimits, PIECE_BYTES } from "../limits.ts";
import type { Manifest, Seal } from "../manifest.ts";
import { decodeManifest } from "../manifest-file.ts";
import { MANIFEST_NAME, parsePartName } from "../members.ts";
import { encodeSeal, sealOf } from "../seal/seal.ts";
import { createTally } from "../tally.ts";
import { BLOCK_BYTES, END_OF_ARCHIVE, encodeTarHeader, paddingOf } from "../tar/header.ts";
import { FINISHED_AT } from "./sample-bundle.ts";
import { temporaryFolder } from "./write-sample.ts";

export interface Packed {
  name: string;
  content: Buffer;
  /** Replaces the member's header block. */
  header?: Buffer;
  /** Replaces the zero bytes behind the content. */
  padding?: Buffer;
}

/** The members of a gzip bundle, by a reader that trusts it. */
export async function unpack(path: string): Promise<Packed[]> {
  const archive = gunzipSync(await readFile(path));
  const members: Packed[] = [];
  for (let position = 0; archive[position] !== 0; ) {
    const name = archive.toString("latin1", position, archive.indexOf(0, position));
    const size = Number.parseInt(archive.toString("latin1", position + 124, position + 135), 8);
    const content = archive.subarray(position + BLOCK_BYTES, position + BLOCK_BYTES + size);
    members.push({ name, content: Buffer.from(content) });
    position += BLOCK_BYTES + size + paddingOf(size);
  }
  return members;
}

/** The archive's bytes, uncompressed. */
export function archiveOf(members: readonly Packed[], end: Buffer = END_OF_ARCHIVE): Buffer {
  const blocks = members.flatMap(({ name, content, header, padding }) => [
    header ?? encodeTarHeader({ name, size: content.length }),
    content,
    padding ?? Buffer.alloc(paddingOf(content.length)),
  ]);
  return Buffer.concat([...blocks, end]);
}

/** Compresses as the writer does. */
export async function compress(archive: Buffer, compression: Compression): Promise<Buffer> {
  if (compression === "zstd") return zstdStreamLike(archive);
  const pieces: Promise<Buffer>[] = [];
  for (let position = 0; position < archive.length; position += PIECE_BYTES) {
    pieces.push(gzipMember(archive.subarray(position, position + PIECE_BYTES)));
  }
  return Buffer.concat(await Promise.all(pieces));
}

/** One frame without a content size, as a stream gives it. */
export function zstdStreamLike(bytes: Buffer): Buffer {
  return zstdCompressSync(bytes, {
    params: {
      [constants.ZSTD_c_contentSizeFlag]: 0,
      [constants.ZSTD_c_checksumFlag]: 1,
      [constants.ZSTD_c_windowLog]: 19,
    },
  });
}

/** Writes a file of these bytes into a fresh folder. */
export async function fileOf(bytes: Buffer, name = "broken.tar.gz"): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, bytes);
  return path;
}

/** Packs and compresses the members into a file. */
export async function repack(members: readonly Packed[], compression: Compression = "gzip"): Promise<string> {
  return await fileOf(await compress(archiveOf(members), compression));
}

/** The seal that a careful forger would make for these members: everything in it is true. */
export function sealFor(members: readonly Packed[]): Seal {
  const limits = bundleLimits();
  const manifest: Manifest = decodeManifest(
    members.find(({ name }) => name === MANIFEST_NAME)?.content as Buffer,
    limits,
  );
  const tally = createTally(manifest, "digests", limits);
  for (const { name, content } of members) {
    const address = parsePartName(name);
    if (!address) {
      tally.document(name, content);
      continue;
    }
    tally.begin(address);
    tally.update(content);
    tally.end();
  }
  return sealOf(tally, FINISHED_AT);
}

/** The member that holds this seal, unsigned. */
export function sealMember(seal: Seal): Packed {
  return { name: "seal.json", content: encodeSeal(seal) };
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
