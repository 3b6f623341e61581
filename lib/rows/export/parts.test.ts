import fc from "fast-check";
import { expect, it } from "vitest";
import { cutParts, type Part } from "./parts.ts";

/** Lines, cut into chunks at the given lengths. */
async function* chunksOf(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let n = 0; at < bytes.length; n++) {
    const length = lengths[n % lengths.length]!;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** A part's bytes are good for a while only: they are copied as they come. */
async function partsOf(bytes: Buffer, lengths: readonly number[], target: number) {
  const parts: { content: Buffer; rows: number; bytes: number }[] = [];
  for await (const part of cutParts(chunksOf(bytes, lengths), target))
    parts.push({ content: Buffer.concat([...part.chunks]), rows: part.rows, bytes: part.bytes });
  return parts;
}

it("parts are whole lines, nothing lost and nothing twice, each with its own count", async () => {
  const lines = fc.array(
    fc.string({ maxLength: 30 }).map((text) => text.replaceAll("\n", "")),
    { maxLength: 60 },
  );
  const lengths = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(lines, lengths, fc.integer({ min: 1, max: 300 }), async (texts, cuts, target) => {
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""));
      const parts = await partsOf(bytes, cuts, target);
      expect(Buffer.concat(parts.map(({ content }) => content)).equals(bytes)).toBe(true);
      for (const part of parts) {
        const content = part.content.toString();
        expect(content.endsWith("\n")).toBe(true);
        expect(part.rows).toBe(content.split("\n").length - 1);
        expect(part.bytes).toBe(Buffer.byteLength(content));
        expect(part.bytes <= target || part.rows === 1).toBe(true);
      }
    }),
  );
});

it("no line, no part", async () => {
  expect(await partsOf(Buffer.alloc(0), [1], 10)).toEqual([]);
});

it("a part's bytes are good while the next part is made", async () => {
  const bytes = Buffer.from(Array.from({ length: 400 }, (_, n) => `line ${n}\n`).join(""));
  const before: string[] = [];
  let last: Part | null = null;
  for await (const part of cutParts(chunksOf(bytes, [7]), 50)) {
    if (last !== null) before.push(last.chunks[0]!.toString());
    last = part;
  }
  before.push(last!.chunks[0]!.toString());
  expect(before.length).toBeGreaterThan(20);
  expect(before.join("")).toBe(bytes.toString());
});
