import { expect, it } from "vitest";
import { compressionOfBytes } from "../../lib/bundle/compression/compression.ts";
import { beforeSending, progressText } from "./upload.model.ts";

const GZIP = [0x1f, 0x8b, 8, 4];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
const codes = (start: readonly number[], size = 1000, limit = 5000) =>
  beforeSending({ name: "acme", size, start: Uint8Array.from(start) }, limit).map(({ code }) => code);

it("sends what may be a bundle, and nothing that the server would refuse at its first bytes", () => {
  for (const start of [GZIP, ZSTD]) expect(codes(start)).toEqual([]);
  for (const start of [GZIP, ZSTD, [0x50, 0x4b, 3, 4], [0x1f, 0, 0, 0], [0x28, 0xb5, 0x2f, 0]]) {
    const server = compressionOfBytes(Buffer.from(start)) !== null;
    expect(codes(start).length === 0, String(start)).toBe(server);
  }
  expect(codes(GZIP, 5001)).toEqual(["upload-too-large"]);
  expect(codes([], 0)).toEqual(["upload-without-file"]);
});

it("says how far it is, how fast, and for how long yet, once that is known", () => {
  const text = (bytes: number, seconds: number) =>
    progressText({ bytes, of: 4096, seconds }).replace(/\s/g, " ");
  expect(text(0, 0)).toBe("0 B of 4.00 KiB, 0 %");
  expect(text(1024, 1)).toBe("1.00 KiB of 4.00 KiB, 25 %");
  expect(text(1024, 4)).toBe("1.00 KiB of 4.00 KiB, 25 %, 256 B/s, 12 s left");
  expect(text(4096, 9)).toMatch(/verified/);
});
