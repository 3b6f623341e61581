/** What a store calls its bundles: plain file names, the same in a folder and in a bucket. */
import { basename } from "node:path";
import { Refusal } from "../../findings/finding.ts";
import { storeFinding } from "./refusals.ts";

/** What a folder's store calls a file that is still being written. */
export const PARTIAL = ".partial";

export function isBundleName(name: string): boolean {
  return !name.endsWith(PARTIAL) && !name.startsWith(".");
}

/** A name inside the folder, and none that the store uses itself. */
export function checkedName(name: string): string {
  const inside = name !== "" && name === basename(name) && !/[\0\\/]/.test(name) && isBundleName(name);
  if (inside && Buffer.byteLength(name) <= 230) return name;
  const what =
    "A bundle's name is a plain file name, without a folder, a leading dot or the ending .partial.";
  throw new Refusal(storeFinding("store-bad-name", "the bundle's name", what, "Choose another name."));
}
