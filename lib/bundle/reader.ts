/**
 * Reads a bundle in one pass. Everything that it gives is provisional until `seal()` has resolved: rows may be
 * missing, altered or added by whoever had the file, and nothing made of them may be committed before.
 */
import { createHash, type KeyObject } from "node:crypto";
import { Refusal } from "../findings/finding.ts";
import { archiveBytes, openFile } from "./archive-stream.ts";
import type { Compression } from "./compression/compression.ts";
import { type BundleLimits, bundleLimits, largestPart, PART_BYTES } from "./limits.ts";
import type { Manifest, Seal } from "./manifest.ts";
import { decodeManifest, manifestTooLong } from "./manifest-file.ts";
import {
  createPartSequence,
  MANIFEST_NAME,
  type PartAddress,
  parsePartName,
  SEAL_NAME,
  type Section,
} from "./members.ts";
import { printable, refused, WHOLE_BUNDLE } from "./refused.ts";
import { compareSeal } from "./seal/compare.ts";
import { type SignatureState, signatureState } from "./seal/envelope.ts";
import { decodeSeal } from "./seal/seal.ts";
import { signatureFindings } from "./seal/signature-findings.ts";
import type { BundleSource } from "./stores/store.ts";
import { createByteReader } from "./streams/byte-reader.ts";
import { createTally, type ReaderProof } from "./tally.ts";
import type { TarHeader } from "./tar/header.ts";
import { createTarReader } from "./tar/reader.ts";

export type { ReaderProof };

export interface OpenBundleOptions {
  /** How much of the bundle this pass proves (default `digests`). */
  readonly proof?: ReaderProof;
  /** Public keys whose signatures count as trusted. */
  readonly trust?: readonly KeyObject[];
  readonly limits?: Partial<BundleLimits>;
  /** Told of the compressed length of each gzip member as it is reached: by them any place is found again. */
  readonly onPiece?: (length: number) => void;
  /**
   * Whether each chunk's memory is freed as soon as the next one is asked for, for who keeps none: waiting for the
   * collector costs a quarter of the time that a bundle takes to be verified.
   */
  readonly releaseChunks?: boolean;
}

export interface BundlePart {
  readonly section: Section;
  readonly ordinal: number;
  readonly part: number;
  /** The member's name, for findings. */
  readonly name: string;
  /** Uncompressed bytes, as the member's header says. */
  readonly bytes: number;
  /** The lines, cut anywhere; to be read once. What is left unread is read and checked on the way on. */
  readonly chunks: AsyncIterable<Buffer>;
}

export interface OpenBundle {
  readonly compression: Compression;
  /** Whether the file is encrypted; its source knew a key that opens it. */
  readonly encrypted: boolean;
  readonly manifest: Manifest;
  /** The parts in the file's order, common rows first; once only. */
  parts(): AsyncIterable<BundlePart>;
  /**
   * Reads on to the end, proves everything, and gives the seal. Refuses with findings; a signature that is missing
   * or unknown is no refusal (`proof` tells), one that is false is.
   */
  seal(): Promise<Seal>;
  /** After `seal()`: SHA-256 (hex) of the whole file, and whose signature it bears. */
  proof(): { readonly sha256: string; readonly signature: SignatureState };
  /** What the signatures came to, as soon as the seal has been compared; null before, and where it differs. */
  signature(): SignatureState | null;
  /** Stops reading. The source stays open: it is its opener's. */
  close(): Promise<void>;
}

