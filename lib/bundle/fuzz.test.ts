/**
 * Real bundles, damaged by chance: what is read is what was written, or the file is refused with findings. A case that
 * takes longer than any should fails; what memory it may cost is bounded in memory.test.ts. `npm run soak` asks for
 * more cases, and for others.
 */
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Refusal } from "../findings/finding.ts";
import { isSoak, randomCases } from "../testing/shard.ts";
import { type OpenBundle, openBundle } from "./reader.ts";
import { archiveOf, compress, fileOf, type Packed, repack, unpack } from "./testing/hand-packed.ts";
import { forged, sealedAnew, tamper, tampering } from "./testing/tampering.ts";
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

/** Milliseconds in which a file of some kilobytes is surely read or refused. */
const HANGS = 20_000;

/** How much of it is refused is known of this seed; a soak has others. */
const SEED = 20250203;

/** What `fast-check` is told: so many cases, or eight times what a soak asks for. */
function cases(numRuns: number) {
  const { runs, seed } = randomCases(numRuns, 8);
  return { numRuns: runs, seed: isSoak() ? seed : SEED, timeout: HANGS };
}
/** Milliseconds: a soak's cases are some thousands. */
const LIMIT = 60_000 + randomCases(0, 1_000).runs;

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
      cases(100),
    );
  },
  LIMIT,
);

test(
  "an archive, damaged under an intact compression, is refused or reads the same",
  async () => {
    const { path } = await writeSample("gzip");
    const archive = archiveOf(await unpack(path));
    const whole = await contentOf(path);
    let refused = 0;
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(damage, async (what) => {
        const content = await contentOf(await fileOf(await compress(apply(archive, what), "gzip")));
        expect([whole, "refused"]).toContain(content);
        tried++;
        if (content === "refused") refused++;
      }),
      cases(100),
    );
    expect(refused).toBeGreaterThan(tried * 0.8);
  },
  LIMIT,
);

test.each(["gzip", "zstd"] as const)(
  "members of a %s bundle that were moved, changed, forged or made up are refused, or are read as they were packed",
  async (compression) => {
    const members = await unpack((await writeSample("gzip")).path);
    const tally = { refused: 0, read: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(tampering, { minLength: 1, maxLength: 3 }),
        forged,
        async (acts, isForged) => {
          const tampered = acts.reduce(tamper, members);
          const packed = isForged ? sealedAnew(tampered) : tampered;
          const content = await contentOf(await repack(packed, compression));
          tally[content === "refused" ? "refused" : "read"]++;
          // Nothing that was read says anything else than the file's own members do.
          if (content !== "refused") expect(membersIn(content)).toEqual(partsOf(packed));
        },
      ),
      cases(80),
    );
    // Neither by accident: most is refused, and a forger who knows every rule gets through, or changes nothing.
    expect(tally.refused).toBeGreaterThan(tally.read);
    expect(tally.read).toBeGreaterThan(0);
    expect(await contentOf(await repack(sealedAnew(members), compression))).not.toBe("refused");
  },
  LIMIT,
);

/** What was read: names and contents of the parts. */
function membersIn(content: string): unknown[] {
  return (JSON.parse(content) as unknown[]).slice(1, -1);
}

function partsOf(members: readonly Packed[]): unknown[] {
  return members
    .filter(({ name }) => name.endsWith(".jsonl"))
    .flatMap(({ name, content }) => [name, content.toString("latin1")]);
}
