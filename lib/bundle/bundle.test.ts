import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../canonical/json.ts";
import type { Compression } from "./compression/compression.ts";
import { openBundle, type ReaderProof } from "./reader.ts";
import { keyId } from "./seal/keys.ts";
import { fileSource } from "./stores/file-source.ts";
import {
  partBytes,
  SAMPLE_MANIFEST,
  SAMPLE_PARTS,
  type SamplePart,
  sampleLines,
} from "./testing/sample-bundle.ts";
import { temporaryFolder, temporarySource, writeSample } from "./testing/write-sample.ts";
import { verifyBundle } from "./verify.ts";

const bothCompressions: Compression[] = ["gzip", "zstd"];

/** Every part that the reader gives, with its bytes. */
async function readAll(path: string, proof: ReaderProof = "digests") {
  const source = await fileSource(path);
  const bundle = await openBundle(source, { proof });
  const parts: { name: string; bytes: Buffer }[] = [];
  for await (const part of bundle.parts()) {
    const chunks: Buffer[] = [];
    for await (const chunk of part.chunks) chunks.push(chunk);
    parts.push({ name: part.name, bytes: Buffer.concat(chunks) });
  }
  const seal = await bundle.seal();
  const proved = bundle.proof();
  await bundle.close();
  await source.close();
  return { manifest: bundle.manifest, parts, seal, proof: proved };
}

