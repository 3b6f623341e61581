/**
 * Writes a bundle in one pass: manifest, parts, seal. Memory stays flat whatever passes: a few pieces of
 * `PIECE_BYTES` and the part at hand.
 */
import { createHash, type KeyObject } from "node:crypto";
import type { Compression, Compressor, Deliver } from "./compression/compression.ts";
import { createGzipWriter } from "./compression/gzip-writer.ts";
import { createZstdWriter } from "./compression/zstd-writer.ts";
import { createAgeWriter } from "./encryption/encrypt.ts";
import { type BundleLimits, bundleLimits, PART_BYTES } from "./limits.ts";
import type { Manifest, Seal } from "./manifest.ts";
import { encodeManifest } from "./manifest-file.ts";
import { createPartSequence, MANIFEST_NAME, partName, SEAL_NAME, type Section } from "./members.ts";
import { refused, WHOLE_BUNDLE } from "./refused.ts";
import { encodeSeal, sealOf } from "./seal/seal.ts";
import { type BundleSink, plainly, type SideEffect } from "./stores/store.ts";
import { createTally, type SealedMember } from "./tally.ts";
import { END_OF_ARCHIVE, encodeTarHeader, paddingOf } from "./tar/header.ts";

export interface BundleWriterOptions {
  readonly sink: BundleSink;
  readonly compression: Compression;
  readonly manifest: Manifest;
  /** Ed25519 private key; without one the bundle is sealed but unsigned. */
  readonly signKey?: KeyObject;
  /** age recipients; without any the file is not encrypted. What is sealed and signed is the archive in it. */
  readonly recipients?: readonly string[];
  readonly limits?: Partial<BundleLimits>;
  readonly sideEffect?: SideEffect;
  /** Once aborted, nothing is committed: `finish` rejects with its reason. */
  readonly signal?: AbortSignal;
  /** The clock of the seal's `finishedAt`. */
  readonly now?: () => Date;
}

export interface BundleWriter {
  /**
   * Appends one part: whole lines, at least one, together at most `PART_BYTES` unless it is a single line. All
   * parts of `reference` come before those of `data`, ordinals never decrease within a section, a table without
   * rows has no part; a part that breaks this is a bug and throws.
   *
   * Resolves with the member, when there is room for more; the chunks must not be changed after they have been
   * handed over until then. Calls one at a time. Refuses `bundle-line-too-long`, `bundle-too-many-members` and what the store refuses.
   */
  addPart(section: Section, ordinal: number, chunks: readonly Buffer[], rows: number): Promise<SealedMember>;
  /** Writes the seal and makes the file durable and visible. */
  finish(): Promise<Seal>;
  /** Leaves nothing behind. To be called after any failure. */
  abort(): Promise<void>;
  /** After `finish`: the file's length and its SHA-256 (hex), encrypted where it is. */
  file(): { readonly bytes: number; readonly sha256: string };
}

