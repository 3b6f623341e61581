import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../canonical/json.ts";
import { Refusal } from "../findings/finding.ts";
import type { Seal } from "./manifest.ts";
import { openBundle } from "./reader.ts";
import { encodeTarHeader } from "./tar/header.ts";
import { at, changed, codes, lines, withManifest, withSeal } from "./testing/broken-bundles.ts";
import { type Packed, repack, sealFor, sealMember, unpack } from "./testing/hand-packed.ts";
import { temporarySource, writeSample } from "./testing/write-sample.ts";
import { verifyBundle } from "./verify.ts";

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

  test("a part that is empty, whose last line is not ended, or whose lines are no rows", async () => {
    const row = '{"id":1,"note":null}';
    for (const text of ["", row, `${row}\n${row}`, "\n".repeat(1000), `${row}\n${"{}\n".repeat(100)}`]) {
      const member = { name: "data/3/000003.jsonl", content: Buffer.from(text) };
      expect(await codes(await forged((members) => [...members, member])), text).toEqual(["bundle-bad-part"]);
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

test("a seal that was made anew under the old signature is refused, by whom knows the key", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const members = await unpack((await writeSample("gzip", undefined, { signKey: privateKey })).path);
  const envelope = JSON.parse((members.pop() as Packed).content.toString());
  const { content } = at(members, "data/1/000001.jsonl");
  content[content.indexOf("Rechnung")] = 0x72;
  const forged = JSON.parse(sealMember(sealFor(members)).content.toString());
  const seal = Buffer.from(canonicalJson({ ...forged, signatures: envelope.signatures }));
  const source = await temporarySource(await repack([...members, { name: "seal.json", content: seal }]));

  const known = await verifyBundle(source, { trust: [publicKey] });
  expect(known).toMatchObject({ seal: null, sha256: null, signature: { state: "invalid" } });
  expect(known.findings).toMatchObject([{ code: "bundle-signature-invalid", severity: "blocks" }]);
  const bundle = await openBundle(source, { trust: [publicKey] });
  await expect(bundle.seal()).rejects.toThrow(Refusal);
  await bundle.close();
  expect((await verifyBundle(source)).findings).toMatchObject([{ code: "bundle-key-unknown" }]);
});
