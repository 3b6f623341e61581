/** What an effect follows from, as one text: who asks for the same need not wait for it again. Pure. */
import { canonicalHash } from "../../canonical/json.ts";

export interface EffectSubject {
  /** Of the bundle. */
  readonly sha256: string;
  readonly version: string;
  readonly to: string;
  /** The folder's files in its order; those behind the last migration say nothing of it. */
  readonly files: readonly { readonly version: string; readonly checksum: string | null }[];
  /** Of the platform file: it says whose rows are whose, and what nobody may see. */
  readonly fileVersion: number;
}

/** Null where the last migration is none of the files. */
export function sameAs({ sha256, version, to, files, fileVersion }: EffectSubject): string | null {
  const last = files.findIndex((file) => file.version === to);
  if (last === -1) return null;
  const ran = files.slice(0, last + 1).map((file) => [file.version, file.checksum ?? ""]);
  return canonicalHash(["effect 1", sha256, version, to, fileVersion, ran]);
}
