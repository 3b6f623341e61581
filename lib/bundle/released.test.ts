/** A reader that frees the chunks which it has given: what it proves and refuses is the same. */
import { expect, test } from "vitest";
import { openBundle } from "./reader.ts";
import type { SamplePart } from "./testing/sample-bundle.ts";
import { temporarySource, writeSample } from "./testing/write-sample.ts";

/** Lines that no compressor makes much of: every chunk of theirs is a whole piece, or nearly. */
function bigParts(count: number): SamplePart[] {
  const line = (n: number) => `{"id":${n},"note":"${"é🙂".repeat(200 + (n % 7))} ${n * 7919}"}`;
  return [
    { section: "data", ordinal: 1, lines: Array.from({ length: count }, (_, n) => line(n)) },
    { section: "data", ordinal: 2, lines: Array.from({ length: count }, (_, n) => line(n + count)) },
  ];
}

test.each(["gzip", "zstd"] as const)(
  "%s: each chunk is freed when the next is asked for",
  async (compression) => {
    const { path, seal } = await writeSample(compression, bigParts(3000));
    const source = await temporarySource(path);
    const bundle = await openBundle(source, { releaseChunks: true });
    const buffers = new Set<ArrayBufferLike>();
    let kept = 0;
    for await (const { chunks } of bundle.parts())
      for await (const chunk of chunks) {
        expect(chunk.length).toBeGreaterThan(0);
        if (chunk.buffer.byteLength >= 256 * 1024) buffers.add(chunk.buffer);
        kept = Math.max(kept, [...buffers].filter(({ byteLength }) => byteLength > 0).length);
      }
    expect(buffers.size).toBeGreaterThan(4);
    expect(kept).toBe(1);
    expect(await bundle.seal()).toEqual(seal);
    await bundle.close();
  },
);

test("without being asked to, it frees nothing", async () => {
  const { path } = await writeSample("zstd", bigParts(3000));
  const bundle = await openBundle(await temporarySource(path));
  const taken: Buffer[] = [];
  for await (const { chunks } of bundle.parts()) for await (const chunk of chunks) taken.push(chunk);
  expect(taken.length).toBeGreaterThan(4);
  expect(taken.filter(({ length }) => length === 0)).toEqual([]);
  await bundle.close();
});
