/**
 * Writes the sample bundle and kills itself before or after its n-th side effect:
 * `node killed-writer.ts <folder or JSON of a bucket> <n> before|after`. Prints each effect's name. Ends with 0 when all were done.
 */
import { writeSync } from "node:fs";
import { die } from "../../testing/die.ts";
import { folderStore } from "../stores/folder.ts";
import type { S3Config } from "../stores/s3/bucket.ts";
import { s3Store } from "../stores/s3/store.ts";
import type { SideEffect } from "../stores/store.ts";
import { createBundleWriter } from "../writer.ts";
import { partBytes, SAMPLE_MANIFEST, SAMPLE_PARTS } from "./sample-bundle.ts";

const [place, at, when] = process.argv.slice(2) as [string, string, "before" | "after"];
let effects = 0;

const sideEffect: SideEffect = async (name, effect) => {
  const mine = ++effects;
  writeSync(1, `${name}\n`);
  if (mine === Number(at) && when === "before") await die();
  const result = await effect();
  if (mine === Number(at) && when === "after") await die();
  return result;
};

const store = place.startsWith("{")
  ? s3Store(JSON.parse(place) as S3Config, { sideEffect })
  : folderStore(place, { sideEffect });
const sink = await store.create("acme.tar.gz");
const writer = createBundleWriter({ sink, compression: "gzip", manifest: SAMPLE_MANIFEST, sideEffect });
for (const part of SAMPLE_PARTS) {
  await writer.addPart(part.section, part.ordinal, [partBytes(part)], part.lines.length);
}
await writer.finish();
