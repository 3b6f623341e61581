import { expect, test } from "vitest";
import { Refusal } from "../findings/finding.ts";
import type { Compression } from "./compression/compression.ts";
import { PIECE_BYTES } from "./limits.ts";
import { compressionOfName } from "./name.ts";
import type { BundleSource } from "./stores/store.ts";
import { readTableWindow, type TableWindow } from "./table-window.ts";
import { SAMPLE_PARTS, type SamplePart, sampleLines } from "./testing/sample-bundle.ts";
import { temporarySource, writeSample } from "./testing/write-sample.ts";
import { verifyBundle } from "./verify.ts";

/** Parts that no compressor makes small, so that reading the rest would show. */
const noise = (count: number, from: number) =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      id: from + index,
      note: Array.from({ length: 40 }, (_, at) => ((from + index) * 7919 * (at + 3) ** 5) % 9973).join(),
    }),
  );
const MANY: readonly SamplePart[] = [
  { section: "data", ordinal: 1, lines: noise(24_000, 0) },
  { section: "data", ordinal: 2, lines: noise(1, 5) },
  { section: "data", ordinal: 3, lines: noise(5_000, 0) },
  { section: "data", ordinal: 3, lines: noise(3_000, 5_000) },
];

interface Written {
  readonly source: BundleSource;
  readonly proof: Awaited<ReturnType<typeof verifyBundle>>;
  /** Compressed bytes that were taken from the file since it was verified. */
  readonly read: () => number;
}

async function written(compression: Compression, parts: readonly SamplePart[]): Promise<Written> {
  const source = await temporarySource((await writeSample(compression, parts)).path);
  const proof = await verifyBundle(source);
  let read = 0;
  async function* counted(from?: number, to?: number) {
    for await (const chunk of source.stream(from, to)) {
      read += chunk.length;
      yield chunk;
    }
  }
  return { source: { ...source, stream: counted }, proof, read: () => read };
}

function windowOf(
  { source, proof }: Written,
  window: TableWindow,
  lineBytes = 10_000,
  signal = new AbortController().signal,
) {
  const { seal, pieces } = proof;
  const compression = compressionOfName(source.name)!;
  return readTableWindow(source, { seal: seal!, compression, pieces }, window, { lineBytes, signal });
}

test.each(["gzip", "zstd"] as const)(
  "any rows of any table of a %s bundle are found",
  async (compression) => {
    const bundle = await written(compression, SAMPLE_PARTS);
    const third = [...sampleLines(200), ...sampleLines(50, 201)];
    for (const [skip, take] of [
      [0, 3],
      [198, 5],
      [249, 10],
      [0, 250],
    ] as const) {
      const lines = await windowOf(bundle, { section: "data", ordinal: 3, skip, take });
      expect(lines).toEqual(third.slice(skip, skip + take).map((text) => ({ text })));
    }
    expect(await windowOf(bundle, { section: "reference", ordinal: 1, skip: 2, take: 1 })).toEqual([
      { text: SAMPLE_PARTS[0]!.lines[2] },
    ]);
    expect(await windowOf(bundle, { section: "data", ordinal: 2, skip: 0, take: 5 })).toEqual([]);
    expect(await windowOf(bundle, { section: "data", ordinal: 3, skip: 250, take: 5 })).toEqual([]);
  },
);

test("of a gzip bundle only the pieces around the rows are read", async () => {
  const bundle = await written("gzip", MANY);
  expect(bundle.proof.pieces!.length).toBeGreaterThan(5);
  expect(bundle.proof.pieces!.reduce((sum, length) => sum + length, 0)).toBe(bundle.source.size);
  const lines = await windowOf(bundle, { section: "data", ordinal: 3, skip: 7_990, take: 10 });
  expect(lines.map((line) => "text" in line && (JSON.parse(line.text) as { id: number }).id)).toEqual(
    Array.from({ length: 10 }, (_, index) => 7_990 + index),
  );
  expect(bundle.read()).toBeLessThan(bundle.source.size / 2);
  expect(bundle.source.size).toBeGreaterThan(2 * PIECE_BYTES);
});

test("without the pieces' lengths a gzip bundle is read from its start", async () => {
  const bundle = await written("gzip", SAMPLE_PARTS);
  const unknown = { ...bundle, proof: { ...bundle.proof, pieces: null } };
  expect(await windowOf(unknown, { section: "data", ordinal: 3, skip: 249, take: 1 })).toEqual([
    { text: sampleLines(1, 250)[0] },
  ]);
});

test("a row that is too long to be shown is told by its length, and those beside it are there", async () => {
  const long = JSON.stringify({ id: 2, note: "x".repeat(3_000_000) });
  const [one, three] = [sampleLines(1)[0]!, sampleLines(1, 3)[0]!];
  const bundle = await written("gzip", [{ section: "data", ordinal: 1, lines: [one, long, three] }]);
  expect(await windowOf(bundle, { section: "data", ordinal: 1, skip: 0, take: 3 })).toEqual([
    { text: one },
    { tooLong: long.length },
    { text: three },
  ]);
});

test("a reading that is called off ends, and a file that is another one by now is told", async () => {
  const bundle = await written("zstd", MANY);
  const off = AbortSignal.abort(new Error("too far"));
  await expect(
    windowOf(bundle, { section: "data", ordinal: 3, skip: 0, take: 1 }, 1000, off),
  ).rejects.toThrow("too far");
  const other = await written("gzip", SAMPLE_PARTS);
  const mixed = { ...other, proof: { ...other.proof, seal: (await written("gzip", MANY)).proof.seal } };
  const error = await windowOf(mixed, { section: "data", ordinal: 2, skip: 0, take: 1 }).catch(
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(Refusal);
});
