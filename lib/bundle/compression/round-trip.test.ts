import { gunzipSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "../../findings/finding.ts";
import { shard } from "../../testing/shard.ts";
import { PIECE_BYTES } from "../limits.ts";
import { compress } from "../testing/hand-packed.ts";
import { type Compression, compressionOfBytes } from "./compression.ts";
import { readGzip } from "./gzip-reader.ts";
import { createGzipWriter } from "./gzip-writer.ts";
import { readZstd } from "./zstd-reader.ts";
import { createZstdWriter } from "./zstd-writer.ts";

const bothCompressions: Compression[] = ["gzip", "zstd"];

async function* chunked(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < bytes.length; position += length) {
    yield bytes.subarray(position, position + length);
  }
}

async function written(compression: Compression, chunks: readonly Buffer[]): Promise<Buffer> {
  const out: Buffer[] = [];
  const deliver = async (bytes: Buffer) => {
    out.push(Buffer.from(bytes));
  };
  const writer = compression === "gzip" ? createGzipWriter(deliver) : createZstdWriter(deliver);
  for (const chunk of chunks) await writer.write(chunk);
  await writer.end();
  return Buffer.concat(out);
}

function pieces(compression: Compression, bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  const chunks = chunked(bytes, length);
  return compression === "gzip" ? readGzip(chunks) : readZstd(chunks);
}

async function read(compression: Compression, bytes: Buffer, length = 1 << 18): Promise<Buffer> {
  const out: Buffer[] = [];
  for await (const piece of pieces(compression, bytes, length)) out.push(piece);
  return Buffer.concat(out);
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

/** The code of the refusal, "none" where the bytes were read. */
async function refusal(compression: Compression, bytes: Buffer, length?: number): Promise<string> {
  try {
    await read(compression, bytes, length);
    return "none";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.findings[0]?.code as string;
  }
}

/** Somewhat compressible, different everywhere. */
function filler(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    bytes[i] = 97 + ((state >>> 16) % 20);
  }
  return bytes;
}

describe.each(bothCompressions)("%s", (compression) => {
  test("what is written is read, however it is cut, by Node's own decompressor too", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: PIECE_BYTES }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 500, max: 300_000 }),
        async (lengths, chunk) => {
          const chunks = lengths.map((length, index) => filler(length + 1, index + 1));
          const file = await written(compression, chunks);
          const bytes = Buffer.concat(chunks);
          expect(compressionOfBytes(file)).toBe(compression);
          expect((await read(compression, file, chunk)).equals(bytes)).toBe(true);
          const plainly = compression === "gzip" ? gunzipSync(file) : zstdDecompressSync(file);
          expect(plainly.equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  });

  test("the same bytes give the same file", async () => {
    const bytes = filler(3 * PIECE_BYTES);
    const once = await written(compression, [bytes]);
    expect(once.equals(await written(compression, [bytes.subarray(0, 5), bytes.subarray(5)]))).toBe(true);
  });

  test("bytes that cannot be compressed pass", async () => {
    const bytes = Buffer.alloc(2 * PIECE_BYTES + 7);
    let state = 7;
    for (let i = 0; i < bytes.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      bytes[i] = state >>> 24;
    }
    expect((await read(compression, await written(compression, [bytes]))).equals(bytes)).toBe(true);
  });

  test("a file that ends anywhere before its end is truncated", async () => {
    const file = await compress(filler(300), compression);
    for (const length of shard(range(1, file.length), 4)) {
      expect(await refusal(compression, file.subarray(0, length)), `${length}`).toBe("bundle-truncated");
    }
  });

  test("a truncated file gives the same bytes before it is refused, however slowly it is read", async () => {
    const whole = filler(6 * PIECE_BYTES);
    const file = await written(compression, [whole]);
    const given = async (pause: () => Promise<unknown> | undefined) => {
      const out: Buffer[] = [];
      const reading = async () => {
        for await (const piece of pieces(compression, file.subarray(0, -100), 1 << 16)) {
          out.push(Buffer.from(piece));
          await pause();
        }
      };
      await expect(reading()).rejects.toMatchObject({ findings: [{ code: "bundle-truncated" }] });
      return Buffer.concat(out);
    };
    const slowly = await given(() => new Promise((resolve) => setTimeout(resolve, 5)));
    expect(slowly.length).toBeGreaterThanOrEqual(5 * PIECE_BYTES);
    expect(whole.subarray(0, slowly.length).equals(slowly)).toBe(true);
    expect((await given(() => undefined)).equals(slowly)).toBe(true);
  });

  test("bytes behind the end are refused: zeros, garbage, another stream, in the same chunk or the next", async () => {
    const file = await compress(filler(PIECE_BYTES + 300), compression);
    const behind = [
      Buffer.alloc(1),
      Buffer.alloc(600),
      Buffer.from("x".repeat(40)),
      file,
      Buffer.concat([Buffer.alloc(512), file]),
    ];
    for (const bytes of behind) {
      const whole = Buffer.concat([file, bytes]);
      for (const chunk of [whole.length, file.length, 1000]) {
        expect(await refusal(compression, whole, chunk)).toMatch(/^bundle-(trailing-data|corrupt)$/);
      }
    }
  });

  test("no changed bit passes unless the bytes are the same", async () => {
    const bytes = filler(2000);
    const file = await compress(bytes, compression);
    for (const bit of shard(range(0, file.length * 8), 12)) {
      const changed = Buffer.from(file);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      const result = await read(compression, changed).catch((error: unknown) => error);
      if (result instanceof Buffer) expect(result.equals(bytes), `bit ${bit}`).toBe(true);
      else expect(result, `bit ${bit}`).toBeInstanceOf(Refusal);
    }
  });

  test("a failing sink is the writer's failure, and nothing hangs", async () => {
    const deliver = async () => {
      throw new Error("disk full");
    };
    const writer = compression === "gzip" ? createGzipWriter(deliver) : createZstdWriter(deliver);
    const writing = (async () => {
      for (let i = 0; i < 40; i++) await writer.write(filler(PIECE_BYTES, i + 1));
      await writer.end();
    })();
    await expect(writing).rejects.toThrow("disk full");
    await writer.abort();
  });

  test("a writer that is aborted delivers nothing more", async () => {
    let delivered = 0;
    const deliver = async (bytes: Buffer) => {
      delivered += bytes.length;
    };
    const writer = compression === "gzip" ? createGzipWriter(deliver) : createZstdWriter(deliver);
    for (let i = 0; i < 5; i++) await writer.write(filler(PIECE_BYTES, i + 1));
    await writer.abort();
    const then = delivered;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(delivered).toBe(then);
  });
});
