import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { canonicalJson } from "../canonical/json.ts";
import { shard } from "../testing/shard.ts";
import type { Compression } from "./compression/compression.ts";
import { makeAgeKey } from "./encryption/keys.ts";
import { SEAL_PAYLOAD_TYPE } from "./seal/envelope.ts";
import { at } from "./testing/broken-bundles.ts";
import { type Packed, repack, unpack } from "./testing/hand-packed.ts";
import { temporaryFolder, writeSample } from "./testing/write-sample.ts";

const script = fileURLToPath(new URL("./testing/big-bundle.ts", import.meta.url));

/** The highest resident memory in MB. */
function memoryOf(...args: string[]): number {
  return Number(execFileSync(process.execPath, ["--expose-gc", script, ...args], { encoding: "utf8" }));
}

const { identity } = await makeAgeKey();

const WAYS: readonly { how: string; age: string[] }[] = [
  { how: "gzip", age: [] },
  { how: "zstd", age: [] },
  { how: "gzip, encrypted", age: [identity] },
];

test.each(shard(WAYS, 3))(
  "memory stays flat while 300 MB are written and verified as $how",
  async ({ how, age }) => {
    const folder = await temporaryFolder();
    const compression = how.slice(0, 4);
    const write = [4, 40].map((parts) => memoryOf("write", folder, String(parts), compression, ...age));
    const verify = [4, 40].map((parts) => memoryOf("verify", folder, String(parts), compression, ...age));
    // Ten times the rows; what holds them would show as 270 MB.
    expect((write[1] as number) - (write[0] as number)).toBeLessThan(60);
    expect((verify[1] as number) - (verify[0] as number)).toBeLessThan(60);
  },
  120_000,
);

const reader = fileURLToPath(new URL("./testing/read-file.ts", import.meta.url));

function readIn(path: string): { code: string; memory: number } {
  return JSON.parse(execFileSync(process.execPath, [reader, path], { encoding: "utf8" }));
}

const EMPTY_ARRAYS = (bytes: number) => `[${"[],".repeat(bytes / 3)}[]]`;

/** Some kilobytes each, and what they would be. */
const BOMBS: Record<string, (members: Packed[]) => void> = {
  "a manifest of five million values": (members) => {
    at(members, "manifest.json").content = Buffer.from(EMPTY_ARRAYS(15 << 20));
  },
  "a seal of seven million values": (members) => {
    const payload = Buffer.from(EMPTY_ARRAYS(22 << 20)).toString("base64");
    const envelope = canonicalJson({ payload, payloadType: SEAL_PAYLOAD_TYPE, signatures: [] });
    at(members, "seal.json").content = Buffer.from(envelope);
  },
  "one row of 300 MB": (members) => {
    at(members, "data/3/000002.jsonl").content = Buffer.from(`{"id":1,"note":"${"x".repeat(300 << 20)}"}\n`);
  },
};

const CASES = Object.entries(BOMBS).flatMap(([what, make]) =>
  (["gzip", "zstd"] as const).map((how) => [what, how, make] as const),
);

/** Parsed, the first two were 0.9 and 1.1 GB. */
test.each(shard(CASES, 3))(
  "%s in a %s bundle is refused, and costs little memory",
  async (_what, compression: Compression, make) => {
    const ordinary = (await writeSample(compression)).path;
    const members = await unpack((await writeSample("gzip")).path);
    make(members);
    const { code, memory } = readIn(await repack(members, compression));
    expect(["bundle-json", "bundle-member-altered", "bundle-expansion"]).toContain(code);
    expect(memory - readIn(ordinary).memory).toBeLessThan(400);
  },
  120_000,
);
