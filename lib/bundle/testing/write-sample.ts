/** Small, whole bundles in folders of their own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Compression } from "../compression/compression.ts";
import type { Seal } from "../manifest.ts";
import { fileSource } from "../stores/file-source.ts";
import { folderStore } from "../stores/folder.ts";
import type { BundleSource } from "../stores/store.ts";
import { type BundleWriterOptions, createBundleWriter } from "../writer.ts";
import { FINISHED_AT, partBytes, SAMPLE_MANIFEST, SAMPLE_PARTS, type SamplePart } from "./sample-bundle.ts";

/** A folder of its own for this test, removed when it ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tenantry-bundle-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a source that is closed when the test ends. */
export async function temporarySource(path: string): Promise<BundleSource> {
  const source = await fileSource(path);
  onTestFinished(() => source.close());
  return source;
}

/** Writes a whole bundle into a fresh folder. */
export async function writeSample(
  compression: Compression,
  parts: readonly SamplePart[] = SAMPLE_PARTS,
  options: Partial<BundleWriterOptions> = {},
): Promise<{ path: string; seal: Seal; file: { bytes: number; sha256: string } }> {
  return await writeSampleInto(await temporaryFolder(), compression, parts, options);
}

/** The same, into this folder. */
export async function writeSampleInto(
  folder: string,
  compression: Compression,
  parts: readonly SamplePart[] = SAMPLE_PARTS,
  options: Partial<BundleWriterOptions> = {},
): ReturnType<typeof writeSample> {
  const name = compression === "gzip" ? "acme.tar.gz" : "acme.tar.zst";
  const sink = await folderStore(folder).create(name);
  const now = () => FINISHED_AT;
  const writer = createBundleWriter({ sink, compression, manifest: SAMPLE_MANIFEST, now, ...options });
  for (const part of parts) {
    await writer.addPart(part.section, part.ordinal, [partBytes(part)], part.lines.length);
  }
  const seal = await writer.finish();
  return { path: join(folder, name), seal, file: writer.file() };
}
