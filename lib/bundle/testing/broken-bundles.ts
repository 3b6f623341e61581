/** Real bundles, changed by hand, and what the reader says to them. */
import { expect } from "vitest";
import { canonicalJson } from "../../canonical/json.ts";
import { Refusal } from "../../findings/finding.ts";
import type { BundleLimits } from "../limits.ts";
import type { Manifest, Seal } from "../manifest.ts";
import { type OpenBundle, openBundle } from "../reader.ts";
import { type Packed, repack, sealFor, sealMember, unpack } from "./hand-packed.ts";
import { SAMPLE_MANIFEST } from "./sample-bundle.ts";
import { temporarySource, writeSample } from "./write-sample.ts";

/** The findings' codes, "none" where the bundle was proven. */
export async function codes(path: string, limits?: Partial<BundleLimits>): Promise<string[]> {
  let bundle: OpenBundle | undefined;
  try {
    bundle = await openBundle(await temporarySource(path), { limits });
    await bundle.seal();
    return ["none"];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.findings.every(({ severity, todo }) => severity === "blocks" && todo)).toBe(true);
    return [...new Set(error.findings.map(({ code }) => code))];
  } finally {
    await bundle?.close();
  }
}

/** The member of this name. */
export const at = (members: readonly Packed[], name: string) =>
  members.find((member) => member.name === name) as Packed;
/** One line. */
export const lines = (text: string) => Buffer.from(`${text}\n`);

/** The sample's members, changed; sealed anew by a careful forger unless the change is to be noticed by the seal. */
export async function changed(
  change: (members: Packed[]) => Packed[] | undefined,
  seal: "kept" | "forged",
): Promise<string> {
  const { path } = await writeSample("gzip");
  const members = await unpack(path);
  const kept = members.pop() as Packed;
  const now = change(members) ?? members;
  return await repack([...now, seal === "kept" ? kept : sealMember(sealFor(now))]);
}

/** The sample with its manifest changed under the old seal. */
export async function withManifest(change: (manifest: Manifest) => void): Promise<string> {
  return await changed((members) => {
    const manifest = structuredClone(SAMPLE_MANIFEST);
    change(manifest);
    at(members, "manifest.json").content = Buffer.from(canonicalJson(manifest));
    return undefined;
  }, "kept");
}

/** The sample with a changed seal. */
export async function withSeal(change: (seal: Seal) => void): Promise<string> {
  const members = (await unpack((await writeSample("gzip")).path)).slice(0, -1);
  const seal = structuredClone(sealFor(members));
  change(seal);
  return await repack([...members, sealMember(seal)]);
}
