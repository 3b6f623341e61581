import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { Refusal } from "../../findings/finding.ts";
import { PIECE_BYTES } from "../limits.ts";
import { zstdStreamLike } from "../testing/hand-packed.ts";
import { gzipHeader, gzipTrailer } from "./gzip-frame.ts";
import { readGzip } from "./gzip-reader.ts";
import { gzipMember } from "./gzip-writer.ts";
import { readZstd } from "./zstd-reader.ts";

async function code(reader: typeof readGzip, file: Buffer): Promise<string> {
  async function* once() {
    yield file;
  }
  try {
    for await (const _ of reader(once()));
    return "none";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.findings[0]?.code as string;
  }
}

test("a gzip or zstd of other tools is told from a damaged one", async () => {
  const bytes = Buffer.alloc(100_000, "row\n");
  expect(await code(readGzip, gzipSync(bytes))).toBe("bundle-recompressed");
  expect(await code(readZstd, zstdCompressSync(bytes))).toBe("bundle-recompressed");
});

test("a zstd frame that would need a wide window, or a dictionary, is not decompressed", async () => {
  const wide = zstdStreamLike(Buffer.alloc(1000, "x"));
  wide[5] = (24 - 10) << 3;
  expect(await code(readZstd, wide)).toBe("bundle-recompressed");
  const dictionary = zstdStreamLike(Buffer.alloc(1000, "x"));
  dictionary[4] = 0x05;
  expect(await code(readZstd, dictionary)).toBe("bundle-recompressed");
});

test("a skippable zstd frame is no bundle's", async () => {
  const skippable = Buffer.alloc(12);
  skippable.writeUInt32LE(0x184d2a50, 0);
  skippable.writeUInt32LE(4, 4);
  const frame = zstdStreamLike(Buffer.alloc(1000, "x"));
  expect(await code(readZstd, Buffer.concat([frame, skippable]))).toBe("bundle-trailing-data");
});

test("a gzip member that is not full stands nowhere but at the end", async () => {
  const crumbs = await Promise.all([gzipMember(Buffer.from("a")), gzipMember(Buffer.from("b"))]);
  expect(await code(readGzip, Buffer.concat(crumbs))).toBe("bundle-corrupt");
});

test("a gzip member cannot say less than it inflates to, nor hide bytes behind its deflate stream", async () => {
  const piece = Buffer.alloc(5000, "row\n");
  const member = await gzipMember(piece);
  const lying = Buffer.from(member);
  lying.writeUInt32LE(4999, lying.length - 4);
  expect(await code(readGzip, lying)).toBe("bundle-corrupt");

  const body = Buffer.concat([member.subarray(20, -8), Buffer.from("hidden"), member.subarray(-8)]);
  const stuffed = Buffer.concat([gzipHeader(20 + body.length), body]);
  expect(await code(readGzip, stuffed)).toBe("bundle-corrupt");
});

test("a gzip member claims neither nothing nor more than a piece", async () => {
  for (const size of [0, PIECE_BYTES + 1, 0xffffffff]) {
    const member = await gzipMember(Buffer.from("a"));
    const lying = Buffer.concat([member.subarray(0, -8), gzipTrailer(0, size)]);
    expect(await code(readGzip, lying)).toBe("bundle-corrupt");
  }
});

test("a zstd block that is longer than a block may be is refused before it is read", async () => {
  const frame = zstdCompressSync(Buffer.alloc(100), {
    params: { [constants.ZSTD_c_contentSizeFlag]: 0, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  const broken = Buffer.from(frame);
  broken.writeUIntLE(((200 * 1024) << 3) | 1, 6, 3);
  expect(await code(readZstd, broken)).toBe("bundle-corrupt");
});
