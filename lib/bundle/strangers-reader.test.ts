/** docs/bundle-format.md is enough: a reader that was written from it alone reads what this code writes. */
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { keyId } from "./seal/keys.ts";
import { SAMPLE_MANIFEST, SAMPLE_PARTS } from "./testing/sample-bundle.ts";
import { readAsStranger } from "./testing/strangers-reader.ts";
import { writeSample } from "./testing/write-sample.ts";

const STORED = new URL("../rows/testing/format-1/", import.meta.url);

test.each(["gzip", "zstd"] as const)("it reads a %s bundle, row by row, and its signature", async (how) => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { path, seal } = await writeSample(how, SAMPLE_PARTS, { signKey: privateKey });
  const bundle = readAsStranger(await readFile(path), [publicKey]);
  expect(bundle.manifest).toEqual(SAMPLE_MANIFEST);
  expect(bundle.seal).toEqual(seal);
  expect(bundle.signedBy).toEqual([keyId(publicKey)]);
  const lines = SAMPLE_PARTS.filter(({ ordinal }) => ordinal === 3).flatMap((part) => part.lines);
  expect(bundle.rows.get("data/3")).toEqual(lines.map((line) => JSON.parse(line)));
});

test.each(["acme.tar.gz", "acme.tar.zst"])("it reads the stored %s", async (name) => {
  const key = createPublicKey(await readFile(new URL("signing.pub", STORED), "utf8"));
  const { rows, signedBy } = readAsStranger(await readFile(new URL(name, STORED)), [key]);
  expect(signedBy).toEqual([keyId(key)]);
  const ordinary = [...rows.values()].flat();
  expect(ordinary.length).toBeGreaterThan(20);
  expect(ordinary.some((row) => row["Nick Name"] === 'Z "the" \\ O')).toBe(true);
});

test.each(["gzip", "zstd"] as const)("a %s bundle of which a byte was changed is refused", async (how) => {
  const file = await readFile((await writeSample(how)).path);
  const whole = JSON.stringify(readAsStranger(file));
  let refused = 0;
  for (let at = 0; at < file.length; at += 53) {
    const damaged = Buffer.from(file);
    damaged[at] = (damaged[at] as number) ^ 0x10;
    // Deflate ends within a byte: the bits behind its end say nothing.
    const read = attempt(() => JSON.stringify(readAsStranger(damaged)));
    if (read === null) refused++;
    else expect(read, String(at)).toBe(whole);
  }
  expect(refused).toBeGreaterThan(file.length / 53 - 2);
});

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
