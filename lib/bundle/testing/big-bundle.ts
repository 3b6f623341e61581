/**
 * Writes or verifies a bundle of so many parts of 8 MB and prints the highest memory in MB that it saw:
 * `node --expose-gc big-bundle.ts write|verify <folder> <parts> gzip|zstd [age]`. Encrypted where a key is named.
 */
import { identityToRecipient } from "age-encryption";
import type { Compression } from "../compression/compression.ts";
import { folderStore } from "../stores/folder.ts";
import { verifyBundle } from "../verify.ts";
import { createBundleWriter } from "../writer.ts";
import { SAMPLE_MANIFEST, sampleLines } from "./sample-bundle.ts";

const [what, folder, count, compression, age] = process.argv.slice(2) as [
  string,
  string,
  string,
  Compression,
  string | undefined,
];
const name = `big-${count}-${compression}${age === undefined ? "" : "-age"}`;
let highest = 0;

function look(): void {
  globalThis.gc?.();
  highest = Math.max(highest, process.memoryUsage().rss);
}

if (what === "write") {
  const writer = createBundleWriter({
    sink: await folderStore(folder).create(name),
    compression,
    manifest: SAMPLE_MANIFEST,
    recipients: age === undefined ? [] : [await identityToRecipient(age)],
  });
  const lines = sampleLines(120_000);
  const part = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  for (let i = 0; i < Number(count); i++) {
    await writer.addPart("data", 1, [part], lines.length);
    look();
  }
  await writer.finish();
} else {
  const source = await folderStore(folder).open(name);
  const identities = async () => (age === undefined ? [] : [age]);
  const { findings } = await verifyBundle({ ...source, identities }, { onPart: look });
  if (findings.some(({ severity }) => severity === "blocks")) throw new Error("the bundle was refused");
  await source.close();
}
console.log(Math.round(highest / 1024 / 1024));
