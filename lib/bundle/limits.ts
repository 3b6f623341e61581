/**
 * What a reader accepts and a writer keeps to. A bundle is hostile until its seal is proven, and nothing in it
 * may cost more memory or time than these numbers allow.
 */

/** What one part may hold; a single line that is longer than this is a part of its own. */
export const PART_BYTES = 32 * 1024 * 1024;

/**
 * Uncompressed bytes in each gzip member (the last one may hold less). Measured on 256 MB of JSON Lines with two
 * threads: 1, 2 and 4 MiB take the same time and give the same size, so the least memory wins.
 */
export const PIECE_BYTES = 1024 * 1024;

/** The widest zstd window that a reader allocates for; RFC 8878 (3.1.1.1.2) recommends supporting 8 MiB. */
export const ZSTD_WINDOW_LOG = 23;

export interface BundleLimits {
  /** Members in one file, manifest and seal included. */
  readonly members: number;
  /** Bytes in one line without its newline. Postgres itself ends at 1 GB. */
  readonly lineBytes: number;
  readonly manifestBytes: number;
  readonly sealBytes: number;
  /** How deep arrays and objects may nest in the manifest and the seal. */
  readonly jsonDepth: number;
  /** How many values each of them may hold: parsed, one is a hundred times as long as it may be written. */
  readonly jsonValues: number;
  /** Uncompressed bytes for each compressed one; deflate itself ends at 1,032. */
  readonly expansion: number;
  /** Uncompressed bytes that are let through whatever the expansion. */
  readonly expansionAllowance: number;
}

export const DEFAULT_LIMITS: BundleLimits = {
  members: 100_000,
  lineBytes: 512 * 1024 * 1024,
  manifestBytes: 16 * 1024 * 1024,
  // 100,000 members and the tables that a manifest can list are 27 MB.
  sealBytes: 32 * 1024 * 1024,
  jsonDepth: 32,
  jsonValues: 1_000_000,
  expansion: 1_100,
  expansionAllowance: 64 * 1024 * 1024,
};

/** The defaults with some of them replaced. */
export function bundleLimits(limits?: Partial<BundleLimits>): BundleLimits {
  return { ...DEFAULT_LIMITS, ...limits };
}

/** The biggest member that can stand in a bundle under these limits: a full part, or one line and its newline. */
export function largestPart(limits: BundleLimits): number {
  return Math.max(PART_BYTES, limits.lineBytes + 1);
}