/** The manifest is written with the first part, or at the end where there is none. */
export function createBundleWriter(options: BundleWriterOptions): BundleWriter {
  const { sink, manifest, sideEffect = plainly, now = () => new Date() } = options;
  const limits = bundleLimits(options.limits);
  const tally = createTally(manifest, "digests", limits);
  const sequence = createPartSequence(manifest);
  const written = createHash("sha256");
  const deliver: Deliver = async (bytes) => {
    written.update(bytes);
    fileBytes += bytes.length;
    await sink.write(bytes);
  };
  const age = options.recipients?.length ? createAgeWriter(options.recipients, deliver) : null;
  const compressor = createCompressor(options.compression, async (bytes) => {
    compressedBytes += bytes.length;
    await (age === null ? deliver(bytes) : age.write(bytes));
  });
  let fileBytes = 0;
  let compressedBytes = 0;
  let archiveBytes = 0;
  let last = { section: "" as string, ordinal: 0, part: 0 };
  let state: "fresh" | "open" | "busy" | "finished" | "failed" = "fresh";
  let sha256 = "";

  async function put(chunk: Buffer): Promise<void> {
    archiveBytes += chunk.length;
    await compressor.write(chunk);
  }

  async function putMember(name: string, chunks: readonly Buffer[]): Promise<void> {
    const size = chunks.reduce((total, chunk) => total + chunk.length, 0);
    await put(encodeTarHeader({ name, size }));
    for (const chunk of chunks) await put(chunk);
    await put(Buffer.alloc(paddingOf(size)));
  }

  async function putManifest(): Promise<void> {
    const bytes = encodeManifest(manifest, limits);
    tally.document(MANIFEST_NAME, bytes);
    await sideEffect("write manifest", () => putMember(MANIFEST_NAME, [bytes]));
  }

  /** One call at a time, none after the end or a failure; the manifest before all. */
  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (state !== "fresh" && state !== "open") throw new Error(`the bundle's writer is ${state}`);
    const fresh = state === "fresh";
    state = "busy";
    try {
      if (fresh) await putManifest();
      const result = await work();
      // Aborted meanwhile: nothing that was handed over counts.
      if (state !== "busy") throw new Error("the bundle was aborted");
      state = "open";
      return result;
    } catch (error) {
      state = "failed";
      throw error;
    }
  }

  async function putPart(section: Section, ordinal: number, chunks: readonly Buffer[], rows: number) {
    const goesOn = last.section === section && last.ordinal === ordinal;
    const address = { section, ordinal, part: goesOn ? last.part + 1 : 1 };
    const name = partName(address);
    const fault = sequence.next(address);
    if (fault) throw new Error(`${name} ${fault}`);
    // The seal is a member too.
    if (tally.members.length + 2 > limits.members) throw tooManyMembers(limits);
    last = address;
    tally.begin(address);
    for (const chunk of chunks) tally.update(chunk);
    const { member, wellFormed } = tally.end();
    if (member.rows !== rows) throw new Error(`${name} holds ${member.rows} rows, not ${rows}`);
    if (!wellFormed || rows === 0) throw new Error(`${name} does not hold whole lines`);
    if (member.bytes > PART_BYTES && rows > 1) throw new Error(`${name} is too long for one part`);
    await sideEffect("write part", () => putMember(name, chunks));
    return member;
  }

  async function putSeal(): Promise<Seal> {
    const seal = sealOf(tally, now());
    const bytes = encodeSeal(seal, options.signKey);
    if (bytes.length > limits.sealBytes) throw sealTooLong(limits);
    await sideEffect("write seal", async () => {
      await putMember(SEAL_NAME, [bytes]);
      await put(END_OF_ARCHIVE);
      await compressor.end();
      await age?.end();
    });
    if (archiveBytes > limits.expansionAllowance + limits.expansion * compressedBytes)
      throw tooWellCompressed();
    options.signal?.throwIfAborted();
    await sideEffect("commit", () => sink.commit());
    sha256 = written.digest("hex");
    return seal;
  }

  return {
    addPart: (section, ordinal, chunks, rows) => inTurn(() => putPart(section, ordinal, chunks, rows)),
    async finish() {
      const seal = await inTurn(putSeal);
      state = "finished";
      return seal;
    },
    async abort() {
      if (state === "finished") return;
      state = "failed";
      await compressor.abort();
      await sink.abort();
    },
    file() {
      if (state !== "finished") throw new Error("the bundle is not finished");
      return { bytes: fileBytes, sha256 };
    },
  };
}

function createCompressor(compression: Compression, deliver: Deliver): Compressor {
  return compression === "gzip" ? createGzipWriter(deliver) : createZstdWriter(deliver);
}

function tooManyMembers(limits: BundleLimits) {
  const todo = "Raise the limit on both sides, or write bigger parts.";
  return refused(
    "bundle-too-many-members",
    WHOLE_BUNDLE,
    `It would have more than ${limits.members} members.`,
    todo,
  );
}

function sealTooLong(limits: BundleLimits) {
  const what = `The seal would be longer than the ${limits.sealBytes} bytes that a reader accepts.`;
  return refused("bundle-seal-too-long", SEAL_NAME, what, "Raise the limit on both sides.");
}

function tooWellCompressed() {
  const what = "Its rows compress so well that a reader would take the file for a decompression bomb.";
  return refused("bundle-expansion", WHOLE_BUNDLE, what, "Export with gzip, which cannot exceed the limit.");
}
