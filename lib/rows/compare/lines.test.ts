import fc from "fast-check";
import { expect, it } from "vitest";
import { forEachLine } from "./lines.ts";

/** One buffer, used again for every chunk, as a decompressor may. */
async function* reused(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  const scratch = Buffer.alloc(Math.max(1, ...lengths));
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const length = Math.min(lengths[n % lengths.length]!, bytes.length - at);
    scratch.fill(0x0a);
    bytes.copy(scratch, 0, at, at + length);
    yield scratch.subarray(0, length);
    at += length;
  }
}

it("every line comes once, whole, with its newline behind it, wherever chunks are cut", async () => {
  const lines = fc.array(
    fc.string({ maxLength: 12 }).map((text) => text.replaceAll("\n", "")),
    { maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
      async (texts, cuts) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""));
        const seen: string[] = [];
        await forEachLine(reused(bytes, cuts), (buffer, start, end) => {
          expect(buffer[end]).toBe(0x0a);
          seen.push(buffer.toString("utf8", start, end));
        });
        expect(seen).toEqual(texts);
      },
    ),
  );
});

it("a last line without its newline is a fault", async () => {
  await expect(forEachLine(reused(Buffer.from("a\nb"), [2]), () => {})).rejects.toThrow("no newline");
});