describe.each(bothCompressions)("a %s bundle", (compression) => {
  test("comes back as it was written", async () => {
    const { path, seal, file } = await writeSample(compression);
    const read = await readAll(path);
    expect(read.manifest).toEqual(SAMPLE_MANIFEST);
    expect(read.seal).toEqual(seal);
    expect(read.proof).toEqual({ sha256: file.sha256, signature: { state: "unsigned" } });
    expect(
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
    ).toBe(file.sha256);
    expect(read.parts.map(({ name }) => name)).toEqual([
      "reference/1/000001.jsonl",
      "data/1/000001.jsonl",
      "data/3/000001.jsonl",
      "data/3/000002.jsonl",
    ]);
    for (const [index, part] of SAMPLE_PARTS.entries()) {
      expect(read.parts[index]?.bytes.equals(partBytes(part))).toBe(true);
    }
  });

  test("says in its seal what it holds, of tables without a row too", async () => {
    const { seal } = await writeSample(compression);
    expect(seal.members.map(({ name, rows }) => [name, rows])).toEqual([
      ["manifest.json", 0],
      ["reference/1/000001.jsonl", 3],
      ["data/1/000001.jsonl", 1],
      ["data/3/000001.jsonl", 200],
      ["data/3/000002.jsonl", 50],
    ]);
    expect(seal.tables.map(({ section, ordinal, rows }) => [section, ordinal, rows])).toEqual([
      ["reference", 1, 3],
      ["data", 1, 1],
      ["data", 2, 0],
      ["data", 3, 250],
    ]);
    expect(seal.tables[2]?.sums).toEqual(["0", "0"]);
    expect(seal.totals.rows).toBe(254);
    expect(seal.totals.members).toBe(5);
  });

  test("is the same file whenever the same is written", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const once = await writeSample(compression, SAMPLE_PARTS, { signKey: privateKey });
    const again = await writeSample(compression, SAMPLE_PARTS, { signKey: privateKey });
    expect(again.file).toEqual(once.file);
  });

  test("is opened by tar, without a word on stderr", async () => {
    const { path } = await writeSample(compression);
    const folder = join(await temporaryFolder(), "out");
    await mkdir(folder);
    const flag = compression === "gzip" ? "--gzip" : "--zstd";
    const said = execFileSync(
      "tar",
      ["--extract", "--verbose", flag, "--file", path, "--directory", folder],
      {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    expect(said.trim().split("\n")).toHaveLength(6);
    expect(await readFile(join(folder, "manifest.json"), "utf8")).toBe(canonicalJson(SAMPLE_MANIFEST));
    expect(
      (await readFile(join(folder, "data/3/000001.jsonl"))).equals(partBytes(SAMPLE_PARTS[2] as SamplePart)),
    ).toBe(true);
    expect(JSON.parse(await readFile(join(folder, "seal.json"), "utf8")).signatures).toEqual([]);
  });

  test("of any number and size of parts comes back", async () => {
    const count = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 5_000, max: 20_000 }));
    const parts = fc.tuple(
      fc.array(count, { maxLength: 2 }),
      fc.array(count, { maxLength: 2 }),
      fc.array(count, { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(parts, async ([reference, first, third]) => {
        const of = (section: "reference" | "data", ordinal: number, counts: number[]): SamplePart[] =>
          counts.map((rows, index) => ({ section, ordinal, lines: sampleLines(rows, index * 20_000 + 1) }));
        const written = [...of("reference", 1, reference), ...of("data", 1, first), ...of("data", 3, third)];
        const { path, seal } = await writeSample(compression, written);
        const read = await readAll(path);
        expect(read.seal).toEqual(seal);
        expect(read.parts).toHaveLength(written.length);
        for (const [index, part] of written.entries()) {
          expect(read.parts[index]?.bytes.equals(partBytes(part))).toBe(true);
        }
      }),
      { numRuns: 8 },
    );
  });

  test("is proven without its digests being computed, where the reader computes its own", async () => {
    const { path, seal } = await writeSample(compression);
    const whole = await readAll(path);
    expect(await readAll(path, "members")).toEqual(whole);
    expect(whole.seal).toEqual(seal);
  });

  test("that another pass proves gives the same rows, seal and hash of its file", async () => {
    const { path } = await writeSample(compression);
    expect(await readAll(path, "none")).toEqual(await readAll(path));
  });

  test("is proven whole though its reader looked at nothing, or left each part half-way", async () => {
    const { path, seal } = await writeSample(compression);
    const blind = await openBundle(await temporarySource(path));
    expect(await blind.seal()).toEqual(seal);
    await blind.close();

    const hasty = await openBundle(await temporarySource(path));
    for await (const part of hasty.parts()) {
      for await (const _ of part.chunks) break;
      if (part.ordinal === 3) break;
    }
    expect(await hasty.seal()).toEqual(seal);
    await hasty.close();
  });

  test("gives no proof before its seal has been read", async () => {
    const { path } = await writeSample(compression);
    const bundle = await openBundle(await temporarySource(path));
    for await (const _ of bundle.parts()) {
      expect(() => bundle.proof()).toThrow("has not been read");
      break;
    }
    await bundle.close();
  });

  test("is verified with its signature, by whom one trusts", async () => {
    const ours = generateKeyPairSync("ed25519");
    const theirs = generateKeyPairSync("ed25519");
    const { path, seal, file } = await writeSample(compression, SAMPLE_PARTS, { signKey: ours.privateKey });
    const source = await temporarySource(path);
    const names: string[] = [];
    const trusted = await verifyBundle(source, {
      trust: [ours.publicKey],
      onPart: ({ name }) => names.push(name),
    });
    expect(trusted).toEqual({
      manifest: SAMPLE_MANIFEST,
      seal,
      sha256: file.sha256,
      encrypted: false,
      pieces: compression === "gzip" ? expect.any(Uint32Array) : null,
      signature: { state: "trusted", keyId: keyId(ours.publicKey), sig: expect.any(String) },
      findings: [],
    });
    expect(names).toHaveLength(4);
    const unsigned = await verifyBundle(await temporarySource((await writeSample(compression)).path));
    expect(unsigned.findings).toMatchObject([{ code: "bundle-unsigned", severity: "notes" }]);
    const foreign = await verifyBundle(source, { trust: [theirs.publicKey] });
    expect(foreign.signature?.state).toBe("untrusted");
    expect(foreign.findings).toMatchObject([{ code: "bundle-key-unknown", severity: "warns" }]);
  });
});
