/** One pass over a bundle that proves it, or says what is wrong with it. Nothing leaves the file. */
import type { KeyObject } from "node:crypto";
import { type Finding, Refusal } from "../findings/finding.ts";
import { qualifiedName } from "../postgres/identifiers.ts";
import type { BundleLimits } from "./limits.ts";
import type { Manifest, Seal } from "./manifest.ts";
import { type BundlePart, type OpenBundle, openBundle } from "./reader.ts";
import type { SignatureState } from "./seal/envelope.ts";
import { signatureFindings } from "./seal/signature-findings.ts";
import type { BundleSource } from "./stores/store.ts";
import { collectBuffers } from "./streams/collected.ts";

export { signatureFindings };

export interface VerifyOptions {
  /** Public keys whose signatures count as trusted. */
  readonly trust?: readonly KeyObject[];
  readonly limits?: Partial<BundleLimits>;
  /** Told of each part as it is reached, for progress. */
  readonly onPart?: (part: Pick<BundlePart, "section" | "ordinal" | "part" | "name" | "bytes">) => void;
  /** Told of the tenant's own row, where there is a table of tenants; to be believed once the bundle is proved. */
  readonly onRootRow?: (line: string) => void;
}

export interface Verification {
  /** Null where not even the manifest could be read. Not to be trusted unless `seal` is there. */
  readonly manifest: Manifest | null;
  /** Null where the bundle was refused. */
  readonly seal: Seal | null;
  /** Of the whole file, hex; null where the bundle was refused. */
  readonly sha256: string | null;
  /** Null where the seal was not reached, or is not that of the members. */
  readonly signature: SignatureState | null;
  /** Empty, or what is wrong; a bundle that is only unsigned has a finding that notes it. */
  readonly findings: readonly Finding[];
  /** Null where not even the manifest could be read. */
  readonly encrypted: boolean | null;
  /**
   * Compressed lengths of the file's gzip members in order, each of one piece (`PIECE_BYTES`) but for the last: what
   * stands anywhere in the archive is found by them. Null for zstd, for what is encrypted, and where the bundle was
   * refused.
   */
  readonly pieces: Uint32Array | null;
}

/** Seal, members, counts, digests, signature. Throws only for bugs and for a disk that cannot be read. */
export async function verifyBundle(source: BundleSource, options: VerifyOptions = {}): Promise<Verification> {
  let bundle: OpenBundle | null = null;
  const pieces: number[] = [];
  try {
    bundle = await openBundle(source, {
      trust: options.trust,
      limits: options.limits,
      onPiece: (length) => void pieces.push(length),
      releaseChunks: true,
    });
    const root = options.onRootRow === undefined ? null : rootOrdinal(bundle.manifest);
    let rootSeen = false;
    for await (const { chunks, ...part } of bundle.parts()) {
      options.onPart?.(part);
      collectBuffers();
      if (rootSeen || part.section !== "data" || part.ordinal !== root) continue;
      rootSeen = true;
      const line = await firstLine(chunks);
      if (line !== null) options.onRootRow?.(line);
    }
    const seal = await bundle.seal();
    const { sha256, signature } = bundle.proof();
    return {
      manifest: bundle.manifest,
      seal,
      sha256,
      signature,
      findings: signatureFindings(signature),
      encrypted: bundle.encrypted,
      pieces: bundle.compression === "gzip" && !bundle.encrypted ? Uint32Array.from(pieces) : null,
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const manifest = bundle?.manifest ?? null;
    const signature = bundle?.signature() ?? null;
    return {
      manifest,
      seal: null,
      sha256: null,
      signature,
      findings: error.findings,
      encrypted: bundle?.encrypted ?? null,
      pieces: null,
    };
  } finally {
    await bundle?.close();
  }
}

function rootOrdinal({ model, tables }: Manifest): number | null {
  return tables.find(({ schema, name }) => qualifiedName(schema, name) === model.root)?.ordinal ?? null;
}

/** Longer rows are nobody's to keep. Bytes. */
const LONGEST_ROOT_ROW = 1024 * 1024;
const NEWLINE = 0x0a;

/** Null where it is too long. What is not taken of the part is read and checked all the same. */
async function firstLine(chunks: AsyncIterable<Buffer>): Promise<string | null> {
  const taken: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const end = chunk.indexOf(NEWLINE);
    // The reader frees its chunk.
    taken.push(Buffer.from(end < 0 ? chunk : chunk.subarray(0, end)));
    length += taken.at(-1)!.length;
    if (length > LONGEST_ROOT_ROW) return null;
    if (end >= 0) return Buffer.concat(taken).toString("utf8");
  }
  return null;
}
