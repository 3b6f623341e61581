import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { Refusal } from "../findings/finding.ts";
import { PART_BYTES } from "./limits.ts";
import type { Section } from "./members.ts";
import { folderStore } from "./stores/folder.ts";
import { plainly } from "./stores/store.ts";
import { SAMPLE_MANIFEST } from "./testing/sample-bundle.ts";
import { temporaryFolder } from "./testing/write-sample.ts";
import { type BundleWriterOptions, createBundleWriter } from "./writer.ts";

const line = Buffer.from('{"id":1,"note":null}\n');

async function open(options: Partial<BundleWriterOptions> = {}) {
  const folder = await temporaryFolder();
  const sink = await folderStore(folder).create("a.tar.gz");
  const writer = createBundleWriter({ sink, compression: "gzip", manifest: SAMPLE_MANIFEST, ...options });
  return { folder, writer };
}

/** What the writer says to these parts; it must then leave nothing behind. */
async function refused(parts: [Section, number, Buffer[], number][], options?: Partial<BundleWriterOptions>) {
  const { folder, writer } = await open(options);
  let said: unknown = null;
  try {
    for (const part of parts) await writer.addPart(...part);
    await writer.finish();
  } catch (error) {
    said = error;
  }
  await writer.abort();
  expect(await readdir(folder)).toEqual([]);
  return said as Error;
}

test("parts out of order, of unknown tables, empty or half are the caller's bugs", async () => {
  const cases: [RegExp, [Section, number, Buffer[], number][]][] = [
    [
      /behind a later table/,
      [
        ["data", 1, [line], 1],
        ["reference", 1, [line], 1],
      ],
    ],
    [
      /behind a later table/,
      [
        ["data", 2, [line], 1],
        ["data", 1, [line], 1],
      ],
    ],
    [
      /comes next|behind/,
      [
        ["data", 1, [line], 1],
        ["data", 2, [line], 1],
        ["data", 1, [line], 1],
      ],
    ],
    [/no table/, [["data", 4, [line], 1]]],
    [/holds 1 rows, not 2/, [["data", 1, [line], 2]]],
    [/whole lines/, [["data", 1, [], 0]]],
    [/whole lines|rows/, [["data", 1, [line, Buffer.from("{")], 1]]],
    [
      /too long for one part/,
      [["data", 1, [Buffer.alloc(PART_BYTES + 16, "123456789012345\n")], (PART_BYTES + 16) / 16]],
    ],
  ];
  for (const [message, parts] of cases) {
    const error = await refused(parts);
    expect(error).not.toBeInstanceOf(Refusal);
    expect(error.message).toMatch(message);
  }
});

test("a single line may be longer than a part, up to the limit of a line", async () => {
  const long = Buffer.alloc(PART_BYTES + 10, "x");
  long[long.length - 1] = 0x0a;
  const { writer } = await open();
  await writer.addPart("data", 1, [long], 1);
  expect((await writer.finish()).totals.rows).toBe(1);

  const error = await refused([["data", 1, [long], 1]], { limits: { lineBytes: PART_BYTES } });
  expect((error as Refusal).findings).toMatchObject([
    { code: "bundle-line-too-long", where: "data/1/000001.jsonl" },
  ]);
});

test("a bundle that its reader would refuse is not written", async () => {
  const many = await refused(
    [
      ["data", 1, [line], 1],
      ["data", 2, [line], 1],
    ],
    { limits: { members: 3 } },
  );
  expect((many as Refusal).findings[0]?.code).toBe("bundle-too-many-members");
  const long = await refused([], { limits: { manifestBytes: 100 } });
  expect((long as Refusal).findings[0]?.code).toBe("bundle-manifest-too-long");
  const sealed = await refused([], { limits: { sealBytes: 100 } });
  expect((sealed as Refusal).findings[0]?.code).toBe("bundle-seal-too-long");
  const zeros: [Section, number, Buffer[], number][] = [
    ["data", 1, [Buffer.alloc(20 << 20, `${"0".repeat(1023)}\n`)], 20 << 10],
  ];
  const bomb = await refused(zeros, { compression: "zstd", limits: { expansionAllowance: 1 << 20 } });
  expect((bomb as Refusal).findings[0]?.code).toBe("bundle-expansion");
});

test("a manifest that contradicts itself is a bug", async () => {
  const manifest = structuredClone(SAMPLE_MANIFEST);
  manifest.tables.reverse();
  expect((await refused([], { manifest })).message).toMatch(/contradicts itself/);
});

test("one part at a time, and none after the end or a failure", async () => {
  const { writer } = await open();
  const first = writer.addPart("data", 1, [line], 1);
  await expect(writer.addPart("data", 1, [line], 1)).rejects.toThrow("busy");
  await first;
  await writer.finish();
  await expect(writer.finish()).rejects.toThrow("finished");
  await expect(writer.addPart("data", 1, [line], 1)).rejects.toThrow("finished");
  await writer.abort();

  const failed = await open();
  await expect(failed.writer.addPart("data", 9, [line], 1)).rejects.toThrow("no table");
  await expect(failed.writer.finish()).rejects.toThrow("failed");
  expect(() => failed.writer.file()).toThrow("not finished");
  await failed.writer.abort();
});

test("who is asked to stop before the commit commits nothing", async () => {
  const stopping = new AbortController();
  const { folder, writer } = await open({ signal: stopping.signal });
  await writer.addPart("data", 1, [line], 1);
  stopping.abort(new Error("asked to stop"));
  await expect(writer.finish()).rejects.toThrow("asked to stop");
  await writer.abort();
  expect(await readdir(folder)).toEqual([]);
});

test("what is aborted while a part is being added stays aborted", async () => {
  for (const compression of ["gzip", "zstd"] as const) {
    const { folder, writer } = await open({ compression });
    const part = Buffer.alloc(8 << 20, `${"x".repeat(63)}\n`);
    const adding = writer.addPart("data", 1, [part], part.length / 64).catch((error: unknown) => error);
    await writer.abort();
    expect(await adding).toBeInstanceOf(Error);
    await expect(writer.finish()).rejects.toThrow("failed");
    expect(await readdir(folder)).toEqual([]);
  }
});

test("an abort that comes while the bundle is published leaves it whole, or leaves nothing", async () => {
  const { folder, writer } = await open();
  const finishing = writer.finish().catch((error: unknown) => error);
  await writer.abort();
  const outcome = await finishing;
  expect(await readdir(folder)).toEqual(outcome instanceof Error ? [] : ["a.tar.gz"]);
});

test("chunks may be used again once a part has been taken", async () => {
  const folder = await temporaryFolder();
  const write = async (name: string, reuse: boolean) => {
    const sink = await folderStore(folder).create(name);
    const now = () => new Date(0);
    const writer = createBundleWriter({ sink, compression: "gzip", manifest: SAMPLE_MANIFEST, now });
    const chunk = Buffer.from(line);
    for (let part = 0; part < 3; part++) {
      await writer.addPart("data", 1, [chunk, chunk], 2);
      if (reuse) {
        chunk.fill(0);
        line.copy(chunk);
      }
    }
    await writer.finish();
    return writer.file().sha256;
  };
  expect(await write("a", true)).toBe(await write("b", false));
});

test("a store that fails is answered by what it said, and aborting leaves nothing", async () => {
  for (const failing of ["write manifest", "write part", "write seal", "commit"]) {
    const error = await refused([["data", 1, [line], 1]], {
      sideEffect: (name, effect) => {
        if (name === failing) throw new Error(`no ${name}`);
        return plainly(name, effect);
      },
    });
    expect(error.message).toBe(`no ${failing}`);
  }
});