/** Opens a bundle and reads its manifest. Refuses what is no bundle, or none that this version reads. */
export async function openBundle(source: BundleSource, options: OpenBundleOptions = {}): Promise<OpenBundle> {
  const { proof = "digests", trust = [] } = options;
  const limits = bundleLimits(options.limits);
  const fileHash = createHash("sha256");
  const file = await openFile(source, fileHash);
  const bytes = createByteReader(
    archiveBytes(file, limits, { onPiece: options.onPiece, release: options.releaseChunks }),
  );
  const tar = createTarReader(bytes);
  const failed = (error: unknown) => bytes.cancel().then(() => Promise.reject(error));

  const manifestBytes = await readManifest().catch(failed);
  const manifest = await Promise.resolve()
    .then(() => decodeManifest(manifestBytes, limits))
    .catch(failed);

  const tally = createTally(manifest, proof, limits);
  tally.document(MANIFEST_NAME, manifestBytes);
  const sequence = createPartSequence(manifest);
  let unread: AsyncGenerator<Buffer, void, void> | null = null;
  let members = 1;
  let outcome: { seal: Seal; sha256: string; signature: SignatureState } | null = null;
  let signature: SignatureState | null = null;
  let failure: { error: unknown } | null = null;

  async function readManifest(): Promise<Buffer> {
    const header = await tar.next();
    if (header?.name !== MANIFEST_NAME) {
      throw refused(
        "bundle-no-manifest",
        WHOLE_BUNDLE,
        "Its first member is no manifest: this is no bundle.",
      );
    }
    if (header.size > limits.manifestBytes) throw manifestTooLong(limits);
    return await tar.whole();
  }

  /** The part's bytes on their way through the tally; ends by holding the part to its own rules. */
  async function* partChunks(size: number, name: string): AsyncGenerator<Buffer, void, void> {
    try {
      for await (const chunk of tar.content()) {
        tally.update(chunk);
        yield chunk;
      }
      const { member, wellFormed } = tally.end();
      if (!wellFormed || (size > PART_BYTES && member.rows !== 1)) throw badPart(name);
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  }

  async function nextPart(): Promise<BundlePart | null> {
    if (failure) throw failure.error;
    if (outcome) return null;
    try {
      return await readNext();
    } catch (error) {
      failure ??= { error };
      await bytes.cancel();
      throw error;
    }
  }

  async function readNext(): Promise<BundlePart | null> {
    // A consumer that left a part half-way has only paused its generator: drain what it did not take.
    if (unread) for await (const _ of { [Symbol.asyncIterator]: () => unread as AsyncGenerator<Buffer> });
    unread = null;
    const header = await tar.next();
    if (!header)
      throw refused("bundle-unsealed", WHOLE_BUNDLE, "It has no seal: it was not finished, or cut.");
    if (++members > limits.members) throw tooManyMembers(limits);
    if (header.name === SEAL_NAME) {
      outcome = await readSeal(header);
      return null;
    }
    return openPart(header);
  }

  function openPart({ name, size }: TarHeader): BundlePart {
    const address = parsePartName(name);
    if (!address)
      throw refused("bundle-unknown-member", printable(name), "A bundle has no member of this name.");
    const fault = sequence.next(address);
    if (fault) throw refused("bundle-member-order", name, `This member ${fault}.`);
    if (size === 0 || size > largestPart(limits)) throw badPart(name);
    return startPart(address, name, size);
  }

  function startPart(address: PartAddress, name: string, size: number): BundlePart {
    tally.begin(address);
    const chunks = partChunks(size, name);
    unread = chunks;
    // `return` is kept from the consumer: leaving its loop early must not end the generator that checks.
    const once = { next: () => chunks.next(), [Symbol.asyncIterator]: () => once };
    return { ...address, name, bytes: size, chunks: once };
  }

  async function readSeal(header: TarHeader) {
    if (header.size > limits.sealBytes)
      throw refused("bundle-seal-too-long", SEAL_NAME, "The seal is too long.");
    const { seal, envelope } = decodeSeal(await tar.whole(), limits);
    if ((await tar.next()) !== null) {
      throw refused("bundle-trailing-data", WHOLE_BUNDLE, "A member stands behind the seal.");
    }
    const findings = proof === "none" ? [] : compareSeal(seal, tally, proof === "digests");
    if (findings.length > 0) throw new Refusal(findings);
    signature = signatureState(envelope, trust);
    if (signature.state === "invalid") throw new Refusal(signatureFindings(signature));
    return { seal, sha256: fileHash.digest("hex"), signature };
  }

  return {
    compression: file.compression,
    encrypted: file.encrypted,
    manifest,
    async *parts() {
      for (let part = await nextPart(); part; part = await nextPart()) yield part;
    },
    async seal() {
      while (await nextPart());
      return proven().seal;
    },
    proof() {
      const { sha256, signature } = proven();
      return { sha256, signature };
    },
    signature: () => signature,
    close: () => bytes.cancel(),
  };

  function proven() {
    if (!outcome) throw new Error("the bundle's seal has not been read");
    return outcome;
  }
}

function badPart(name: string) {
  return refused(
    "bundle-bad-part",
    name,
    "A part is empty, too long, or does not hold whole rows, one a line.",
  );
}

function tooManyMembers(limits: BundleLimits) {
  return refused("bundle-too-many-members", WHOLE_BUNDLE, `It has more than ${limits.members} members.`);
}
