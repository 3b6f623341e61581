import fc from "fast-check";
import { expect, it } from "vitest";
import { cutParts, type Part } from "./parts.ts";

const COLUMNS = [{ name: "text", encoding: "text" }] as const;

/** Bytes, cut into chunks at the given lengths; one buffer, used again for every chunk, as a socket's may be. */
async function* chunksOf(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  const scratch = Buffer.alloc(Math.max(...lengths));
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const length = Math.min(lengths[n % lengths.length]!, bytes.length - at);
    scratch.fill("\n");
    bytes.copy(scratch, 0, at, at + length);
    yield scratch.subarray(0, length);
    at += length;
  }
}

/** A part's bytes are good for a while only: they are copied as they come. */
async function partsOf(texts: readonly string[], lengths: readonly number[], target: number) {
  const rows = Buffer.from(texts.map((text) => `${text}\n`).join(""));
  const parts: { content: Buffer; rows: number; bytes: number }[] = [];
  for await (const part of cutParts(chunksOf(rows, lengths), COLUMNS, target))
    parts.push({ content: Buffer.concat([...part.chunks]), rows: part.rows, bytes: part.bytes });
  return parts;
}

const linesOf = (texts: readonly string[]) => texts.map((text) => `{"text":"${text}"}\n`).join("");

it("parts are whole lines, nothing lost and nothing twice, each with its own count", async () => {
  const texts = fc.array(fc.stringMatching(/^[a-zé ]{0,30}$/), { maxLength: 60 });
  const lengths = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(texts, lengths, fc.integer({ min: 1, max: 300 }), async (rows, cuts, target) => {
      const parts = await partsOf(rows, cuts, target);
      expect(Buffer.concat(parts.map(({ content }) => content)).toString()).toBe(linesOf(rows));
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

it("a part ends only where the next line does not fit", async () => {
  const texts = Array.from({ length: 100 }, () => "twelve bytes");
  const line = linesOf(["twelve bytes"]).length;
  expect((await partsOf(texts, [1000], 10 * line)).map(({ rows }) => rows)).toEqual(Array(10).fill(10));
  expect((await partsOf(texts, [1000], 10 * line - 1)).map(({ rows }) => rows)).toEqual([
    ...Array(11).fill(9),
    1,
  ]);
});

it("a line of any length among others goes alone, and those around it stay together", async () => {
  const long = "x".repeat(100_000);
  const parts = await partsOf(["a", "b", long, long, "c", "d"], [700, 64], 1000);
  expect(parts.map(({ rows }) => rows)).toEqual([2, 1, 1, 2]);
  expect(Buffer.concat(parts.map(({ content }) => content)).toString()).toBe(
    linesOf(["a", "b", long, long, "c", "d"]),
  );
});

it("no row, no part", async () => {
  expect(await partsOf([], [1], 10)).toEqual([]);
});

it("rows that break off are a fault", async () => {
  const parts = cutParts(chunksOf(Buffer.from("a\nb"), [2]), COLUMNS, 100);
  await expect(parts.next()).rejects.toThrow("no newline");
});

it("a part's bytes are good while the next part is made", async () => {
  const texts = Array.from({ length: 400 }, (_, n) => `row ${n}`);
  const rows = Buffer.from(texts.map((text) => `${text}\n`).join(""));
  const before: string[] = [];
  let last: Part | null = null;
  for await (const part of cutParts(chunksOf(rows, [7]), COLUMNS, 50)) {
    if (last !== null) before.push(last.chunks[0]!.toString());
    last = part;
  }
  before.push(last!.chunks[0]!.toString());
  expect(before.length).toBeGreaterThan(20);
  expect(before.join("")).toBe(linesOf(texts));
});
