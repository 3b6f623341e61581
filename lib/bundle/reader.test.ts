import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../canonical/json.ts";
import { Refusal } from "../findings/finding.ts";
import type { BundleLimits } from "./limits.ts";
import type { Manifest, Seal } from "./manifest.ts";
import { type OpenBundle, openBundle } from "./reader.ts";
import { END_OF_ARCHIVE, encodeTarHeader } from "./tar/header.ts";
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
import { SAMPLE_MANIFEST } from "./testing/sample-bundle.ts";
import { temporarySource, writeSample } from "./testing/write-sample.ts";

/** The findings' codes, "none" where the bundle was proven. */
async function codes(path: string, limits?: Partial<BundleLimits>): Promise<string[]> {
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

const at = (members: readonly Packed[], name: string) =>
  members.find((member) => member.name === name) as Packed;
const lines = (text: string) => Buffer.from(`${text}\n`);

/** The sample's members, changed; sealed anew by a careful forger unless the change is to be noticed by the seal. */
async function changed(
  change: (members: Packed[]) => Packed[] | undefined,
  seal: "kept" | "forged",
): Promise<string> {
  const { path } = await writeSample("gzip");
  const members = await unpack(path);
  const kept = members.pop() as Packed;
  const now = change(members) ?? members;
  return await repack([...now, seal === "kept" ? kept : sealMember(sealFor(now))]);
}

async function withManifest(change: (manifest: Manifest) => void): Promise<string> {
  return await changed((members) => {
    const manifest = structuredClone(SAMPLE_MANIFEST);
    change(manifest);
    at(members, "manifest.json").content = Buffer.from(canonicalJson(manifest));
    return undefined;
  }, "kept");
}

async function withSeal(change: (seal: Seal) => void): Promise<string> {
  const members = (await unpack((await writeSample("gzip")).path)).slice(0, -1);
  const seal = structuredClone(sealFor(members));
  change(seal);
  return await repack([...members, sealMember(seal)]);
}

test("hand-packed and forged bundles pass where nothing was changed: the rules below are not met by accident", async () => {
  expect(await codes(await changed(() => undefined, "kept"))).toEqual(["none"]);
  expect(await codes(await changed(() => undefined, "forged"))).toEqual(["none"]);
  expect(await codes(await withSeal(() => undefined))).toEqual(["none"]);
});

describe("what was done to a sealed bundle is found", () => {
  test("a member changed, in place", async () => {
    const path = await changed((members) => {
      const { content } = at(members, "data/1/000001.jsonl");
      content[content.indexOf("Rechnung")] = 0x72;
      return undefined;
    }, "kept");
    expect(await codes(path)).toEqual(["bundle-member-altered"]);
  });

  test("the manifest changed", async () => {
    expect(await codes(await withManifest((manifest) => (manifest.tenant.slug = "other")))).toEqual([
      "bundle-member-altered",
    ]);
  });

  test("a member missing, from the middle and from the end", async () => {
    for (const name of ["data/1/000001.jsonl", "data/3/000002.jsonl", "reference/1/000001.jsonl"]) {
      const path = await changed((members) => members.filter((member) => member.name !== name), "kept");
      expect(await codes(path), name).toEqual(["bundle-members-differ"]);
    }
  });

  test("a member added", async () => {
    const added = { name: "data/3/000003.jsonl", content: lines('{"id":1,"note":null}') };
    expect(await codes(await changed((members) => [...members, added], "kept"))).toEqual([
      "bundle-members-differ",
    ]);
  });

  test("two members exchanged", async () => {
    const path = await changed((members) => {
      const [a, b] = [at(members, "data/3/000001.jsonl"), at(members, "data/3/000002.jsonl")];
      [a.content, b.content] = [b.content, a.content];
      return undefined;
    }, "kept");
    expect(await codes(path)).toEqual(["bundle-member-altered"]);
  });
});

describe("a careful forger's seal does not help", () => {
  const forged = (change: (members: Packed[]) => Packed[] | undefined) => changed(change, "forged");

  test("members out of order, doubled, or with a gap", async () => {
    const doubled = await forged((members) =>
      members.flatMap((m) => (m.name.startsWith("data/1/") ? [m, m] : [m])),
    );
    expect(await codes(doubled)).toEqual(["bundle-member-order"]);
    const swapped = await forged(([manifest, ...rest]) => [manifest as Packed, ...rest.reverse()]);
    expect(await codes(swapped)).toEqual(["bundle-member-order"]);
    const gap = await forged((members) => members.filter(({ name }) => name !== "data/3/000001.jsonl"));
    expect(await codes(gap)).toEqual(["bundle-member-order"]);
  });

  test("a member of a table that the manifest has not", async () => {
    const path = await changed(
      (members) => [...members, { name: "data/4/000001.jsonl", content: lines("{}") }],
      "kept",
    );
    expect(await codes(path)).toEqual(["bundle-member-order"]);
  });

  test("names that are no part's", async () => {
    for (const name of [
      "../../etc/passwd",
      "/etc/passwd",
      "data/3/3.jsonl",
      "README",
      "data/3/000003.jsonl/x",
      "a\x7fb",
    ]) {
      const header = encodeTarHeader({ name: name.replace("\x7f", "_"), size: 3 });
      const path = await changed((members) => [...members, { name, content: lines("{}"), header }], "kept");
      expect(await codes(path), name).toEqual(["bundle-unknown-member"]);
    }
  });

  test("a link, a folder, a global header", async () => {
    for (const typeflag of ["1", "2", "5", "g", "x", "L"]) {
      const header = encodeTarHeader({ name: "data/3/000003.jsonl", size: 3 });
      header.write(typeflag, 156, "latin1");
      header.write("        ", 148, "latin1");
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
      const member = { name: "data/3/000003.jsonl", content: lines("{}"), header };
      expect(await codes(await changed((members) => [...members, member], "kept")), typeflag).toEqual([
        "bundle-header",
      ]);
    }
  });

  test("padding that carries bytes", async () => {
    const path = await forged((members) => {
      const member = at(members, "data/1/000001.jsonl");
      member.padding = Buffer.alloc(512 - (member.content.length % 512), 0x20);
      return undefined;
    });
    expect(await codes(path)).toEqual(["bundle-header"]);
  });

  test("a part that is empty, or whose last line is not ended", async () => {
    for (const content of [Buffer.alloc(0), Buffer.from("{}"), Buffer.from("{}\n{}")]) {
      const path = await forged((members) => [...members, { name: "data/3/000003.jsonl", content }]);
      expect(await codes(path)).toEqual(["bundle-bad-part"]);
    }
  });

  test("a part longer than a part may be", async () => {
    const content = Buffer.alloc(33 * 1024 * 1024, "12345678901\n");
    const path = await forged((members) => [...members, { name: "data/3/000003.jsonl", content }]);
    expect(await codes(path)).toEqual(["bundle-bad-part"]);
  });

  test("a line longer than the limit, and one of exactly that length", async () => {
    const content = lines("x".repeat(2000));
    const path = await forged((members) => [...members, { name: "data/3/000003.jsonl", content }]);
    expect(await codes(path, { lineBytes: 1999 })).toEqual(["bundle-line-too-long"]);
    expect(await codes(path, { lineBytes: 2000 })).toEqual(["none"]);
  });

  test("more members than the limit", async () => {
    const { path } = await writeSample("gzip");
    expect(await codes(path, { members: 6 })).toEqual(["none"]);
    expect(await codes(path, { members: 5 })).toEqual(["bundle-too-many-members"]);
  });
});

describe("a seal that does not say the truth is refused", () => {
  test("other counts of a member", async () => {
    const path = await withSeal((seal) => {
      (seal.members[2] as Seal["members"][number]).rows++;
    });
    expect(await codes(path)).toEqual(["bundle-counts-differ"]);
  });

  test("another hash, another name, one member less or more", async () => {
    const first = (seal: Seal) => seal.members[1] as Seal["members"][number];
    expect(await codes(await withSeal((seal) => (first(seal).sha256 = "0".repeat(64))))).toEqual([
      "bundle-member-altered",
    ]);
    expect(await codes(await withSeal((seal) => (first(seal).name = "x\x1b[31m")))).toEqual([
      "bundle-members-differ",
    ]);
    expect(await codes(await withSeal((seal) => seal.members.pop()))).toEqual(["bundle-members-differ"]);
    expect(await codes(await withSeal((seal) => seal.members.push(first(seal))))).toEqual([
      "bundle-members-differ",
    ]);
  });

  test("a table missing, doubled, out of order, with other counts or another digest", async () => {
    const table = (seal: Seal) => seal.tables[3] as Seal["tables"][number];
    for (const change of [
      (seal: Seal) => seal.tables.pop(),
      (seal: Seal) => seal.tables.push(table(seal)),
      (seal: Seal) => seal.tables.reverse(),
      (seal: Seal) => table(seal).rows--,
      (seal: Seal) => table(seal).bytes++,
      (seal: Seal) => (table(seal).sums[0] = "1"),
      (seal: Seal) => (table(seal).sums[1] = `0${table(seal).sums[1]}`),
    ]) {
      expect(await codes(await withSeal(change)), String(change)).toEqual(["bundle-digest-differs"]);
    }
  });

  test("other totals", async () => {
    for (const key of ["members", "rows", "bytes"] as const) {
      expect(await codes(await withSeal((seal) => seal.totals[key]++))).toEqual(["bundle-totals-differ"]);
    }
  });

  test("another shape, another form", async () => {
    expect(await codes(await withSeal((seal) => Object.assign(seal, { extra: 1 })))).toEqual([
      "bundle-shape",
    ]);
    const loose = await changed((members) => members, "kept");
    const members = await unpack(loose);
    const seal = members.at(-1) as Packed;
    seal.content = Buffer.from(`${seal.content.toString()}\n`);
    expect(await codes(await repack(members))).toEqual(["bundle-json"]);
  });
});

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
      for (let length = 0; length < file.length; length += 37) {
        expect(await codes(await fileOf(file.subarray(0, length))), `${compression} ${length}`).toEqual([
          "bundle-truncated",
        ]);
      }
    }
  });

  test("empty, or of another kind", async () => {
    expect(await codes(await fileOf(Buffer.alloc(0)))).toEqual(["bundle-truncated"]);
    for (const start of ["PK\x03\x04 zip", "age-encryption.org/v1", "{}\n{}\n"]) {
      expect(await codes(await fileOf(Buffer.from(start)))).toEqual(["bundle-unknown-format"]);
    }
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
