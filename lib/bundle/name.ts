/** The name of a bundle's file: `<tenant>-<schema version>-<UTC time>.tar.gz` or `.tar.zst`, `.age` where encrypted. */
import type { Compression } from "./compression/compression.ts";

const SUFFIX: Record<Compression, string> = { gzip: ".tar.gz", zstd: ".tar.zst" };

const AGE = ".age";

/** The facts that make a name; every manifest has them. */
export interface BundleNaming {
  readonly tenant: { readonly slug: string | null; readonly key: string };
  readonly schema: { readonly version: string | null };
  readonly source: { readonly takenAt: string };
}

/**
 * A name that is safe in every file system, URL and shell: ASCII letters, digits, dot, underscore and hyphen.
 * A tenant without a slug is named by its key; a platform without a ledger reads `unversioned`.
 */
export function bundleName(manifest: BundleNaming, compression: Compression, encrypted = false): string {
  const tenant = safe(manifest.tenant.slug ?? manifest.tenant.key, 64) || "tenant";
  const version = safe(manifest.schema.version ?? "", 48) || "unversioned";
  const time = manifest.source.takenAt.replace(/\.\d+/, "").replace(/[-:]/g, "");
  return `${tenant}-${version}-${safe(time, 20)}${SUFFIX[compression]}${encrypted ? AGE : ""}`;
}

/**
 * The name of an uploaded file in its store: what the sender calls it, as far as that is safe, and the end of an id,
 * so that no two are called the same. What it is of is told by its manifest and not by its name.
 */
export function uploadName(
  fileName: string,
  { compression, encrypted }: { readonly compression: Compression; readonly encrypted: boolean },
  id: string,
): string {
  const stem = fileName
    .replace(/(\.partial)?$/i, "")
    .replace(/\.age$/i, "")
    .replace(/\.(tar\.(gz|zst)|tgz|tzst|gz|zst|tar)$/i, "");
  return `${safe(stem, 120) || "upload"}-${id.slice(-8)}${SUFFIX[compression]}${encrypted ? AGE : ""}`;
}

/** Whether a file's name says that it is encrypted. */
export function isEncryptedName(name: string): boolean {
  return name.toLowerCase().endsWith(AGE);
}

/** What a bundle's name ends with: `.tar.gz`, `.tar.zst.age`. */
export function suffixOfName(name: string): string {
  const compression = SUFFIX[compressionOfName(name) ?? "gzip"];
  return isEncryptedName(name) ? compression + AGE : compression;
}

/** The compression that a file's name promises, null where it promises none: `x.tar.gz`, `x.tgz`, `x.tar.zst`. */
export function compressionOfName(name: string): Compression | null {
  if (/\.(tar\.gz|tgz)(\.age)?$/i.test(name)) return "gzip";
  return /\.(tar\.zst|tzst)(\.age)?$/i.test(name) ? "zstd" : null;
}

function safe(text: string, length: number): string {
  const ascii = text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^A-Za-z0-9._-]+/g, "-");
  return ascii
    .replace(/^[.-]+/, "")
    .slice(0, length)
    .replace(/[.-]+$/, "");
}
