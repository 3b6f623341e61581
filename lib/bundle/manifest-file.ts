/** The manifest as the bundle's first member. */
import { canonicalJson } from "../canonical/json.ts";
import type { BundleLimits } from "./limits.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";
import { MANIFEST_NAME } from "./members.ts";
import { refused } from "./refused.ts";
import { readCanonicalJson } from "./strict-json.ts";

/**
 * The member's bytes: canonical JSON. Throws a zod error for a manifest of another shape (a bug of the caller),
 * a Refusal (`bundle-manifest-too-long`) where it is longer than a reader accepts.
 */
export function encodeManifest(manifest: Manifest, limits: BundleLimits): Buffer {
  const whole = manifestSchema.parse(manifest);
  const fault = manifestFault(whole);
  if (fault) throw new Error(`the manifest contradicts itself: ${fault}`);
  const bytes = Buffer.from(canonicalJson(whole), "utf8");
  if (bytes.length > limits.manifestBytes) throw manifestTooLong(limits);
  return bytes;
}

/** The manifest in these bytes. Refuses what is no canonical JSON, of another shape, or contradicts itself. */
export function decodeManifest(bytes: Buffer, limits: BundleLimits): Manifest {
  const manifest = readCanonicalJson(MANIFEST_NAME, bytes, manifestSchema, limits);
  const fault = manifestFault(manifest);
  if (fault) throw refused("bundle-shape", MANIFEST_NAME, `The manifest contradicts itself: ${fault}.`);
  return manifest;
}

export function manifestTooLong(limits: BundleLimits) {
  return refused(
    "bundle-manifest-too-long",
    MANIFEST_NAME,
    `The manifest is longer than the ${limits.manifestBytes} bytes that a reader accepts.`,
    "Raise the limit on both sides, if so many tables and columns are meant.",
  );
}

/** What no schema can say: ordinals without gaps, names once, keys made of columns. Null where all is well. */
function manifestFault({ tables, reference }: Manifest): string | null {
  for (const list of [tables, reference]) {
    const names = new Set<string>();
    for (const [index, table] of list.entries()) {
      const where = `${list === tables ? "tables" : "reference"} ${index + 1}`;
      if (table.ordinal !== index + 1) return `${where} has another ordinal`;
      if (names.size === names.add(JSON.stringify([table.schema, table.name])).size)
        return `${where} is listed twice`;
      const columns = new Set<string>();
      for (const { name } of [...table.columns, ...table.dropped]) {
        if (columns.size === columns.add(name).size) return `${where} lists a column twice`;
      }
      if (table.key?.some((name) => !columns.has(name)))
        return `${where} has a key of columns that it has not`;
    }
  }
  for (const [index, { columns, match }] of reference.entries()) {
    const names = new Set(columns.map((column) => column.name));
    if (match.some((name) => !names.has(name)))
      return `reference ${index + 1} matches by a column that it has not`;
  }
  return null;
}
