/** Real bundles, damaged by chance: what is read is what was written, or the file is refused with findings. */
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Refusal } from "../findings/finding.ts";
import { type OpenBundle, openBundle } from "./reader.ts";
import { archiveOf, compress, fileOf, unpack } from "./testing/hand-packed.ts";
import { temporarySource, writeSample } from "./testing/write-sample.ts";

/** The parts' bytes and the seal, "refused" where findings were given. Anything else is thrown. */
async function contentOf(path: string): Promise<string> {
  let bundle: OpenBundle | undefined;
  try {
    bundle = await openBundle(await temporarySource(path));
    const read: unknown[] = [bundle.manifest];
    for await (const part of bundle.parts()) {
      const chunks: Buffer[] = [];
      for await (const chunk of part.chunks) chunks.push(chunk);
      read.push(part.name, Buffer.concat(chunks).toString("latin1"));
    }
    read.push(await bundle.seal());
    return JSON.stringify(read);
  } catch (error) {
    if (!(error instanceof Refusal) || error.findings.length === 0) throw error;
    return "refused";
  } finally {
    await bundle?.close();
  }
}

type Damage = { kind: "flip" | "cut" | "drop" | "double" | "zero"; at: number; length: number };

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom("flip", "cut", "drop", "double", "zero"),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  length: fc.integer({ min: 1, max: 600 }),
});

function apply(bytes: Buffer, { kind, at, length }: Damage): Buffer {
  const start = Math.floor(at * bytes.length);
  const end = Math.min(bytes.length, start + length);
  const damaged = Buffer.from(bytes);
  switch (kind) {
    case "flip":
      damaged[start] = (damaged[start] as number) ^ (1 << (length % 8));
      return damaged;
    case "zero":
      return damaged.fill(0, start, end);
    case "cut":
      return damaged.subarray(0, start);
    case "drop":
      return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
    case "double":
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
    default:
      throw new Error(`no such damage: ${String(kind satisfies never)}`);
  }
}

test.each(["gzip", "zstd"] as const)(
  "a %s file, damaged anywhere, is refused or reads the same",
  async (compression) => {
    const { path } = await writeSample(compression);
    const file = await readFile(path);
    const whole = await contentOf(path);
    expect(whole).not.toBe("refused");
    await fc.assert(
      fc.asyncProperty(damage, async (what) => {
        expect([whole, "refused"]).toContain(await contentOf(await fileOf(apply(file, what))));
      }),
      { numRuns: 400, seed: 20250203 },
    );
  },
);

test("an archive, damaged under an intact compression, is refused or reads the same", async () => {
  const { path } = await writeSample("gzip");
  const archive = archiveOf(await unpack(path));
  const whole = await contentOf(path);
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(damage, async (what) => {
      const content = await contentOf(await fileOf(await compress(apply(archive, what), "gzip")));
      expect([whole, "refused"]).toContain(content);
      if (content === "refused") refused++;
    }),
    { numRuns: 600, seed: 42 },
  );
  expect(refused).toBeGreaterThan(500);
});
