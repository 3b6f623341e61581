/** What a browser can see of a file before it sends it, and how far it has come. Pure. */
import { MAGIC_BYTES } from "../../lib/bundle/compression/compression.ts";
import type { Finding } from "../../lib/findings/finding.ts";
import { formatBytes, formatDuration, formatShare } from "../ui/quantities.ts";

export { MAGIC_BYTES };

/** What the handler tells the page's script; without scripts the browser is led on instead. */
export type UploadAnswer = { readonly to: string } | { readonly findings: readonly Finding[] };

/** What would be refused anyway is not sent first; the server looks again. Empty where it may be one. */
export function beforeSending(
  file: { readonly name: string; readonly size: number; readonly start: Uint8Array },
  limit: number,
): Finding[] {
  const finding = (code: string, what: string, todo: string): Finding[] => [
    { code, severity: "blocks", where: file.name, what, todo },
  ];
  if (file.size === 0)
    return finding("upload-without-file", "The file is empty.", "Choose a bundle's file, then upload it.");
  if (file.size > limit)
    return finding(
      "upload-too-large",
      `The file has ${formatBytes(file.size)}; an upload may have ${formatBytes(limit)} here.`,
      "Raise TENANTRY_UPLOAD_LIMIT, or import the file with the command line on the machine where it lies.",
    );
  if (isCompressed(file.start)) return [];
  return finding(
    "bundle-unknown-format",
    "It is neither gzip nor zstd: this is no bundle.",
    "Choose a .tar.gz or .tar.zst that Tenantry exported; decrypt an encrypted one first.",
  );
}

/** By the same two magics as `compressionOfBytes`, without a Buffer, which a browser has not. */
function isCompressed(start: Uint8Array): boolean {
  const hex = [...start.subarray(0, MAGIC_BYTES)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.startsWith("1f8b") || hex === "28b52ffd";
}

export interface Sent {
  readonly bytes: number;
  readonly of: number;
  /** Since the first byte. */
  readonly seconds: number;
}

/** "1.2 GiB of 4 GiB, 30 %, 58 MiB/s, 48 s left"; the last bytes are followed by the proof. */
export function progressText({ bytes, of, seconds }: Sent): string {
  if (bytes >= of && of > 0) return "All sent; its last rows and its seal are being verified…";
  const parts = [`${formatBytes(bytes)} of ${formatBytes(of)}`, formatShare(bytes, of)];
  if (seconds >= 2 && bytes > 0) {
    const rate = bytes / seconds;
    parts.push(`${formatBytes(rate)}/s`, `${formatDuration((of - bytes) / rate)} left`);
  }
  return parts.join(", ");
}
