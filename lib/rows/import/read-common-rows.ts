/** The common rows of a bundle, which come first in the file. */
import type { ManifestReferenceTable } from "../../bundle/manifest.ts";
import { type BundlePart, openBundle } from "../../bundle/reader.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { createTranscoder } from "../codec/transcode.ts";
import type { CommonRow } from "./common-rows.ts";

/** The rows of the reference section alone, which comes first in the file; nothing of them is proved yet. */
export async function readCommonRows(source: BundleSource): Promise<readonly (readonly CommonRow[])[]> {
  const bundle = await openBundle(source, { proof: "none" });
  try {
    const common: CommonRow[][] = bundle.manifest.reference.map(() => []);
    for await (const part of bundle.parts()) {
      if (part.section !== "reference") break;
      common[part.ordinal - 1]!.push(
        ...(await readCommonPart(part, bundle.manifest.reference[part.ordinal - 1]!)),
      );
    }
    return common;
  } finally {
    await bundle.close();
  }
}

/**
 * Common rows are few, and looked up by several columns: here, and only here, rows become objects. The scanner has
 * seen every line before, so each has exactly the manifest's columns, once.
 */
export async function readCommonPart(
  part: BundlePart,
  { columns }: ManifestReferenceTable,
): Promise<CommonRow[]> {
  const checked = createTranscoder({ label: part.name, columns, output: "json" });
  checked.member(part.name);
  const pieces: Buffer[] = [];
  for await (const chunk of part.chunks) pieces.push(...checked.write(chunk));
  pieces.push(checked.end());
  const lines = Buffer.concat(pieces).toString("utf8").split("\n").slice(0, -1);
  return lines.map((line) => {
    const row = JSON.parse(line) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
    );
  });
}
