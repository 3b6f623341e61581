/** Encrypted bundles: the same archive, sealed and signed as ever, in a file that only its recipients open. */
import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { canonicalJson } from "../canonical/json.ts";
import { makeAgeKey } from "./encryption/keys.ts";
import type { BundleSource } from "./stores/store.ts";
import { readTableWindow } from "./table-window.ts";
import { otherAges } from "./testing/age-command.ts";
import { fileOf } from "./testing/hand-packed.ts";
import { SAMPLE_MANIFEST, SAMPLE_PARTS } from "./testing/sample-bundle.ts";
import { temporaryFolder, temporarySource, writeSample } from "./testing/write-sample.ts";
import { verifyBundle } from "./verify.ts";

const us = await makeAgeKey();
const customer = await makeAgeKey();
const recipients = [us.recipient, customer.recipient];

async function sourceWith(path: string, ...identities: string[]): Promise<BundleSource> {
  return { ...(await temporarySource(path)), identities: async () => identities };
}

test.each(["gzip", "zstd"] as const)(
  "an encrypted %s bundle is proved as it is, signature and all",
  async (how) => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const { path, seal, file } = await writeSample(how, SAMPLE_PARTS, { recipients, signKey: privateKey });
    const verification = await verifyBundle(await sourceWith(path, us.identity), { trust: [publicKey] });
    expect(verification).toMatchObject({ encrypted: true, seal, findings: [], pieces: null });
    expect(verification.signature?.state).toBe("trusted");
    // Of the file as it lies in its store: what is downloaded is compared with that.
    const sha256 = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    expect([verification.sha256, file.sha256]).toEqual([sha256, sha256]);
    // What is sealed is the archive: with and without encryption it is the same.
    const plain = await writeSample(how, SAMPLE_PARTS, { signKey: privateKey });
    expect(plain.seal).toEqual(seal);
  },
);

test.each(otherAges().map((age) => [age.name, age] as const))(
  "%s decrypts it for the customer, and tar opens what comes out",
  async (_name, age) => {
    for (const how of ["gzip", "zstd"] as const) {
      const { path } = await writeSample(how, SAMPLE_PARTS, { recipients });
      const opened = await age.decrypt(await readFile(path), customer.identity);
      const plain = await writeSample(how);
      expect(opened.equals(await readFile(plain.path))).toBe(true);
      const folder = join(await temporaryFolder(), "out");
      await mkdir(folder);
      await writeFile(join(folder, "archive"), opened);
      const flag = how === "gzip" ? "--gzip" : "--zstd";
      execFileSync("tar", ["--extract", flag, "--file", join(folder, "archive"), "--directory", folder]);
      expect(await readFile(join(folder, "manifest.json"), "utf8")).toBe(canonicalJson(SAMPLE_MANIFEST));
    }
  },
);

test("a bundle that somebody encrypted with age is read like one that was encrypted here", async () => {
  for (const age of otherAges()) {
    const plain = await readFile((await writeSample("gzip")).path);
    const path = await fileOf(await age.encrypt(plain, recipients));
    const { findings } = await verifyBundle(await sourceWith(path, us.identity));
    expect(findings.map(({ code }) => code)).toEqual(["bundle-unsigned"]);
  }
});

test("nothing of it is told without a key, and what is in the envelope must be a bundle", async () => {
  const { path } = await writeSample("gzip", SAMPLE_PARTS, { recipients });
  const codesOf = async (source: BundleSource) =>
    (await verifyBundle(source)).findings.map(({ code }) => code);
  expect(await codesOf(await temporarySource(path))).toEqual(["bundle-encrypted"]);
  const stranger = await makeAgeKey();
  expect(await codesOf(await sourceWith(path, stranger.identity))).toEqual(["bundle-not-for-us"]);
  expect((await verifyBundle(await sourceWith(path, stranger.identity))).manifest).toBeNull();
  const [library] = otherAges();
  for (const [content, code] of [
    [Buffer.from("no bundle"), "bundle-unknown-format"],
    [Buffer.alloc(0), "bundle-truncated"],
    [await readFile(path), "bundle-unknown-format"],
  ] as const) {
    const wrapped = await fileOf(await library!.encrypt(content, recipients));
    expect(await codesOf(await sourceWith(wrapped, us.identity))).toEqual([code]);
  }
});

test.each(["gzip", "zstd"] as const)(
  "rows of any table of an encrypted %s bundle are found, from its start",
  async (how) => {
    const { path, seal } = await writeSample(how, SAMPLE_PARTS, { recipients });
    const window = { section: "data", ordinal: 3, skip: 210, take: 5 } as const;
    const options = { lineBytes: 10_000, signal: new AbortController().signal };
    const source = await sourceWith(path, us.identity);
    const lines = await readTableWindow(source, { seal, compression: how, pieces: null }, window, options);
    expect(lines).toEqual(SAMPLE_PARTS[3]!.lines.slice(10, 15).map((text) => ({ text })));
  },
);

test("a file that is damaged anywhere is refused", async () => {
  const { path } = await writeSample("gzip", SAMPLE_PARTS, { recipients });
  const file = await readFile(path);
  for (let at = 0; at < file.length; at += 97) {
    const damaged = Buffer.from(file);
    damaged[at]! ^= 0x20;
    const { seal, findings } = await verifyBundle(await sourceWith(await fileOf(damaged), us.identity));
    expect([seal, findings.length], String(at)).toEqual([null, 1]);
  }
});
