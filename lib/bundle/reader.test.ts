import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { Refusal } from "../findings/finding.ts";
import { shard } from "../testing/shard.ts";
import type { Manifest } from "./manifest.ts";
import { openBundle } from "./reader.ts";
import { END_OF_ARCHIVE, encodeTarHeader } from "./tar/header.ts";
import { at, changed, codes, lines, withManifest } from "./testing/broken-bundles.ts";
import {
  archiveOf,
  compress,
  fileOf,
  type Packed,
  repack,
  sealFor,
  sealMember,
  unpack,
} from "./testing/hand-packed.ts";
import { temporarySource, writeSample } from "./testing/write-sample.ts";

describe("a file that is not complete, or more than that, is refused", () => {
  test("without a seal", async () => {
    const members = (await unpack((await writeSample("gzip")).path)).slice(0, -1);
    expect(await codes(await repack(members))).toEqual(["bundle-unsealed"]);
  });

  test("with a member behind the seal, a second seal, a second archive, or anything else", async () => {
    const members = await unpack((await writeSample("gzip")).path);
    const more = { name: "data/3/000003.jsonl", content: lines("{}") };
    expect(await codes(await repack([...members, more]))).toEqual(["bundle-trailing-data"]);
    expect(await codes(await repack([...members, members.at(-1) as Packed]))).toEqual([
      "bundle-trailing-data",
    ]);
    const archive = archiveOf(members);
    for (const behind of [Buffer.alloc(512), Buffer.alloc(10_240), archive, Buffer.from("x")]) {
      const path = await fileOf(await compress(Buffer.concat([archive, behind]), "gzip"));
      expect(await codes(path)).toEqual(["bundle-trailing-data"]);
    }
  });

  test("with one zero block at its end, or none, or a block between its members", async () => {
    const members = await unpack((await writeSample("gzip")).path);
    for (const end of [Buffer.alloc(0), Buffer.alloc(512), Buffer.alloc(1023)]) {
      const path = await fileOf(await compress(archiveOf(members, end), "gzip"));
      expect(await codes(path)).toEqual(["bundle-truncated"]);
    }
    const early = Buffer.concat([
      archiveOf(members.slice(0, 2), Buffer.alloc(512)),
      archiveOf(members.slice(2)),
    ]);
    expect(await codes(await fileOf(await compress(early, "gzip")))).toEqual(["bundle-header"]);
    const ended = Buffer.concat([archiveOf(members.slice(0, 2)), archiveOf(members.slice(2))]);
    expect(await codes(await fileOf(await compress(ended, "gzip")))).toEqual(["bundle-trailing-data"]);
  });

  test("cut at any place", async () => {
    for (const compression of ["gzip", "zstd"] as const) {
      const file = await readFile((await writeSample(compression)).path);
      for (const length of shard([...file.keys()], 101)) {
        expect(await codes(await fileOf(file.subarray(0, length))), `${compression} ${length}`).toEqual([
          "bundle-truncated",
        ]);
      }
    }
  });

  test("empty, or of another kind", async () => {
    expect(await codes(await fileOf(Buffer.alloc(0)))).toEqual(["bundle-truncated"]);
    for (const start of ["PK\x03\x04 zip", "agenda", "{}\n{}\n"]) {
      expect(await codes(await fileOf(Buffer.from(start)))).toEqual(["bundle-unknown-format"]);
    }
    expect(await codes(await fileOf(Buffer.from("age-encryption.org/v1\n")))).toEqual(["bundle-encrypted"]);
    expect(await codes(await fileOf(await compress(Buffer.alloc(5000, "text\n"), "gzip")))).toEqual([
      "bundle-header",
    ]);
    expect(await codes(await fileOf(await compress(END_OF_ARCHIVE, "zstd")))).toEqual(["bundle-no-manifest"]);
  });
});

