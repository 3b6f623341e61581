/** From `--out`, `--compress` and `--recipient` to a folder, a name and a compression. */
import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Compression } from "../../../lib/bundle/compression/compression.ts";
import { compressionOfName, isEncryptedName } from "../../../lib/bundle/name.ts";
import { usage } from "../../cli/failure.ts";

export interface WhereTo {
  readonly folder: string;
  /** Left out where the bundle names itself. */
  readonly name?: string;
  readonly compression: Compression;
}

/** The folder must be there: a mistyped path would otherwise become a new one. */
export async function whereTo(
  out: string | undefined,
  compress: Compression | undefined,
  encrypted: boolean,
): Promise<WhereTo> {
  if (out === undefined) throw usage("--out", "Name the file to write, or a folder, with --out.");
  if (await isFolder(out)) return { folder: out, compression: compress ?? "gzip" };
  const folder = dirname(out);
  const name = basename(out);
  if (out.endsWith("/") || !(await isFolder(folder)))
    throw usage("--out", `There is no folder ${out.endsWith("/") ? out : folder}.`, "Make it first.");
  const promised = compressionOfName(name);
  if (promised !== null && compress !== undefined && promised !== compress)
    throw usage("--compress", `The name ${name} promises ${promised}, and --compress says ${compress}.`);
  if (isEncryptedName(name) && !encrypted)
    throw usage(
      "--recipient",
      `The name ${name} promises an encrypted file, and nobody is named to open it.`,
      "Name an age recipient with --recipient age1….",
    );
  if (!isEncryptedName(name) && encrypted)
    throw usage("--out", `An encrypted file is called ${name}.age: its name says what opens it.`);
  return { folder, name, compression: compress ?? promised ?? "gzip" };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