describe("a manifest that is not to be read is refused before anything else is", () => {
  test("one that is not the first member", async () => {
    const members = await unpack((await writeSample("gzip")).path);
    expect(await codes(await repack(members.slice(1)))).toEqual(["bundle-no-manifest"]);
  });

  test("another format version, an unknown name, a name that stands twice", async () => {
    expect(await codes(await withManifest((manifest) => Object.assign(manifest, { format: 2 })))).toEqual([
      "bundle-shape",
    ]);
    expect(await codes(await withManifest((manifest) => Object.assign(manifest, { extra: 1 })))).toEqual([
      "bundle-shape",
    ]);
    const twice = await changed((members) => {
      const manifest = at(members, "manifest.json");
      manifest.content = Buffer.from(
        manifest.content.toString().replace('"slug":"acme"', '"slug":"acme","slug":"evil"'),
      );
      return undefined;
    }, "kept");
    expect(await codes(twice)).toEqual(["bundle-json"]);
  });

  test("one that contradicts itself", async () => {
    type Table = Manifest["tables"][number];
    const table = (manifest: Manifest, index: number) => manifest.tables[index] as Table;
    const changes: ((manifest: Manifest) => unknown)[] = [
      (manifest) => (table(manifest, 1).ordinal = 3),
      (manifest) => manifest.tables.reverse(),
      (manifest) => (table(manifest, 1).name = table(manifest, 0).name),
      (manifest) =>
        table(manifest, 0).columns.push(table(manifest, 0).columns[0] as Table["columns"][number]),
      (manifest) => table(manifest, 0).dropped.push({ name: "id", reason: "secret" }),
      (manifest) => (table(manifest, 0).key = ["nowhere"]),
      (manifest) => ((manifest.reference[0] as Manifest["reference"][number]).match = ["nowhere"]),
    ];
    for (const change of changes) {
      expect(await codes(await withManifest((manifest) => void change(manifest))), String(change)).toEqual([
        "bundle-shape",
      ]);
    }
  });

  test("one longer than the limit, or nested deeper", async () => {
    const { path } = await writeSample("gzip");
    expect(await codes(path, { manifestBytes: 100 })).toEqual(["bundle-manifest-too-long"]);
    const deep = await changed((members) => {
      at(members, "manifest.json").content = Buffer.from("[".repeat(40) + "]".repeat(40));
      return undefined;
    }, "kept");
    expect(await codes(deep)).toEqual(["bundle-json"]);
  });
});

describe("a decompression bomb is refused before it costs what it would", () => {
  test("a member that claims more than it may hold", async () => {
    const header = encodeTarHeader({ name: "data/3/000003.jsonl", size: 0o77777777777 });
    const path = await changed(
      (members) => [...members, { name: "x", content: lines("{}"), header }],
      "kept",
    );
    expect(await codes(path)).toEqual(["bundle-bad-part"]);
    const seal = encodeTarHeader({ name: "seal.json", size: 0o77777777777 });
    const members = (await unpack((await writeSample("gzip")).path)).slice(0, 2);
    const huge = await repack([...members, { name: "x", content: lines("{}"), header: seal }]);
    expect(await codes(huge)).toEqual(["bundle-seal-too-long"]);
  });

  test("a file that expands beyond all measure", async () => {
    const rows = Buffer.alloc(30 * 1024 * 1024, `${"0".repeat(1023)}\n`);
    const members = (await unpack((await writeSample("gzip")).path)).slice(0, -1);
    const parts = [3, 4, 5].map((part) => ({ name: `data/3/00000${part}.jsonl`, content: rows }));
    const bomb = [...members, ...parts];
    const path = await fileOf(await compress(archiveOf([...bomb, sealMember(sealFor(bomb))]), "zstd"));
    expect(await codes(path)).toEqual(["bundle-expansion"]);
    expect(await codes(path, { expansion: 1_000_000 })).toEqual(["none"]);
  });
});

test("a file that is cut while it is read is truncated, not waited for", async () => {
  const { path } = await writeSample("gzip");
  const source = await temporarySource(path);
  const half = { ...source, stream: () => source.stream(0, source.size >> 1) };
  await expect(openBundle(half).then((bundle) => bundle.seal())).rejects.toMatchObject({
    findings: [{ code: "bundle-truncated" }],
  });
});

test("a refusal stays: asking again for parts or the seal gives the same", async () => {
  const path = await changed(
    (members) => [...members, { name: "data/3/000004.jsonl", content: lines("{}") }],
    "kept",
  );
  const bundle = await openBundle(await temporarySource(path));
  await expect(bundle.seal()).rejects.toThrow(Refusal);
  await expect(bundle.seal()).rejects.toThrow(Refusal);
  await expect(bundle.parts()[Symbol.asyncIterator]().next()).rejects.toThrow(Refusal);
  await bundle.close();
});

test("no finding quotes a row", async () => {
  const secret = "hunter2";
  const content = Buffer.from(`{"id":1,"note":"${secret}"}\n${secret}`);
  const path = await changed((members) => [...members, { name: "data/3/000003.jsonl", content }], "forged");
  const bundle = await openBundle(await temporarySource(path));
  const error = await bundle.seal().catch((refusal: unknown) => refusal as Refusal);
  expect(JSON.stringify((error as Refusal).findings)).not.toContain(secret);
  await bundle.close();
});
